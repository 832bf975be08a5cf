//! The people of a sample directory: each in another state, so that there is something to see.

use keyward_testbed::ldap::Person;

/// Somebody to try things with.
pub(super) struct Sample {
    /// What the person types.
    pub(super) login: &'static str,
    name: (&'static str, &'static str),
    /// The password.
    pub(super) password: &'static str,
    /// The phone, which the directory knows.
    pub(super) mobile: &'static str,
    /// A mailbox elsewhere, which it doesn't: for those who are to be registered with both.
    pub(super) private_mail: Option<&'static str>,
    /// How the account is.
    pub(super) state: State,
}

/// How an account is in the directory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Usual,
    MustChange,
    Locked,
    Disabled,
}

impl State {
    /// For programs.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::MustChange => "must-change",
            Self::Locked => "locked",
            Self::Disabled => "disabled",
        }
    }
}

/// The one who is in every sample directory comes first.
pub(super) const PEOPLE: [Sample; 5] = [
    Sample {
        login: "ada",
        name: ("Ada", "Lovelace"),
        password: "Engine-Notes-1843",
        mobile: "+4915123456771",
        private_mail: Some("ada@home.example"),
        state: State::Usual,
    },
    Sample {
        login: "grace",
        name: ("Grace", "Hopper"),
        password: "Nanosecond-Wire-30cm",
        mobile: "+4915123456772",
        private_mail: None,
        state: State::Usual,
    },
    Sample {
        login: "konrad",
        name: ("Konrad", "Zuse"),
        password: "Plan-Kalkuel-1945",
        mobile: "+4915123456773",
        private_mail: None,
        state: State::MustChange,
    },
    Sample {
        login: "emmy",
        name: ("Emmy", "Noether"),
        password: "Invariant-Rings-1921",
        mobile: "+4915123456774",
        private_mail: Some("emmy@home.example"),
        state: State::Locked,
    },
    Sample {
        login: "alan",
        name: ("Alan", "Turing"),
        password: "Endless-Tape-1936",
        mobile: "+4915123456775",
        private_mail: None,
        state: State::Disabled,
    },
];

impl Sample {
    /// As people call them.
    pub(super) fn full_name(&self) -> String {
        format!("{} {}", self.name.0, self.name.1)
    }

    /// For the directory, without the state.
    pub(super) fn person(&self) -> Person {
        Person::new(self.login)
            .named(self.name.0, self.name.1)
            .with("mobile", self.mobile)
            .password(self.password)
    }
}
