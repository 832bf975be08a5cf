//! Puts the application together: settings become limits, adapters stand behind the ports.

use crate::breach::Watched;
use crate::complaint::Complaint;
use crate::config::{Config, Hashing};
use crate::database::{self, Opened};
use crate::sms;
use crate::smtp::SmtpMailer;
use crate::voice;
use keyward_app::clock::SystemClock;
use keyward_app::entropy::SystemEntropy;
use keyward_app::hash::Hasher;
use keyward_app::ports::{BreachList, Mailer, SmsSender, VoiceCaller};
use keyward_app::settings::Settings;
use keyward_app::strangers::Strangers;
use keyward_app::texts::Texts;
use keyward_app::{App, Error, Parts};
use keyward_core::password::LengthRule;
use keyward_core::signin::LockoutRule;
use keyward_core::throttle::Rule;
use keyward_store::install::fact;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// The application over an opened database. The key is checked against it: a wrong one goes no further (DB-04).
pub async fn app(config: &mut Config, opened: &Opened) -> Result<App, Complaint> {
    // A delivery that is over by its own timeout says why; the end of the outbox comes after that.
    let timeouts = [
        config.smtp.as_ref().map(|s| s.timeout),
        config.sms.as_ref().map(|s| s.timeout),
        config.voice.as_ref().map(|s| s.timeout),
    ];
    let longest = timeouts.into_iter().flatten().max().unwrap_or_default();
    let mailer = config.smtp.take().map(SmtpMailer::new).transpose()?;
    let sender = config.sms.take().map(sms::sender).transpose()?;
    let caller = config.voice.take().map(voice::caller).transpose()?;
    let mailer = mailer.map(|mailer| Arc::new(mailer) as Arc<dyn Mailer>);
    let out = Outward {
        mailer,
        sms: sender,
        voice: caller,
    };
    let settings = Settings {
        delivery: longest + Duration::from_secs(10),
        ..settings(config)
    };
    put_together(config, opened, settings, out).await
}

/// The ways out of the house; none: not that way.
#[derive(Default)]
pub struct Outward {
    /// Mail.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Text messages.
    pub sms: Option<Arc<dyn SmsSender>>,
    /// Calls.
    pub voice: Option<Arc<dyn VoiceCaller>>,
}

/// [`app`], with ways out of the caller's own.
pub async fn assemble(config: &Config, opened: &Opened, out: Outward) -> Result<App, Complaint> {
    put_together(config, opened, settings(config), out).await
}

async fn put_together(
    config: &Config,
    opened: &Opened,
    settings: Settings,
    out: Outward,
) -> Result<App, Complaint> {
    let epoch = opened.db.fact(fact::EPOCH).await;
    let epoch = epoch.map_err(|error| database::complain(config, &error))?;
    let epoch = epoch
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u64::from_be_bytes);
    let breaches = config.breach.as_ref().map(Watched::open).transpose()?;
    let app = App::new(Parts {
        db: opened.db.clone(),
        keys: opened.key.keys(epoch),
        hasher: hasher(config.hashing),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        settings,
        mailer: out.mailer,
        sms: out.sms,
        voice: out.voice,
        breaches: breaches.map(|list| Arc::new(list) as Arc<dyn BreachList>),
        texts: Texts::get(),
        outbox: Notify::new(),
        strangers: Strangers::default(),
        closing: watch::Sender::new(false),
    });
    match app.check_key().await {
        Ok(()) => Ok(app),
        Err(Error::Fault(what)) => Err(Complaint::new(
            what,
            database::place(config),
            "put the right root.key back, or set root_key_file; a new key is never made over a database",
        )),
        Err(error) => Err(fault(config, &error)),
    }
}

/// What a failed use case means to an operator.
#[must_use]
pub fn fault(config: &Config, error: &Error) -> Complaint {
    let fix = "look at the lines above; `keyward doctor` tries every part";
    Complaint::new(error.to_string(), database::place(config), fix)
}

fn hasher(hashing: Hashing) -> Hasher {
    let cores = available_parallelism().map_or(1, NonZero::get);
    let threads = if hashing.threads == 0 {
        cores
    } else {
        hashing.threads
    };
    Hasher::new(threads, hashing.queue)
}

fn settings(config: &Config) -> Settings {
    let (limits, sessions, default) = (config.limits, config.sessions, Settings::default());
    Settings {
        public_url: config.public_url.origin().to_owned(),
        code_digits: limits.code_digits,
        code_lifetime: limits.code,
        reset_lifetime: limits.reset,
        proofs: Rule {
            limit: limits.proof_failures,
            window: limits.proof_window,
            block: limits.proof_block,
        },
        sms: Rule {
            limit: limits.sms_per_hour,
            ..default.sms
        },
        mail: Rule {
            limit: limits.mails_per_ten_minutes,
            ..default.mail
        },
        budgets: config.budgets.clone(),
        lockout: LockoutRule {
            threshold: limits.lockout_threshold,
            duration: limits.lockout,
        },
        password: LengthRule {
            min: limits.password_min,
            max: limits.password_max,
        },
        user_idle: sessions.user_idle,
        admin_idle: sessions.admin_idle,
        session_lifetime: sessions.absolute,
        directory_away: config.directory_away,
        ..default
    }
}
