//! The agent's half of OpenLDAP against a real slapd.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod bed;
mod slapd_changes;
mod slapd_faults;
mod slapd_names;
mod slapd_passwords;
mod slapd_rights;
