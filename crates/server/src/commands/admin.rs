//! `keyward admin …`: what only somebody on the machine itself may do.

use super::terminal::{Terminal, Tone, line};
use super::{Context, small_runtime, subscription};
use crate::cli::{AdminCommand, Recover, TenantCommand, TenantCreate};
use crate::complaint::{Complaint, Complaints};
use crate::config::{Config, Environment};
use crate::database::{self, Lock, Opened};
use crate::rootkey::{Database, RootKey};
use crate::wiring;
use keyward_app::users::UserForm;
use keyward_app::{App, Error};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(context: Context, command: AdminCommand) -> Result<ExitCode, Complaints> {
    match command {
        AdminCommand::Recover(options) => recover(context, &options),
        AdminCommand::Tenant(TenantCommand::Create(options)) => create(context, options),
        AdminCommand::Subscription(command) => subscription::run(context, command),
    }
}

fn recover(context: Context, options: &Recover) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    let (config, environment) = context.config()?;
    let password = small_runtime()?.block_on(async {
        let app = open(&config, &environment).await?;
        let password = app.recover_admin(&options.user_name).await;
        app.db.close().await;
        password.map_err(|error| refuse(&error))
    })?;
    if options.json {
        as_json(&options.user_name, &password);
    } else {
        let what = "is a Global Administrator and can sign in";
        say(terminal, &options.user_name, what, &password);
    }
    Ok(ExitCode::SUCCESS)
}

fn create(context: Context, options: TenantCreate) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    let (config, environment) = context.config()?;
    let admin = UserForm {
        upn: options.admin.clone(),
        display_name: options.admin_name,
        mail: options.admin_mail.unwrap_or_default(),
        ..UserForm::default()
    };
    let (_, password) = small_runtime()?.block_on(async {
        let app = open(&config, &environment).await?;
        let made = app
            .create_tenant(&options.name, &options.domain, &admin)
            .await;
        app.db.close().await;
        made.map_err(|error| refuse(&error))
    })?;
    if options.json {
        as_json(&options.admin, &password);
    } else {
        let what = "is the Global Administrator of the new organization";
        say(terminal, &options.admin, what, &password);
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(user: &str, password: &Secret) {
    line(&json!({ "userName": user, "temporaryPassword": password.expose() }).to_string());
}

fn say(terminal: Terminal, user: &str, what: &str, password: &Secret) {
    let good = terminal.tone(Tone::Good, "good:");
    line(&format!("{good} {user} {what}"));
    line(&format!("      temporary password: {}", password.expose()));
    line("      shown this once; it has to be changed at the first sign-in");
}

/// The application over a database that is there, also while a server runs on it. Mail that this causes goes out
/// through that server.
pub(super) async fn open(config: &Config, environment: &Environment) -> Result<App, Complaint> {
    let db = database::open_existing(config).await?;
    let key = RootKey::load_or_create(config, environment, Database::InUse)?;
    let opened = Opened {
        db,
        key,
        schema_before: 0,
        lock: Lock::none(),
    };
    wiring::assemble(config, &opened, wiring::Outward::default()).await
}

pub(super) fn refuse(error: &Error) -> Complaint {
    let (what, fix) = match error {
        Error::Refused(Refusal::NotFound) => {
            ("nobody has this user name", "check how it is written")
        }
        Error::Refused(Refusal::UnknownDomain) => {
            ("no organization has this domain", "check how it is written")
        }
        Error::Refused(Refusal::Fields(faults)) => {
            let list: Vec<_> = faults
                .iter()
                .map(|f| format!("{} ({})", f.field, f.code))
                .collect();
            let what = format!("this can't be used: {}", list.join(", "));
            return Complaint::new(
                what,
                "the command line",
                "correct it; --help shows an example",
            );
        }
        _ => {
            return Complaint::new(
                error.to_string(),
                "the command",
                "try again; `keyward doctor` tries every part",
            );
        }
    };
    Complaint::new(what, "the command line", fix)
}
