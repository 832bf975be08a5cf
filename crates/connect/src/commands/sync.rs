//! `keyward-connect sync`: by the agent that runs, or, when none does, by this process.

use super::changes::{self, Through};
use super::{Done, config, print, print_json, small_runtime};
use crate::agent::Agent;
use crate::cli::{Cli, Sync, SyncOf, SyncUser};
use crate::complaint::{Complaint, exit};
use crate::control::{self, Ask};
use crate::status::{is_running, shown_run};
use crate::sync::run::{End, OneUser, Run};
use std::fmt::Write;
use std::process::ExitCode;

pub(super) fn run(cli: &Cli, options: &Sync) -> Done {
    if let Some(SyncOf::User(user)) = &options.of {
        return explain(cli, user);
    }
    let (full, preview) = (options.full, options.preview);
    let config = config(&cli.config)?;
    let csv = options.csv.as_deref();
    let file = csv.map(changes::create).transpose()?;
    let (runs, written) = small_runtime()?.block_on(async {
        let asked: Vec<Run>;
        let own;
        let through = if is_running(&cli.state) {
            let ask = Ask::Sync { full, preview };
            let answer = control::ask(&cli.state, &ask).await;
            asked = answer.map_err(|why| failed(cli, why))?;
            Through::Running(&cli.state)
        } else {
            own = Agent::open(&config, &cli.state)?;
            asked = own.synchronise(full, preview).await;
            Through::Own(&own)
        };
        let written = match file.zip(csv) {
            Some((file, path)) => Some(changes::write(file, path, &asked, through).await?),
            None => None,
        };
        Ok::<_, crate::complaint::Complaints>((asked, written))
    })?;
    if options.json {
        print_json(&runs)?;
    } else if runs.is_empty() {
        print("No directory is synchronised: set sync = true for one of them.\n");
    }
    if !options.json {
        for run in &runs {
            print(&shown(run));
        }
        if let (Some(count), Some(path)) = (written, csv) {
            print(&format!("{count} changes are in {}\n", path.display()));
        }
    }
    let well = runs.iter().all(|run| run.end == End::Complete);
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(exit::FAULT)
    })
}

fn shown(run: &Run) -> String {
    let mut text = format!("{}: {}\n", run.directory, shown_run(run));
    for error in &run.errors {
        let _ = writeln!(text, "  {} {}: {}", error.anchor, error.code, error.message);
    }
    text
}

fn failed(cli: &Cli, why: String) -> Complaint {
    Complaint::new(
        why,
        cli.state.display().to_string(),
        "`keyward-connect doctor` says what doesn't work",
    )
}

fn explain(cli: &Cli, options: &SyncUser) -> Done {
    let name = options.name.clone();
    let config = config(&cli.config)?;
    let found: Option<OneUser> = small_runtime()?.block_on(async {
        let found = if is_running(&cli.state) {
            let ask = Ask::Explain { name: name.clone() };
            control::ask(&cli.state, &ask).await
        } else {
            let agent = Agent::open(&config, &cli.state)?;
            for place in agent.places() {
                place.look().await;
            }
            control::find(agent.line(), agent.places(), &name).await
        };
        found.map_err(|why| crate::complaint::Complaints::from(failed(cli, why)))
    })?;
    let Some(user) = found else {
        let fix = "give the user principal name, the account name or the distinguished name";
        let what = format!("no directory has a user \"{name}\"");
        return Err(Complaint::new(what, cli.config.display().to_string(), fix).into());
    };
    if options.json {
        print_json(&user)?;
    } else {
        print(&described(&user));
    }
    Ok(ExitCode::SUCCESS)
}

fn described(user: &OneUser) -> String {
    let mut text = format!("{}\n\nRead from the directory\n", user.record.dn);
    for (attribute, values) in &user.read {
        let _ = writeln!(text, "  {attribute}: {}", values.join(", "));
    }
    text.push_str("\nMade by the rules\n");
    for (target, rule, value) in &user.rules {
        let value = value.as_deref().unwrap_or("(nothing)");
        let _ = writeln!(text, "  {target} = {rule}: {value}");
    }
    let _ = writeln!(text, "\nSigns in as {}", user.record.upn);
    match &user.explained {
        None => text.push_str("Out of scope: not synchronised.\n"),
        Some(explained) => {
            let _ = writeln!(
                text,
                "Would be: {}. {}",
                explained.action, explained.message
            );
            for (attribute, old, new) in &explained.changes {
                let shown = |value: &Option<String>| value.clone().unwrap_or("(nothing)".into());
                let _ = writeln!(text, "  {attribute}: {} -> {}", shown(old), shown(new));
            }
        }
    }
    text
}
