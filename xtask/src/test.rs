//! The one command that decides whether the repository is good.

use clap::Args;
use keyward_testbed::postgres::{Postgres, URL_VARIABLE, is_installed};
use keyward_testbed::process::environment;

use crate::shell::{self, Done, cargo};
use crate::{check, fuzz, install, pictures};

#[derive(Args)]
pub(crate) struct Options {
    /// Install nothing; tests whose tools are missing fail and say so
    #[arg(long)]
    skip_install: bool,
    /// Run the tests only, without fmt, clippy, tidy and doc
    #[arg(long)]
    no_check: bool,
    /// Also throw bytes at everything that reads foreign ones, with a nightly compiler
    #[arg(long)]
    thorough: bool,
    /// Passed on to cargo nextest run: filters, --no-capture, -p CRATE
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "NEXTEST"
    )]
    nextest: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Done {
    install::everything(options.skip_install)?;
    // Both are run whatever the other finds: one look at the output should tell everything that is wrong.
    let checked = if options.no_check {
        Ok(())
    } else {
        check::run()
    };
    let mut tested = tests(&options.nextest);
    if options.thorough {
        tested = tested.and(fuzz::run(options.skip_install));
    }
    if let Err(error) = &checked {
        println!("check: {error}");
    }
    tested.and(checked)
}

fn tests(arguments: &[String]) -> Done {
    // `-p CRATE` and its like say which packages; without it is all of them.
    let narrowed = arguments
        .iter()
        .any(|word| word == "-p" || word.starts_with("--package"));
    let mut command = cargo(&["nextest", "run", "--all-features"]);
    if !narrowed {
        command.arg("--workspace");
    }
    command.args(arguments);
    pictures::clear()?;
    let postgres = (environment(URL_VARIABLE).is_none() && is_installed()).then(Postgres::start);
    if let Some(postgres) = &postgres {
        command.env(URL_VARIABLE, postgres.url());
    }
    shell::run(&mut command)?;
    // Some tests alone take some pictures.
    if arguments.is_empty() {
        pictures::complete()?;
    }
    Ok(())
}
