//! `keyward-connect support-bundle`

use super::{Done, config, print, small_runtime};
use crate::cli::Cli;
use crate::{doctor, support};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(cli: &Cli, file: &Path) -> Done {
    let config = config(&cli.config);
    let findings = small_runtime()?.block_on(doctor::examine(config.clone(), &cli.state));
    let texts = support::collect(config.as_ref(), &cli.state, &findings);
    support::write(file, &texts)?;
    print(&format!(
        "Written to {}: {}\nRead it before you send it on: names of people are in it, passwords and keys are not.\n",
        file.display(),
        texts
            .iter()
            .map(|text| text.name)
            .collect::<Vec<_>>()
            .join(", ")
    ));
    Ok(ExitCode::SUCCESS)
}
