//! The people of the example organisation.

/// How somebody signs in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) upn: &'static str,
    pub(crate) password: &'static str,
}

/// Global Administrator.
pub(crate) const ADMIN: Account = Account {
    upn: "admin@contoso.example",
    password: "open sesame admin",
};
/// In scope, not registered.
pub(crate) const ADELE: Account = Account {
    upn: "adele@contoso.example",
    password: "first day at work",
};
/// In scope and registered.
pub(crate) const BRIAN: Account = Account {
    upn: "brian@contoso.example",
    password: "brian forgets this",
};
/// Must change the password.
pub(crate) const CARLA: Account = Account {
    upn: "carla@contoso.example",
    password: "temporary for today",
};
/// Out of scope.
pub(crate) const DORA: Account = Account {
    upn: "dora@contoso.example",
    password: "dora is not in scope",
};
/// Helpdesk Administrator.
pub(crate) const HELP: Account = Account {
    upn: "help@contoso.example",
    password: "how may I help you",
};
