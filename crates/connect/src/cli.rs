//! The command line.

use crate::config;
use crate::logging::Level;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// The agent beside an on-premises directory: brings its users in, checks sign-ins, writes new passwords back.
#[derive(Parser)]
#[command(
    name = "keyward-connect",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
#[command(
    after_help = "Example:\n  keyward-connect configure && keyward-connect doctor && keyward-connect run"
)]
pub struct Cli {
    /// The settings
    #[arg(long, global = true, value_name = "FILE", default_value = config::FILE)]
    pub config: PathBuf,

    /// Where the agent keeps its keys and its journal
    #[arg(long, global = true, value_name = "DIR", default_value = config::STATE)]
    pub state: PathBuf,

    /// How much to say on standard error
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info")]
    pub log: Level,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Ask what there is to know, page by page, and write the settings
    Configure(Configure),
    /// Ask to be let in, and wait until an administrator approves
    Enrol(Enrol),
    /// Work, until stopped
    Run,
    /// Say how the agent is, without asking anybody
    Status(Json),
    /// Synchronise now
    #[command(args_conflicts_with_subcommands = true)]
    Sync(Sync),
    /// Prove that settings, clock, service and directories work, and that the account has its rights
    Doctor(Json),
    /// Write what a helper needs to see into a tar file, without any secret
    SupportBundle(SupportBundle),
    /// Work on the agent's keys
    #[command(subcommand)]
    Key(Key),
}

/// For programs instead of people.
#[derive(Args)]
pub struct Json {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `keyward-connect configure`.
#[derive(Args)]
#[command(
    after_help = "Example:\n  keyward-connect configure\n  keyward-connect configure --answers answers.toml\n\nEvery line of an answers file: docs/admin/connect-answers.toml"
)]
pub struct Configure {
    /// Take the answers from a TOML file instead of asking somebody
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
}

/// Options of `keyward-connect enrol`.
#[derive(Args)]
pub struct Enrol {
    /// Ask anew, although this agent was let in before
    #[arg(long)]
    pub again: bool,
    /// Print a line of JSON with the code and the fingerprint, and one when somebody has approved
    #[arg(long)]
    pub json: bool,
}

/// Options of `keyward-connect sync`.
#[derive(Args)]
pub struct Sync {
    /// Read everything, not only what changed
    #[arg(long)]
    pub full: bool,
    /// Compute and count, change nothing
    #[arg(long)]
    pub preview: bool,
    /// Write all changes that the preview would make into a file for spreadsheets; it must not exist
    #[arg(long, value_name = "FILE", requires = "preview")]
    pub csv: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// One user.
    #[command(subcommand)]
    pub of: Option<SyncOf>,
}

/// `keyward-connect sync …`
#[derive(Subcommand)]
pub enum SyncOf {
    /// Look at one user: what was read, which rule did what, what would change
    User(SyncUser),
}

/// Options of `keyward-connect sync user`.
#[derive(Args)]
#[command(after_help = "Example:\n  keyward-connect sync user ada@corp.example --explain")]
pub struct SyncUser {
    /// User principal name, account name or distinguished name
    pub name: String,
    /// Show what would become of the user, and change nothing
    #[arg(long, required = true)]
    pub explain: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `keyward-connect support-bundle`.
#[derive(Args)]
pub struct SupportBundle {
    /// The tar file to write; it must not exist
    pub file: PathBuf,
}

/// `keyward-connect key …`
#[derive(Subcommand)]
pub enum Key {
    /// Make a new sealing key; what was sealed to the old one can be opened for a day
    Roll,
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::{CommandFactory, Parser};

    #[test]
    fn help_fits_a_screen_and_shows_an_example() {
        Cli::command().debug_assert();
        let help = Cli::command().render_help().to_string();
        assert!(help.lines().count() <= 30, "{help}");
        assert!(help.contains("Example:"));
    }

    #[test]
    fn a_user_is_only_looked_at() {
        let parse = |line: &str| Cli::try_parse_from(line.split(' ')).is_ok();
        assert!(parse("keyward-connect sync --full --preview"));
        assert!(parse("keyward-connect sync user ada --explain"));
        assert!(!parse("keyward-connect sync user ada"));
    }
}
