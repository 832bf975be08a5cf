//! Users of a directory: the service, a real agent and a real directory, held against the same directory asked barely.
//!
//! A scenario finds its directory filled and brought in ([`Premises`]): the first that needs one starts it, and the
//! others use it. [`bare::Bare`] is the measure, an LDAP client on an open connection that does nothing else.

mod agent;
mod bare;
mod changes;
mod desk;
mod directory;
mod idle;
mod import;
mod member;
mod premises;
mod resets;
mod rows;
mod share;
mod sign_ins;
mod times;

use clap::Args;

use crate::Done;
use crate::suite::{Scenario, contained};
use directory::Kind;
use premises::Premises;

/// How many users are in a directory, unless told, and in a large one.
const USERS: usize = 10_000;
const LARGE: usize = 50_000;

#[derive(Args, Clone, Copy)]
pub(crate) struct Options {
    /// Connect: so many users are in the directories
    #[arg(long, value_name = "COUNT", default_value_t = USERS)]
    users: usize,
    /// Connect: 50,000 users, which takes long
    #[arg(long)]
    large: bool,
}

/// The directories of a run, each started when it is first needed. One that couldn't be isn't tried again.
pub(crate) struct Context {
    users: usize,
    samba: Option<Done<Premises>>,
    slapd: Option<Done<Premises>>,
}

impl Context {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            users: if options.large { LARGE } else { options.users },
            samba: None,
            slapd: None,
        }
    }

    fn premises(&mut self, kind: Kind) -> Done<&mut Premises> {
        let users = self.users;
        let slot = match kind {
            Kind::Samba => &mut self.samba,
            Kind::Slapd => &mut self.slapd,
        };
        let premises = slot.get_or_insert_with(|| contained(|| Premises::start(kind, users)));
        premises.as_mut().map_err(|error| error.clone())
    }
}

pub(crate) const SCENARIOS: [Scenario<Context>; 11] = [
    Scenario {
        name: "import, slapd",
        run: |context| import::run(context, Kind::Slapd),
    },
    Scenario {
        name: "resets, slapd",
        run: |context| resets::one_by_one(context, Kind::Slapd),
    },
    Scenario {
        name: "changes, slapd",
        run: |context| changes::run(context, Kind::Slapd),
    },
    Scenario {
        name: "one member, slapd",
        run: |context| member::run(context, Kind::Slapd),
    },
    Scenario {
        name: "import, Samba",
        run: |context| import::run(context, Kind::Samba),
    },
    Scenario {
        name: "resets, Samba",
        run: |context| resets::one_by_one(context, Kind::Samba),
    },
    Scenario {
        name: "resets at once, Samba",
        run: |context| resets::at_once(context, Kind::Samba),
    },
    Scenario {
        name: "sign-ins at once, Samba",
        run: |context| sign_ins::run(context, Kind::Samba),
    },
    Scenario {
        name: "changes, Samba",
        run: |context| changes::run(context, Kind::Samba),
    },
    Scenario {
        name: "one member, Samba",
        run: |context| member::run(context, Kind::Samba),
    },
    Scenario {
        name: "idle, Samba",
        run: idle::run,
    },
];
