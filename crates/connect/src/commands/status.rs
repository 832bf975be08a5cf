//! `keyward-connect status`

use super::{Done, print, print_json};
use crate::cli::Cli;
use crate::complaint::{Complaint, exit};
use crate::status::{LinkState, Status, is_running};
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct Shown {
    running: bool,
    #[serde(flatten)]
    status: Status,
}

pub(super) fn run(cli: &Cli, json: bool) -> Done {
    let status = Status::load(&cli.state).ok_or_else(|| {
        Complaint::new(
            "no agent has worked in this state directory, or you may not look into it",
            cli.state.display().to_string(),
            "run this as the agent's user: sudo -u keyward-connect keyward-connect status",
        )
    })?;
    let running = is_running(&cli.state);
    let well = running && status.link == LinkState::Connected;
    if json {
        print_json(&Shown { running, status })?;
    } else {
        print(&status.shown(running));
    }
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(exit::FAULT)
    })
}
