//! `keyward-connect configure`

use super::{Done, large_runtime, print};
use crate::cli::{Cli, Configure};
use crate::complaint::exit;
use crate::wizard::{self, End, FromFile, Prompts, Terminal};
use std::process::ExitCode;

/// What a shell says of a program that Ctrl-C ended.
const LEFT: u8 = 130;

pub(super) fn run(cli: &Cli, options: &Configure) -> Done {
    let mut prompts: Box<dyn Prompts> = match &options.answers {
        Some(file) => Box::new(FromFile::load(file)?),
        None => Box::new(Terminal::open()?),
    };
    // Directories answer in the background while somebody thinks about a page.
    let runtime = large_runtime()?;
    let end = wizard::run(&cli.config, &cli.state, &mut *prompts, &runtime)?;
    if options.answers.is_some() && end == End::Done {
        print("Configured.\n");
    }
    Ok(match end {
        End::Done => ExitCode::SUCCESS,
        End::Unsynchronised => ExitCode::from(exit::FAULT),
        End::Left => ExitCode::from(LEFT),
    })
}
