//! The command line.

use clap::builder::TypedValueParser as _;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Self-service password reset for people who own their directory.
#[derive(Parser)]
#[command(
    name = "keyward",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
#[command(after_help = "Example:\n  \
    KEYWARD_PUBLIC_URL=https://password.example.org keyward serve\n\n\
    Try it without setting anything up:\n  keyward demo")]
pub struct Cli {
    /// Read this file instead of ./keyward.toml or /etc/keyward/keyward.toml
    #[arg(long, global = true, value_name = "PATH")]
    pub config: Option<PathBuf>,

    /// Print without colours
    #[arg(long, global = true)]
    pub no_color: bool,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Run the server
    Serve,
    /// Run a server with an example organization, to look around
    Demo(Demo),
    /// Check or show the settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Prove that database, clock, mail, text messages, public URL and TLS work
    Doctor(Json),
    /// Bring the database up to this version
    Migrate,
    /// Write a consistent copy of the database, while the server runs
    Backup(Backup),
    /// Put a backup in place; the server must not run
    Restore(Restore),
    /// Make and check the file of passwords known from breaches
    #[command(subcommand)]
    Breach(BreachCommand),
    /// Work on the installation itself, from the machine it runs on
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Look after the root key, while the server runs
    #[command(subcommand)]
    Keys(KeysCommand),
}

/// `keyward keys …`
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Show the versions of the root key, and how much each has sealed
    List(Json),
    /// Add a version, and seal everything with it
    Rotate(Json),
    /// Take a version out for good that seals nothing any more
    Retire(Retire),
}

/// Options of `keyward keys retire`.
#[derive(Args)]
#[command(after_help = "Example:\n  keyward keys retire 2")]
pub struct Retire {
    /// Its number, as `keyward keys list` shows it
    pub version: u8,
}

/// Options of `keyward demo`.
#[derive(Args)]
pub struct Demo {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Keep the data here [default: a fresh temporary directory]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Also start a sample Active Directory (Samba) and the agent beside it; in the source tree, as root
    #[arg(long)]
    pub with_ad: bool,
    /// Install nothing for the sample Active Directory; what is missing is an error
    #[arg(long, requires = "with_ad")]
    pub skip_install: bool,
    /// Take keyward-connect and xtask as they are beside this program, instead of building them
    #[arg(long, requires = "with_ad")]
    pub no_build: bool,
}

/// `keyward config …`
#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Check every setting, and say what is wrong
    Check(Json),
    /// Show every setting and where it comes from; secrets stay hidden
    Show(Show),
    /// Print the reference: a commented keyward.toml with the defaults
    Default,
}

/// Options of `keyward config show`.
#[derive(Args)]
pub struct Show {
    /// Only what differs from the defaults
    #[arg(long)]
    pub changed: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// For programs instead of people.
#[derive(Args)]
pub struct Json {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `keyward backup`.
#[derive(Args)]
pub struct Backup {
    /// The file to write; it must not exist
    pub file: PathBuf,
}

/// Options of `keyward restore`.
#[derive(Args)]
pub struct Restore {
    /// The file that `keyward backup` wrote
    pub file: PathBuf,
    /// Do it without asking
    #[arg(long)]
    pub yes: bool,
}

/// `keyward breach …`
#[derive(Subcommand)]
pub enum BreachCommand {
    /// Make the file out of a download of Have I Been Pwned
    Build(BreachBuild),
    /// Verify a file, and look for a password from standard input in it
    Check(BreachCheck),
}

/// Options of `keyward breach build`.
#[derive(Args)]
#[command(
    after_help = "Example:\n  keyward breach build pwned-passwords-sha1-ordered-by-hash.txt \\\n    \
    --out /var/lib/keyward/breached"
)]
pub struct BreachBuild {
    /// A file of lines HASH:COUNT (SHA-1 or NTLM) in the order of the hashes, or the folder of the range files
    pub source: PathBuf,
    /// The file to make; one that is there is replaced at once when all is done
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// 16: one good password in 65,536 is refused too. 8: half the size, one in 256
    #[arg(long, value_name = "8|16", default_value_t = 16, value_parser = clap::builder::PossibleValuesParser::new(["8", "16"]).map(|text| if text == "8" { 8u8 } else { 16 }))]
    pub bits: u8,
    /// Sign it with this Ed25519 private key (PEM)
    #[arg(long, value_name = "KEY")]
    pub sign: Option<PathBuf>,
}

