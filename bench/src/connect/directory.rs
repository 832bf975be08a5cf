//! The directories, and what is different about them.

use std::path::PathBuf;

use keyward_testbed::ldap::Account;
use keyward_testbed::samba::Samba;
use keyward_testbed::slapd::Slapd;

use super::bare::Bare;
use crate::Done;

/// The password that everybody in them has at first.
pub(super) const PASSWORD: &str = "Start-Passw0rd1";

/// The domain of everybody's user name.
pub(super) const DOMAIN: &str = "corp.example.test";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Samba,
    Slapd,
}

impl Kind {
    /// What the table calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Samba => "Samba",
            Self::Slapd => "slapd",
        }
    }

    /// What the agent's settings call it.
    pub(super) fn setting(self) -> &'static str {
        match self {
            Self::Samba => "active-directory",
            Self::Slapd => "open-ldap",
        }
    }
}

/// A directory that runs. Boxed, for it is large.
pub(super) enum Directory {
    Samba(Box<Samba>),
    Slapd(Box<Slapd>),
}

impl Directory {
    /// Starts one with so many users.
    pub(super) fn start(kind: Kind, users: usize) -> Self {
        match kind {
            Kind::Samba => {
                let samba = Samba::start();
                samba.seed(users, PASSWORD);
                Self::Samba(Box::new(samba))
            }
            Kind::Slapd => {
                let slapd = Slapd::start();
                slapd.seed(users, PASSWORD);
                Self::Slapd(Box::new(slapd))
            }
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Samba(_) => Kind::Samba,
            Self::Slapd(_) => Kind::Slapd,
        }
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::Samba(samba) => samba.url(),
            Self::Slapd(slapd) => slapd.url(),
        }
    }

    pub(super) fn ca_file(&self) -> PathBuf {
        match self {
            Self::Samba(samba) => samba.ca_file(),
            Self::Slapd(slapd) => slapd.ca_file(),
        }
    }

    pub(super) fn base(&self) -> &'static str {
        match self {
            Self::Samba(samba) => samba.base_dn(),
            Self::Slapd(slapd) => slapd.base_dn(),
        }
    }

    /// The agent's account.
    pub(super) fn service(&self) -> &Account {
        match self {
            Self::Samba(samba) => samba.service(),
            Self::Slapd(slapd) => slapd.service(),
        }
    }

    fn admin(&self) -> &Account {
        match self {
            Self::Samba(samba) => samba.admin(),
            Self::Slapd(slapd) => slapd.admin(),
        }
    }

    /// The group that everybody is in.
    pub(super) fn everybody(&self) -> String {
        let groups = match self {
            Self::Samba(samba) => samba.groups(),
            Self::Slapd(slapd) => slapd.groups(),
        };
        format!("CN=Seed Everybody,{groups}")
    }

    /// A connection with the agent's rights.
    pub(super) fn as_service(&self) -> Done<Bare> {
        Bare::open(self, self.service())
    }

    /// A connection of an administrator.
    pub(super) fn as_admin(&self) -> Done<Bare> {
        Bare::open(self, self.admin())
    }
}

/// The user name of a seeded user; none for those who have none or are disabled.
pub(super) fn upn(n: usize) -> Option<String> {
    (n % 50 != 49 && n % 64 != 63).then(|| format!("seed{n:05}@{DOMAIN}"))
}
