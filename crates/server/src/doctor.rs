//! Proves, one part after the other, that an installation works, and says in words what doesn't.

mod address;
mod certificate;
mod clock;

pub use address::{Answer, public_url};
pub use certificate::certificate;
pub use clock::{Others, clock, server_time};

use crate::config::{Config, Database, Environment, Sms, Smtp};
use crate::rootkey::RootKey;
use crate::smtp::SmtpMailer;
use crate::{data_dir, database, sms, voice};
use keyward_app::ports::{Mailer, SendError};
use keyward_store::{Db, schema};
use serde::Serialize;

/// How one part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It was tried, and works.
    Good,
    /// It works, but somebody should look at it; or it is switched off.
    Warning,
    /// It does not work.
    Bad,
}

/// What was found about one part.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Which part.
    pub part: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub text: String,
    /// What to do, when something is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Finding {
    /// It works.
    pub fn good(part: &'static str, text: impl Into<String>) -> Self {
        Self {
            part,
            verdict: Verdict::Good,
            text: text.into(),
            fix: None,
        }
    }

    /// Somebody should look at it.
    pub fn warning(part: &'static str, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            part,
            verdict: Verdict::Warning,
            text: text.into(),
            fix: Some(fix.into()),
        }
    }

    /// It does not work.
    pub fn bad(part: &'static str, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            part,
            verdict: Verdict::Bad,
            text: text.into(),
            fix: Some(fix.into()),
        }
    }
}

/// The file of passwords known from breaches.
#[must_use]
pub fn breached_passwords(config: &Config) -> Finding {
    const PART: &str = "breach list";
    let Some(file) = &config.breach else {
        let fix = "make a file with `keyward breach build`, and name it in breach.file";
        return Finding::warning(PART, "is not there: known passwords are taken", fix);
    };
    match crate::breach::open(file) {
        Ok(filter) => {
            let (entries, kind) = (filter.entries(), filter.kind().name());
            let text = format!("has {entries} passwords ({kind}), and is whole");
            Finding::good(PART, text)
        }
        Err(complaint) => Finding::bad(PART, complaint.what, complaint.fix),
    }
}

/// The data directory and the root key.
#[must_use]
pub fn files(config: &Config, environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    if matches!(config.database, Database::Sqlite(_)) {
        let place = config.data_dir.display();
        findings.push(if config.data_dir.exists() {
            match data_dir::prepare(&config.data_dir, environment) {
                Ok(()) => Finding::good("data directory", format!("{place} is private")),
                Err(complaint) => Finding::bad("data directory", complaint.what, complaint.fix),
            }
        } else {
            let text = format!("{place} does not exist yet");
            Finding::warning("data directory", text, "the first `keyward serve` makes it")
        });
    }
    findings.push(match RootKey::load(config, environment) {
        Ok(Some(_)) => Finding::good("root key", "is there, and private"),
        Ok(None) => {
            let fix =
                "the first `keyward serve` makes it; keep a copy of it apart from the backups";
            Finding::warning("root key", "does not exist yet", fix)
        }
        Err(complaint) => Finding::bad("root key", complaint.what, complaint.fix),
    });
    findings
}

/// Opens the database, reads it, and writes to it without leaving anything behind.
pub async fn database(config: &Config) -> Vec<Finding> {
    const PART: &str = "database";
    let place = database::place(config);
    if database::is_to_be_made(config) {
        let fix = "the first `keyward serve` makes it";
        return vec![Finding::warning(
            PART,
            format!("{place}: does not exist yet"),
            fix,
        )];
    }
    let outcome = async {
        let db = database::open_existing(config).await?;
        let version = try_rows(&db)
            .await
            .map_err(|error| database::complain(config, &error));
        db.close().await;
        version
    };
    let mut findings = vec![match outcome.await {
        Ok(version) if version == schema::VERSION => Finding::good(
            PART,
            format!("{place}: schema {version}, can be read and written"),
        ),
        Ok(version) => Finding::bad(
            PART,
            format!(
                "{place}: schema {version}, and this program needs {}",
                schema::VERSION
            ),
            "run `keyward migrate`, or the program of the right version",
        ),
        Err(complaint) => Finding::bad(PART, format!("{place}: {}", complaint.what), complaint.fix),
    }];
    if matches!(config.database, Database::Sqlite(_)) {
        findings.extend(disk(config));
    }
    findings
}

async fn try_rows(db: &Db) -> keyward_store::Result<i64> {
    let version = schema::version(db).await?;
    if version == schema::VERSION {
        db.system_read().await?.check().await?;
        // Dropped without a commit.
        db.system().await?.set_fact("doctor", b"").await?;
    }
    Ok(version)
}

/// Room on the disk: a full one refuses every write, and with it every reset.
fn disk(config: &Config) -> Option<Finding> {
    const PART: &str = "disk";
    const LEAST: u64 = 512;
    let free = rustix::fs::statvfs(&config.data_dir).ok()?;
    let mib = free.f_bavail.saturating_mul(free.f_frsize) / (1024 * 1024);
    let text = format!("{mib} MiB free in {}", config.data_dir.display());
    Some(if mib < LEAST {
        Finding::warning(
            PART,
            text,
            "make room: when the disk is full nobody can reset a password",
        )
    } else {
        Finding::good(PART, text)
    })
}

/// Connects to the mail server and signs in.
pub async fn mail(smtp: Option<Smtp>) -> Finding {
    const PART: &str = "mail";
    let Some(smtp) = smtp else {
        let fix = "set smtp.host: without mail nobody can prove an email address or gets a notice";
        return Finding::warning(PART, "is switched off", fix);
    };
    match SmtpMailer::new(smtp) {
        Ok(mailer) => probed(
            PART,
            mailer.probe().await,
            "check [smtp] in the settings; docs/admin/smtp-sms.md",
        ),
        Err(complaint) => Finding::bad(PART, complaint.what, complaint.fix),
    }
}

/// Asks the SMS gateway whether it knows us.
pub async fn text_messages(sms: Option<Sms>) -> Finding {
    const PART: &str = "text messages";
    let Some(settings) = sms else {
        return Finding::warning(
            PART,
            "are switched off",
            "set sms.provider, if people are to prove a phone",
        );
    };
    match sms::sender(settings) {
        Ok(sender) => probed(
            PART,
            sender.probe().await,
            "check [sms] in the settings; docs/admin/smtp-sms.md",
        ),
        Err(complaint) => Finding::bad(PART, complaint.what, complaint.fix),
    }
}

/// Asks the gateway for calls whether it knows us; nothing to say where there is none.
pub async fn calls(settings: Option<Sms>) -> Option<Finding> {
    const PART: &str = "calls";
    Some(match voice::caller(settings?) {
        Ok(caller) => probed(
            PART,
            caller.probe().await,
            "check [voice] in the settings; docs/admin/smtp-sms.md",
        ),
        Err(complaint) => Finding::bad(PART, complaint.what, complaint.fix),
    })
}

fn probed(part: &'static str, result: Result<String, SendError>, fix: &str) -> Finding {
    match result {
        Ok(text) => Finding::good(part, text),
        Err(error) => Finding::bad(part, error.to_string(), fix),
    }
}