/// Options of `keyward breach check`.
#[derive(Args)]
#[command(after_help = "Example:\n  keyward breach check /var/lib/keyward/breached < password.txt")]
pub struct BreachCheck {
    /// The file
    pub file: PathBuf,
    /// Demand the signature of this key: the line of base64 of `openssl pkey -pubout`
    #[arg(long, value_name = "BASE64")]
    pub public_key: Option<String>,
}

/// `keyward admin …`
#[derive(Subcommand)]
pub enum AdminCommand {
    /// Let somebody in as Global Administrator, when none can sign in any more
    Recover(Recover),
    /// Work on organizations
    #[command(subcommand)]
    Tenant(TenantCommand),
    /// Say what an organization holds, and change it
    #[command(subcommand)]
    Subscription(SubscriptionCommand),
}

/// Options of `keyward admin recover`.
#[derive(Args)]
#[command(after_help = "Example:\n  keyward admin recover ada@example.org")]
pub struct Recover {
    /// The user name of somebody who exists; they become Global Administrator with a new temporary password
    pub user_name: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `keyward admin tenant …`
#[derive(Subcommand)]
pub enum TenantCommand {
    /// Make an organization with its first Global Administrator
    Create(TenantCreate),
}

/// Options of `keyward admin tenant create`.
#[derive(Args)]
#[command(
    after_help = "Example:\n  keyward admin tenant create \"Example GmbH\" --domain example.org \\\n    \
    --admin ada@example.org --admin-name \"Ada Lovelace\""
)]
pub struct TenantCreate {
    /// Its name, as people read it
    pub name: String,
    /// The domain that its user names end in
    #[arg(long)]
    pub domain: String,
    /// The user name of its first Global Administrator
    #[arg(long, value_name = "USER_NAME")]
    pub admin: String,
    /// That person's name
    #[arg(long, value_name = "NAME")]
    pub admin_name: String,
    /// That person's mailbox
    #[arg(long, value_name = "ADDRESS")]
    pub admin_mail: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `keyward admin subscription …`
#[derive(Subcommand)]
pub enum SubscriptionCommand {
    /// Add a subscription, or more licences to one that is there
    Add(SubscriptionAdd),
    /// Show what an organization holds, and the products there are
    List(SubscriptionList),
    /// Remove a subscription with every licence of it
    Remove(SubscriptionRemove),
}

/// Options of `keyward admin subscription add`.
#[derive(Args)]
#[command(
    after_help = "Example:\n  keyward admin subscription add EMS_E3 --units 250 --tenant example.org"
)]
pub struct SubscriptionAdd {
    /// The product's part number; `keyward admin subscription list` shows all
    #[arg(value_name = "PART_NUMBER")]
    pub sku: String,
    /// How many licences; COMPLETE is for everybody and has no number
    #[arg(long, value_name = "NUMBER")]
    pub units: Option<i64>,
    /// A domain of the organization [default: the first organization of this installation]
    #[arg(long, value_name = "DOMAIN")]
    pub tenant: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `keyward admin subscription list`.
#[derive(Args)]
#[command(after_help = "Example:\n  keyward admin subscription list --tenant example.org")]
pub struct SubscriptionList {
    /// A domain of the organization [default: the first organization of this installation]
    #[arg(long, value_name = "DOMAIN")]
    pub tenant: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `keyward admin subscription remove`.
#[derive(Args)]
#[command(after_help = "Example:\n  keyward admin subscription remove EMS_E3 --tenant example.org")]
pub struct SubscriptionRemove {
    /// The product's part number
    #[arg(value_name = "PART_NUMBER")]
    pub sku: String,
    /// A domain of the organization [default: the first organization of this installation]
    #[arg(long, value_name = "DOMAIN")]
    pub tenant: Option<String>,
    /// Do it without asking
    #[arg(long)]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn help_fits_a_screen_and_shows_an_example() {
        Cli::command().debug_assert();
        let help = Cli::command().render_help().to_string();
        assert!(help.lines().count() <= 30, "{help}");
        assert!(help.contains("Example:"));
    }
}
