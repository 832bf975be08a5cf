//! `keyward serve`.

use super::terminal::line;
use super::{Context, server_runtime};
use crate::complaint::{Complaint, Complaints};
use crate::config::{Config, Environment};
use crate::rootkey::rereading;
use crate::server::Server;
use crate::{database, edge, harden, logging, wiring};
use keyward_store::schema;
use std::process::ExitCode;

pub(super) fn run(context: Context) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    let (config, environment) = context.config()?;
    logging::start(&config.log, terminal.log_colors());
    harden::panics();
    server_runtime()?.block_on(serve(config, &environment))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(mut config: Config, environment: &Environment) -> Result<(), Complaint> {
    let server = Server::bind(&config)?;
    let opened = database::open_or_create(&config, environment).await?;
    if opened.schema_before != 0 && opened.schema_before != schema::VERSION {
        let (from, to) = (opened.schema_before, schema::VERSION);
        tracing::info!(from, to, "the database has been brought up to date");
    }
    let app = wiring::app(&mut config, &opened).await?;
    let link = app
        .setup_link()
        .await
        .map_err(|error| wiring::fault(&config, &error))?;
    let router = edge::router(&app, &config, None)?;
    let ready = format!("ready on {}, as {}", server.address(), config.public_url);
    server
        .run(
            &app,
            router,
            environment,
            rereading(&config, environment),
            || {
                if let Some(link) = link {
                    // Printed, and no log line with fields: the link is worth an administrator, and logs are shipped.
                    line(&format!("Set up the organization, once, at {link}"));
                }
                line(&ready);
            },
        )
        .await
}
