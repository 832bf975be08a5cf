//! What would happen, before anything does; and then it does.

use super::features::advised;
use crate::complaint::{Complaint, Complaints};
use crate::config;
use crate::directory::{self, Error, Object, Piece, Take};
use crate::link::Line;
use crate::private;
use crate::status::shown_run;
use crate::sync::record::Maker;
use crate::sync::run::{End, Run, run};
use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Choice, Halt, Question, counted};
use crate::work::Place;
use async_trait::async_trait;
use keyward_wire::path;
use keyward_wire::sync::{Explain, Explained, UserRecord};
use std::fmt::Write;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::time::Duration;

/// So many users are looked at to find some that change, and so many of those are listed.
const LOOKED_AT: usize = 200;
const LISTED: usize = 20;
/// So many objects that the service doesn't take are listed.
const ERRORS: usize = 10;
const PATIENCE: Duration = Duration::from_secs(30);

pub(in crate::wizard) fn page(wizard: &mut Wizard) -> Asked<()> {
    wizard.line()?;
    let staging = [
        Choice::new("off", "The agent works"),
        Choice::new(
            "on",
            "Staging mode: it imports and computes, and changes nothing anywhere",
        ),
    ];
    let start = usize::from(wizard.draft.agent.staging);
    let chosen = wizard
        .prompts
        .one(Question::Staging, "How?", &staging, start)?;
    wizard.draft.agent.staging = chosen == 1;
    loop {
        foresee(wizard)?;
        wizard.prompts.say(&planned(wizard));
        let go = [
            Choice::new("start", "Write the settings, and synchronise now"),
            Choice::new("configure", "Write the settings only"),
        ];
        let start = usize::from(!wizard.draft.start);
        let chosen =
            wizard
                .prompts
                .one(Question::Go, "Ready to configure. And now?", &go, start)?;
        wizard.draft.start = chosen == 0;
        match apply(wizard) {
            Ok(()) => return Ok(()),
            Err(complaint) => wizard.prompts.sorry(&complaint)?,
        }
    }
}

/// Shows a preview; without one, somebody has to say so.
fn foresee(wizard: &mut Wizard) -> Asked<()> {
    while let Err(complaint) = preview(wizard)? {
        wizard
            .prompts
            .say(&format!("\nThere is no preview.\n{complaint}\n"));
        let choices = [
            Choice::new("again", "Try again"),
            Choice::new("without", "Go on without a preview"),
            Choice::new("stop", "Leave, with nothing changed"),
        ];
        match wizard
            .prompts
            .one(Question::NoPreview, "And now?", &choices, 0)?
        {
            0 => {}
            1 => return Ok(()),
            _ => return Err(Halt::Failed(complaint.into())),
        }
    }
    Ok(())
}

fn preview(wizard: &mut Wizard) -> Asked<Result<(), Complaint>> {
    let line = wizard.line()?;
    let mut places = Vec::new();
    for n in 0..wizard.draft.directories.len() {
        let reached = wizard.reached(n)?;
        let (config, _) = wizard.draft.finished(wizard.file);
        let place = Place::new(config.directories[n].clone(), reached.directory);
        wizard.runtime.block_on(place.look());
        places.push(place);
    }
    if let Err(complaint) = wizard.introduce(&places)? {
        return Ok(Err(complaint));
    }
    for (n, place) in places.iter().enumerate() {
        if !place.config().switches.sync {
            continue;
        }
        wizard.prompts.say(&format!(
            "Computing what would happen for {} …",
            place.config().name
        ));
        let (run, _) = wizard
            .runtime
            .block_on(run(place, &line, None, true, false));
        if let End::Failed(why) = &run.end {
            let fix = "mend it and try again, or go back and change the answers";
            return Ok(Err(Complaint::new(why.clone(), &place.config().name, fix)));
        }
        wizard.prompts.say(&foreseen(&run));
        match wizard.runtime.block_on(some_users(place, &line)) {
            Ok(list) => wizard.prompts.say(&list),
            Err(Stuck::Directory(error)) => {
                let reached = wizard.reached(n)?;
                return Ok(Err(advised(&error, &reached)));
            }
            Err(Stuck::Service(complaint)) => return Ok(Err(complaint)),
        }
    }
    Ok(Ok(()))
}

/// What a preview says.
fn foreseen(run: &Run) -> String {
    let counts = &run.counts;
    let mut text = format!(
        "\n  {:>7}  read\n  {:>7}  created\n  {:>7}  updated\n  {:>7}  taken over from the cloud\n  {:>7}  removed\n",
        run.objects, counts.added, counts.updated, counts.joined, counts.deleted
    );
    if run.held > 0 {
        let _ = writeln!(
            text,
            "  {:>7}  removals that an administrator would have to allow",
            run.held
        );
    }
    let _ = writeln!(text, "  {:>7}  errors", counts.errors);
    for error in run.errors.iter().take(ERRORS) {
        let _ = writeln!(
            text,
            "           {} ({}, {})",
            error.message, error.code, error.anchor
        );
    }
    if run.errors.len() > ERRORS {
        text.push_str("           …\n");
    }
    text.push_str("\nThe Connect pages of the admin center name each of them.\n");
    text
}

