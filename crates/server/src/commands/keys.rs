//! `keyward keys …`: versions of the root key, while the server runs or not.

use super::admin::{open, refuse};
use super::terminal::{Terminal, Tone, line};
use super::{Context, small_runtime};
use crate::cli::{Json, KeysCommand, Retire};
use crate::complaint::{Complaint, Complaints};
use crate::config::{Config, Environment};
use crate::rootkey::{KeyFile, RootKey};
use keyward_app::App;
use keyward_app::keys::{FIRST, Version};
use keyward_app::rotation::{Current, Use};
use serde_json::json;
use std::collections::BTreeMap;
use std::process::ExitCode;

pub(super) fn run(context: Context, command: &KeysCommand) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    let (config, environment) = context.config()?;
    small_runtime()?.block_on(async {
        match command {
            KeysCommand::List(options) => list(&config, &environment, options).await,
            KeysCommand::Rotate(options) => rotate(terminal, &config, &environment, options).await,
            KeysCommand::Retire(options) => retire(terminal, &config, &environment, options).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What the database says of the versions.
struct Found {
    current: Version,
    uses: BTreeMap<Version, Use>,
}

async fn look(app: &App) -> Result<Found, Complaint> {
    let current = app.current_key().await.map_err(|e| refuse(&e))?;
    Ok(Found {
        current: current.map_or(FIRST, |current| current.version),
        uses: app.key_uses().await.map_err(|e| refuse(&e))?,
    })
}

fn root_key(config: &Config, environment: &Environment) -> Result<RootKey, Complaint> {
    let missing = || {
        Complaint::new(
            "there is no root key yet",
            config.data_dir.display().to_string(),
            "start `keyward serve` once, or set data_dir to where it is",
        )
    };
    RootKey::load(config, environment)?.ok_or_else(missing)
}

async fn list(config: &Config, environment: &Environment, options: &Json) -> Result<(), Complaint> {
    let key = root_key(config, environment)?;
    let app = open(config, environment).await?;
    let found = look(&app).await;
    app.db.close().await;
    let found = found?;
    let versions = std::iter::once(FIRST).chain(key.later().map(|(version, _)| version));
    if options.json {
        let all = versions.map(|version| {
            let used = found.uses.get(&version).copied().unwrap_or_default();
            json!({
                "version": version,
                "seals": version == found.current,
                "passwords": used.passwords,
                "apps": used.apps,
                "messages": used.messages,
            })
        });
        line(&serde_json::Value::Array(all.collect()).to_string());
        return Ok(());
    }
    line("version      passwords       apps   messages");
    for version in versions {
        let used = found.uses.get(&version).copied().unwrap_or_default();
        let note = if version == found.current {
            "   seals"
        } else if version == FIRST {
            "   stays: digests and agents hang on it"
        } else if used == Use::default() {
            "   can be retired"
        } else {
            ""
        };
        let Use {
            passwords,
            apps,
            messages,
        } = used;
        line(&format!(
            "{version:>7} {passwords:>14} {apps:>10} {messages:>10}{note}"
        ));
    }
    Ok(())
}

async fn rotate(
    terminal: Terminal,
    config: &Config,
    environment: &Environment,
    options: &Json,
) -> Result<(), Complaint> {
    let version = next_version(config, environment).await?;
    let app = open(config, environment).await?;
    let made = app.make_key_current(version).await;
    app.db.close().await;
    let Some(Current { version, since }) = made.map_err(|e| refuse(&e))? else {
        return Err(Complaint::new(
            "another rotation was quicker",
            "the database",
            "look with `keyward keys list`",
        ));
    };
    let since = jiff::Timestamp::from_microsecond(since.0).unwrap_or_default();
    if options.json {
        let since = since.to_string();
        line(&json!({ "version": version, "sealsFrom": since }).to_string());
        return Ok(());
    }
    let good = terminal.tone(Tone::Good, "good:");
    line(&format!(
        "{good} version {version} of the root key seals from {since:.0} on"
    ));
    line(
        "      running servers then seal everything with it that is there; `keyward keys list` shows how far",
    );
    if KeyFile::of(config, environment).is_some() {
        let file = config.data_dir.join("root.key");
        line(&format!(
            "      copy {} again: backups need the whole of it",
            file.display()
        ));
    }
    Ok(())
}

/// The version to make current: one that the operator has given already, or a new one in the file.
async fn next_version(config: &Config, environment: &Environment) -> Result<Version, Complaint> {
    let newest = root_key(config, environment)?.newest();
    let app = open(config, environment).await?;
    let current = app.current_key().await;
    app.db.close().await;
    let current = current.map_err(|e| refuse(&e))?;
    if newest > current.map_or(FIRST, |current| current.version) {
        return Ok(newest);
    }
    match KeyFile::of(config, environment) {
        Some(file) => file.add(),
        None => Err(Complaint::new(
            "the root key is given by the settings, and has no version yet that could be next",
            "root_key_file, or the credential",
            "add the output of `openssl rand -base64 32` as its last line, on every node; start them again, one after \
             the other; then rotate",
        )),
    }
}

async fn retire(
    terminal: Terminal,
    config: &Config,
    environment: &Environment,
    options: &Retire,
) -> Result<(), Complaint> {
    let version = options.version;
    let refused = |what: String, fix: &str| Complaint::new(what, "the command line", fix);
    let there = root_key(config, environment)?
        .later()
        .any(|(v, _)| v == version);
    if version == FIRST {
        let what = "version 1 can't be retired: digests of tokens, and what agents have pinned, hang on it";
        return Err(refused(
            what.to_owned(),
            "keep it; it need not seal anything",
        ));
    }
    if !there {
        let what = format!("the root key has no version {version}");
        return Err(refused(what, "look with `keyward keys list`"));
    }
    let app = open(config, environment).await?;
    let found = look(&app).await;
    app.db.close().await;
    let found = found?;
    if version >= found.current {
        let what = format!("version {version} seals, or will");
        return Err(refused(what, "rotate first"));
    }
    if found.uses.contains_key(&version) {
        let what = format!("version {version} has sealed what is still there");
        return Err(refused(what, "wait until `keyward keys list` shows zeros"));
    }
    let Some(file) = KeyFile::of(config, environment) else {
        let what = format!(
            "version {version} seals nothing any more, and the root key is given by the settings"
        );
        return Err(refused(
            what,
            "put a `-` in the place of its line, on every node",
        ));
    };
    file.retire(version)?;
    let good = terminal.tone(Tone::Good, "good:");
    line(&format!("{good} version {version} of the root key is gone"));
    line("      backups from before need a copy of the root key from before");
    Ok(())
}
