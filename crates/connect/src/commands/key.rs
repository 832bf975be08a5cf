//! `keyward-connect key roll`

use super::{Done, config, print, small_runtime};
use crate::cli::Cli;
use crate::complaint::{Complaint, Complaints};
use crate::control::{self, Ask};
use crate::enrol::Enrolment;
use crate::keys::Keys;
use crate::link::{Client, Line};
use crate::status::Lock;
use std::process::ExitCode;

pub(super) fn roll(cli: &Cli) -> Done {
    let config = config(&cli.config)?;
    let failed = |why: String| {
        let fix = "try again when the service can be reached; the key in use stays as it was";
        Complaint::new(
            format!("the key was not rolled: {why}"),
            &config.service.url,
            fix,
        )
    };
    let fingerprint: String = small_runtime()?.block_on(async {
        let lock = Lock::take(&cli.state).map_err(|error| failed(error.to_string()))?;
        let Some(_lock) = lock else {
            return control::ask(&cli.state, &Ask::RollKey)
                .await
                .map_err(|why| Complaints::from(failed(why)));
        };
        let enrolment = Enrolment::required(&cli.state)?;
        let keys = Keys::load_or_make(&cli.state)?;
        let line = Line::new(Client::new(&config.service)?, enrolment, keys);
        line.roll_key()
            .await
            .map_err(|error| failed(error.to_string()).into())
    })?;
    print(&format!(
        "The sealing key was rolled. The fingerprint is now {fingerprint}\n"
    ));
    Ok(ExitCode::SUCCESS)
}