enum Stuck {
    Directory(Error),
    Service(Complaint),
}

/// The first users that are read.
struct First(Vec<Object>);

#[async_trait]
impl Take for First {
    async fn take(&mut self, piece: Piece) -> directory::Result<()> {
        self.0
            .extend(piece.objects.into_iter().filter(|object| !object.group));
        if self.0.len() >= LOOKED_AT {
            self.0.truncate(LOOKED_AT);
            return Err(Error::Taker("that is enough for a list".to_owned()));
        }
        Ok(())
    }
}

/// Some of the users that something would happen to.
async fn some_users(place: &Place, line: &Line) -> Result<String, Stuck> {
    let Some(identity) = place.seen().identity else {
        return Ok(String::new());
    };
    let mut first = First(Vec::new());
    match place
        .directory()
        .read_all(&place.config().reading_scope(), &mut first)
        .await
    {
        Ok(_) | Err(Error::Taker(_)) => {}
        Err(error) => return Err(Stuck::Directory(error)),
    }
    let maker = Maker::new(place.config(), &identity.name);
    let mut text = String::new();
    let mut listed = 0;
    for object in &first.0 {
        let user = maker.user(object);
        let ask = Explain {
            directory: identity.id,
            user: user.clone(),
        };
        let said = line.say(path::SYNC_EXPLAIN, &ask, PATIENCE).await;
        let said: Explained =
            said.map_err(|failure| Stuck::Service(failure.complaint(&line.enrolment().service)))?;
        if said.action == "unchanged" {
            continue;
        }
        if listed == LISTED {
            text.push_str("  …\n");
            break;
        }
        listed += 1;
        text.push_str(&line_of(&user, &said));
    }
    if listed > 0 {
        text.insert_str(0, "Among them\n");
    }
    Ok(text)
}

fn line_of(user: &UserRecord, said: &Explained) -> String {
    let what = match said.action.as_str() {
        "add" => "create",
        "join" => "take over",
        other => other,
    };
    let name = user.display_name.as_deref().unwrap_or(&user.dn);
    let why = if said.action == "error" {
        format!(": {}", said.message)
    } else {
        String::new()
    };
    format!("  {what:<9}  {}, {name}{why}\n", user.upn)
}

/// What would be written.
fn planned(wizard: &Wizard) -> String {
    let (config, passwords) = wizard.draft.finished(wizard.file);
    let mut text = String::from("To be written\n");
    for (file, _) in &passwords {
        let _ = writeln!(text, "  {} (a password)", file.display());
    }
    let _ = writeln!(text, "  {}", wizard.file.display());
    for directory in &config.directories {
        let switches = directory.switches;
        let features = [
            (switches.sync, "synchronization"),
            (switches.sign_in, "pass-through sign-in"),
            (switches.writeback, "password writeback"),
            (
                !directory.scope.attributes.is_empty(),
                "attribute extensions",
            ),
        ];
        let on: Vec<_> = features.iter().filter(|f| f.0).map(|f| f.1).collect();
        let scope = &directory.scope;
        let area = match (scope.units.len(), scope.excluded.len()) {
            (0, 0) => "everything".to_owned(),
            (0, out) => format!("everything but {}", counted(out, "unit")),
            (some, 0) => counted(some, "unit"),
            (some, out) => format!("{} without {out} below", counted(some, "unit")),
        };
        let pilot = if scope.group.is_some() {
            ", one group of it"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "  {}: {}; {area}{pilot}",
            directory.name,
            on.join(", ")
        );
    }
    if config.agent.staging {
        text.push_str("  staging mode: nothing is changed anywhere\n");
    }
    text
}

/// Puts everything in place. The settings come last: with them it counts.
fn apply(wizard: &Wizard) -> Result<(), Complaint> {
    let (config, passwords) = wizard.draft.finished(wizard.file);
    let text = config.render();
    config::read(&text, wizard.file).map_err(first)?;
    let folder = wizard.file.parent().unwrap_or(wizard.file);
    DirBuilder::new()
        .recursive(true)
        .mode(0o750)
        .create(folder)
        .map_err(|error| {
            let fix = "let the agent's user write there";
            Complaint::new(
                format!("can't be made: {error}"),
                folder.display().to_string(),
                fix,
            )
        })?;
    for (file, password) in passwords {
        private::keep(&file, password.as_bytes())?;
    }
    if let Some(enrolment) = &wizard.draft.enrolment {
        enrolment.keep(wizard.state)?;
    }
    private::keep(wizard.file, text.as_bytes())
}

fn first(complaints: Complaints) -> Complaint {
    let first = complaints.list.into_iter().next();
    first.unwrap_or_else(|| Complaint::new("these are no settings", "the answers", "go back"))
}

/// A synchronisation that has been done.
pub(super) fn done(run: &Run) -> String {
    format!("  {}: {}", run.directory, shown_run(run))
}
