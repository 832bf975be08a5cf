//! `keyward demo`: everything in one process, nothing to set up, nothing that leaves this machine.

mod agent;
mod checkout;
mod child;
mod directory;
mod introduction;
mod premises;
mod sent;

use super::{Context, server_runtime};
use crate::cli::Demo;
use crate::complaint::{Complaint, Complaints};
use crate::config::{Config, Environment, Settings, Sources};
use crate::rootkey::rereading;
use crate::server::Server;
use crate::{database, edge, harden, logging, wiring};
use introduction::Introduction;
use premises::Premises;
use sent::Sent;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::oneshot;

pub(super) fn run(context: &Context, options: &Demo) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    on_this_machine(options.listen)?;
    let source = options
        .with_ad
        .then(|| premises::check(options))
        .transpose()?;
    let temporary = options.data.is_none().then(temporary).transpose()?;
    let fresh = temporary.as_ref().map(|t| t.path().join("data"));
    let data = options.data.clone().or(fresh).unwrap_or_default();
    // With port 0 the address is known once it is taken, and the links in the mails need it.
    let server = Server::bind(&settings(options.listen, &data)?)?;
    let config = settings(server.address(), &data)?;
    logging::start(&config.log, terminal.log_colors());
    harden::panics();
    let premises = match source {
        Some(source) => {
            let programs = source.programs(&context.sources.environment)?;
            Some(Premises::new(programs, options.skip_install))
        }
        None => None,
    };
    let introduction = Introduction {
        terminal,
        fresh: temporary.is_some(),
    };
    server_runtime()?.block_on(Box::pin(serve(&config, server, introduction, premises)))?;
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
    introduction: Introduction,
    premises: Option<Premises>,
) -> Result<(), Complaint> {
    let environment = Environment::default();
    let opened = database::open_or_create(config, &environment).await?;
    let sent = Arc::new(Sent::default());
    let out = wiring::Outward {
        mailer: Some(sent.clone()),
        sms: Some(sent.clone()),
        voice: Some(sent.clone()),
    };
    let app = wiring::assemble(config, &opened, out).await?;
    app.fill_demo()
        .await
        .map_err(|error| wiring::fault(config, &error))?;
    let router = edge::router(&app, config, Some(sent))?;
    let reread = rereading(config, &environment);
    let Some(mut premises) = premises else {
        let ready = || {
            introduction.print(config);
            introduction.end();
        };
        return server.run(&app, router, &environment, reread, ready).await;
    };
    let (answers, answered) = oneshot::channel();
    let serving = server.run(&app, router, &environment, reread, || {
        let _ = answers.send(());
    });
    let beside = async {
        // Its sender goes without a word only together with the server.
        let _ = answered.await;
        let directory = premises.start(&app, config).await?;
        introduction.print(config);
        introduction.print_directory(&directory);
        introduction.end();
        Err(premises.watch().await)
    };
    let result = tokio::select! {
        result = serving => result,
        result = beside => result,
    };
    premises.end().await;
    result
}
