//! `keyward demo`: everything in one process, nothing to set up, nothing that leaves this machine.

use super::terminal::{Terminal, Tone, line};
use super::{Context, server_runtime};
use crate::cli::Demo;
use crate::complaint::{Complaint, Complaints};
use crate::config::{Config, Environment, Settings, Sources};
use crate::server::Server;
use crate::{database, edge, harden, logging, wiring};
use async_trait::async_trait;
use keyward_app::clock::{Clock, SystemClock};
use keyward_app::demo::{ORGANISATION, SAMPLES};
use keyward_app::ports::{Mailer, OutgoingMail, OutgoingSms, SendError, SmsSender};
use keyward_http::{DemoMessage, DemoOutbox};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

/// The newest messages are kept, the older ones forgotten.
const KEPT: usize = 200;

pub(super) fn run(context: &Context, options: &Demo) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    on_this_machine(options.listen)?;
    let temporary = options.data.is_none().then(temporary).transpose()?;
    let fresh = temporary.as_ref().map(|t| t.path().join("data"));
    let data = options.data.clone().or(fresh).unwrap_or_default();
    // With port 0 the address is known once it is taken, and the links in the mails need it.
    let server = Server::bind(&settings(options.listen, &data)?)?;
    let config = settings(server.address(), &data)?;
    logging::start(&config.log, terminal.log_colors());
    harden::panics();
    server_runtime()?.block_on(serve(&config, server, terminal, temporary.is_some()))?;
    Ok(ExitCode::SUCCESS)
}

/// The passwords of the demo are printed and everybody can read its mail: it is shown to nobody else.
fn on_this_machine(address: SocketAddr) -> Result<(), Complaint> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    Err(Complaint::new(
        "the demo serves this machine alone: everybody who reaches it can read its mail and sign in as anybody",
        format!("--listen {address}"),
        format!(
            "take --listen 127.0.0.1:{}; to see it from another machine, forward the port: ssh -L; to let people in, \
             use `keyward serve` (docs/admin/set-up.md)",
            address.port()
        ),
    ))
}

fn temporary() -> Result<tempfile::TempDir, Complaint> {
    tempfile::Builder::new()
        .prefix("keyward-demo-")
        .tempdir()
        .map_err(|error| {
            Complaint::new(
                format!("no temporary directory: {error}"),
                "--data",
                "name a directory with --data DIR",
            )
        })
}

/// The settings of a real installation on this address; nothing of the machine's own settings is looked at.
fn settings(address: SocketAddr, data: &Path) -> Result<Config, Complaints> {
    let environment = Environment::from([
        ("KEYWARD_PUBLIC_URL", format!("http://{address}").as_str()),
        ("KEYWARD_LISTEN", address.to_string().as_str()),
        ("KEYWARD_DATA_DIR", &data.to_string_lossy()),
        ("KEYWARD_LOG_FORMAT", "text"),
        ("KEYWARD_LOG_LEVEL", "warn"),
    ]);
    Settings::load(Sources {
        file: Some(PathBuf::from("/dev/null")),
        environment,
    })
    .check()
}

async fn serve(
    config: &Config,
    server: Server,
    terminal: Terminal,
    fresh: bool,
) -> Result<(), Complaint> {
    let environment = Environment::default();
    let opened = database::open_or_create(config, &environment).await?;
    let sent = Arc::new(Sent::default());
    let app = wiring::assemble(config, &opened, Some(sent.clone()), Some(sent.clone())).await?;
    app.fill_demo()
        .await
        .map_err(|error| wiring::fault(config, &error))?;
    let router = edge::router(&app, config, Some(sent))?;
    let ready = || {
        introduce(terminal, config, fresh);
        line("ready");
    };
    server.run(&app, router, &environment, ready).await
}

/// Says where everything is.
fn introduce(terminal: Terminal, config: &Config, fresh: bool) {
    let url = config.public_url.origin();
    let quiet = |text: &str| terminal.tone(Tone::Quiet, text);
    line(&format!(
        "\nKeyward, with {ORGANISATION} as the example organization\n"
    ));
    line(&format!(
        "  Portal         {}",
        terminal.tone(Tone::Good, url)
    ));
    line(&format!(
        "  Admin center   {}",
        terminal.tone(Tone::Good, &format!("{url}/admin"))
    ));
    line(&format!(
        "  Mail and SMS   {}",
        terminal.tone(Tone::Good, &format!("{url}/outbox"))
    ));
    line(&format!(
        "  Data           {}{}\n",
        config.data_dir.display(),
        if fresh {
            quiet("  (gone when it stops)")
        } else {
            String::new()
        }
    ));
    line("  Accounts");
    for sample in &SAMPLES {
        line(&format!(
            "    {:<24} {:<22} {}",
            sample.upn,
            sample.password,
            quiet(sample.story)
        ));
    }
    line(&format!("\n  {}\n", quiet("Ctrl+C stops it.")));
}

/// What was sent: the demo's mail server and SMS gateway.
#[derive(Default)]
struct Sent(Mutex<VecDeque<DemoMessage>>);

impl Sent {
    fn keep(&self, message: DemoMessage) -> Result<(), SendError> {
        let mut messages = self
            .0
            .lock()
            .map_err(|_| SendError::Retry("the outbox is in disorder".into()))?;
        messages.push_front(message);
        messages.truncate(KEPT);
        Ok(())
    }
}

impl DemoOutbox for Sent {
    fn messages(&self) -> Vec<DemoMessage> {
        self.0
            .lock()
            .map(|m| m.iter().cloned().collect())
            .unwrap_or_default()
    }
}

#[async_trait]
impl Mailer for Sent {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError> {
        self.keep(DemoMessage {
            at: SystemClock.now(),
            mail: true,
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
        })
    }

    async fn probe(&self) -> Result<String, SendError> {
        Ok("the demo keeps its mail".into())
    }
}

#[async_trait]
impl SmsSender for Sent {
    async fn send(&self, sms: &OutgoingSms) -> Result<(), SendError> {
        self.keep(DemoMessage {
            at: SystemClock.now(),
            mail: false,
            to: sms.to.clone(),
            subject: String::new(),
            text: sms.text.clone(),
        })
    }

    async fn probe(&self) -> Result<String, SendError> {
        Ok("the demo keeps its text messages".into())
    }
}
