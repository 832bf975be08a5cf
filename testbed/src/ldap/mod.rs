//! Directories as a client sees them: OpenLDAP's own tools over TLS, independent of the library that the product uses.

mod ldif;
mod person;

use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{feed, said};

pub use ldif::{Entry, line};
pub use person::Person;
pub(crate) use person::escape;

/// Somebody who can sign in to a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The distinguished name.
    pub dn: String,
    /// What the person types: `sAMAccountName` or `uid`.
    pub login: String,
    /// The password, as it was last set by the helper that returned this.
    pub password: String,
}

/// What a directory answered other than success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdapError {
    /// The result code of LDAP; 255 when there was no answer.
    pub code: i32,
    /// What the tool printed: the code's name, and the server's diagnostic behind `additional info:`.
    pub text: String,
}

impl LdapError {
    /// The three digits of `data XXX`, by which Active Directory tells why a bind was refused.
    #[must_use]
    pub fn data(&self) -> Option<&str> {
        let (_, rest) = self.text.split_once(", data ")?;
        rest.split(',').next()
    }
}

impl fmt::Display for LdapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LDAP result {}: {}", self.code, self.text)
    }
}

/// A client of one directory. Each call is a connection of its own.
#[derive(Debug, Clone)]
pub struct Ldap {
    url: String,
    ca_file: PathBuf,
}

impl Ldap {
    /// A client of the directory at `url` that trusts this authority alone.
    #[must_use]
    pub fn new(url: impl Into<String>, ca_file: impl Into<PathBuf>) -> Self {
        Self {
            url: url.into(),
            ca_file: ca_file.into(),
        }
    }

    /// Signs in, and nothing else: the proof that a password is true.
    ///
    /// # Errors
    /// What the directory answered.
    pub fn bind(&self, dn: &str, password: &str) -> Result<(), LdapError> {
        let words = ["-LLL", "-s", "base", "-b", "", "1.1"];
        self.run("ldapsearch", Some((dn, password)), &words, "")
            .map(drop)
    }

    /// Carries out LDIF with `changetype:` lines, up to the first that is refused.
    ///
    /// # Errors
    /// What the directory answered.
    pub fn modify(&self, who: &Account, ldif: &str) -> Result<(), LdapError> {
        self.run("ldapmodify", Some((&who.dn, &who.password)), &[], ldif)
            .map(drop)
    }

    /// As [`Ldap::modify`], but for attributes that belong to the server (the control Relax Rules).
    ///
    /// # Errors
    /// What the directory answered.
    pub fn modify_relaxed(&self, who: &Account, ldif: &str) -> Result<(), LdapError> {
        let words = ["-e", "relax"];
        self.run("ldapmodify", Some((&who.dn, &who.password)), &words, ldif)
            .map(drop)
    }

    /// Deletes an entry and all below it.
    ///
    /// # Errors
    /// What the directory answered.
    pub fn delete(&self, who: &Account, dn: &str) -> Result<(), LdapError> {
        self.run(
            "ldapdelete",
            Some((&who.dn, &who.password)),
            &["-r", dn],
            "",
        )
        .map(drop)
    }

    /// Sets a password by RFC 3062, which slapd knows and Active Directory doesn't.
    ///
    /// # Errors
    /// What the directory answered.
    pub fn passwd(&self, who: &Account, dn: &str, password: &str) -> Result<(), LdapError> {
        let words = ["-s", password, dn];
        self.run("ldappasswd", Some((&who.dn, &who.password)), &words, "")
            .map(drop)
    }

    /// Finds entries; `scope` is `base`, `one` or `sub`, and no attributes means all.
    ///
    /// # Errors
    /// What the directory answered.
    pub fn search(
        &self,
        who: &Account,
        base: &str,
        scope: &str,
        filter: &str,
        attributes: &[&str],
    ) -> Result<Vec<Entry>, LdapError> {
        let mut words = vec!["-LLL", "-o", "ldif-wrap=no", "-b", base, "-s", scope];
        words.push(filter);
        words.extend(attributes);
        let output = self.run("ldapsearch", Some((&who.dn, &who.password)), &words, "")?;
        Ok(ldif::entries(&output))
    }

    /// Whether the server answers at all, to somebody who hasn't signed in.
    pub(crate) fn answers(&self) -> Result<(), LdapError> {
        let words = ["-LLL", "-s", "base", "-b", "", "1.1"];
        self.run("ldapsearch", None, &words, "").map(drop)
    }

    fn run(
        &self,
        program: &str,
        who: Option<(&str, &str)>,
        words: &[&str],
        input: &str,
    ) -> Result<String, LdapError> {
        let mut command = Command::new(program);
        // The machine's own settings must not reach the tools, nor its language the texts that tests read.
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C")
            .env("LDAPCONF", "/dev/null")
            .env("LDAPTLS_CACERT", &self.ca_file)
            .env("LDAPTLS_REQCERT", "demand")
            .current_dir("/");
        command.args(["-x", "-o", "nettimeout=10", "-H", &self.url]);
        if let Some((dn, password)) = who {
            command.args(["-D", dn, "-w", password]);
        }
        command.args(words);
        let output = feed(&mut command, input, "ldap-utils");
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let text = said(&output);
        let exit = output.status.code().unwrap_or(-1);
        Err(LdapError {
            code: printed_code(&text).unwrap_or(exit),
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        })
    }
}

/// All tools but `ldappasswd` exit with the result's code; that one prints `Result: Constraint violation (19)`.
fn printed_code(text: &str) -> Option<i32> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Result: "))?;
    line.rsplit_once('(')?.1.strip_suffix(')')?.parse().ok()
}
