//! `keyward config check`, `show` and `default`.

use super::Context;
use super::terminal::{Tone, line};
use crate::cli::{ConfigCommand, Json, Show};
use crate::complaint::{Complaint, Complaints};
use crate::config::{Config, Database, Environment, Settings, reference, show};
use crate::rootkey::RootKey;
use crate::smtp::SmtpMailer;
use crate::{data_dir, sms, tls, voice};
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(context: Context, command: &ConfigCommand) -> Result<ExitCode, Complaints> {
    match command {
        ConfigCommand::Check(options) => check(context, options),
        ConfigCommand::Show(options) => Ok(print(context, options)),
        ConfigCommand::Default => {
            line(reference::TEXT.trim_end());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Everything that `serve` would refuse to start with, without starting, connecting or writing anything.
fn check(context: Context, options: &Json) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    let settings = Settings::load(context.sources);
    let file = settings.file.clone();
    let result = settings
        .check()
        .and_then(|config| files(config, settings.environment()));
    if options.json {
        let complaints = result
            .as_ref()
            .err()
            .map_or(&[][..], |complaints| &complaints.list[..]);
        let list: Vec<_> = complaints
            .iter()
            .map(|c| json!({ "what": c.what, "where": c.place, "fix": c.fix }))
            .collect();
        line(&json!({ "good": list.is_empty(), "file": file, "complaints": list }).to_string());
        return Ok(result.map_or_else(|c| ExitCode::from(c.exit_code), |()| ExitCode::SUCCESS));
    }
    result?;
    let from = file.map_or_else(
        || "the environment".to_owned(),
        |path| path.display().to_string(),
    );
    line(&format!(
        "{} settings from {from}",
        terminal.tone(Tone::Good, "good:")
    ));
    Ok(ExitCode::SUCCESS)
}

/// Opens the files that the settings name, where they are there already.
fn files(config: Config, environment: &Environment) -> Result<(), Complaints> {
    let mut complaints = Vec::new();
    let mut note = |result: Result<(), Complaint>| complaints.extend(result.err());
    if matches!(config.database, Database::Sqlite(_)) && config.data_dir.exists() {
        note(data_dir::prepare(&config.data_dir, environment));
    }
    note(RootKey::load(&config, environment).map(drop));
    if let Some(files) = &config.tls {
        note(tls::Certificate::load(files).map(drop));
    }
    if let Some(smtp) = config.smtp {
        note(SmtpMailer::new(smtp).map(drop));
    }
    if let Some(sms) = config.sms {
        note(sms::sender(sms).map(drop));
    }
    if let Some(voice) = config.voice {
        note(voice::caller(voice).map(drop));
    }
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(Complaints::settings(complaints))
    }
}

fn print(context: Context, options: &Show) -> ExitCode {
    let terminal = context.terminal;
    let settings = Settings::load(context.sources);
    if options.json {
        let shown: Vec<_> = show::list(&settings)
            .into_iter()
            .filter(|shown| !options.changed || shown.origin != "default")
            .collect();
        line(&json!(shown).to_string());
    } else {
        line(show::toml(&settings, options.changed).trim_end());
    }
    // What is wrong is told as well, below what was asked for.
    match settings.check() {
        Ok(_) => ExitCode::SUCCESS,
        Err(complaints) => {
            terminal.complain(&complaints);
            ExitCode::from(complaints.exit_code)
        }
    }
}
