//! Whether anybody can find out which names exist: measured by the crate that measures everything else.

use std::path::{PathBuf, absolute};

use clap::Args;

use crate::shell::{self, Done, cargo};

#[derive(Args)]
pub(crate) struct Options {
    /// Samples of each kind of name and each action
    #[arg(long, value_name = "COUNT", default_value_t = 2_000)]
    samples: usize,
    /// Also write the p-values to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Done {
    let mut command = cargo(&["run", "--quiet", "--release", "-p", "keyward-bench", "--"]);
    command.args(["enumerate", "--samples", &options.samples.to_string()]);
    if let Some(file) = &options.json {
        let file = absolute(file).map_err(|error| error.to_string())?;
        command.arg("--json").arg(file);
    }
    shell::run(&mut command)
}
