//! Limits and lifetimes, with the defaults of the reference system.

use crate::budgets::Budgets;
use keyward_core::password::LengthRule;
use keyward_core::signin::LockoutRule;
use keyward_core::throttle::Rule;
use keyward_core::time::{hours, minutes, seconds};
use std::time::Duration;

/// What an operator can set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach the service, without a trailing slash. Every link in a mail begins with it (F-12).
    pub public_url: String,
    /// Digits of a code: 6 to 8.
    pub code_digits: usize,
    /// How long a code is good.
    pub code_lifetime: Duration,
    /// How long a reset may take.
    pub reset_lifetime: Duration,
    /// Wrong proofs of one user or name.
    pub proofs: Rule,
    /// Text messages to one user or number.
    pub sms: Rule,
    /// Mails to one user or mailbox.
    pub mail: Rule,
    /// What may be sent in sum.
    pub budgets: Budgets,
    /// Wrong passwords of one sign-in name.
    pub lockout: LockoutRule,
    /// How long a password must and may be.
    pub password: LengthRule,
    /// Idle time after which a user's session ends.
    pub user_idle: Duration,
    /// Idle time after which an administrator's session ends.
    pub admin_idle: Duration,
    /// The longest a session lasts.
    pub session_lifetime: Duration,
    /// How long a fresh proof lasts for changes of security info (S-06).
    pub fresh_proof: Duration,
    /// How long after sign-in a first registration may be done without proof of an older method.
    pub fresh_sign_in: Duration,
    /// How long the link in a notice can be used to say "It wasn't me".
    pub not_me_lifetime: Duration,
    /// The end of every delivery of a mail or message, above the timeouts of what delivers them.
    pub delivery: Duration,
    /// How long a page waits for a directory before it shows that it waits.
    pub directory_patience: Duration,
    /// How long nobody may answer for a directory before administrators are told.
    pub directory_away: Duration,
    /// Zero bits that a browser must find before a reset starts, while nothing conspicuous happens.
    pub puzzle_bits: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".into(),
            code_digits: 6,
            code_lifetime: minutes(5),
            reset_lifetime: minutes(15),
            proofs: Rule {
                limit: 5,
                window: hours(24),
                block: hours(24),
            },
            sms: Rule {
                limit: 5,
                window: hours(1),
                block: hours(24),
            },
            mail: Rule {
                limit: 10,
                window: minutes(10),
                block: hours(24),
            },
            budgets: Budgets::default(),
            lockout: LockoutRule {
                threshold: 10,
                duration: seconds(60),
            },
            password: LengthRule::default(),
            user_idle: hours(1),
            admin_idle: minutes(15),
            session_lifetime: hours(12),
            fresh_proof: minutes(10),
            fresh_sign_in: minutes(15),
            not_me_lifetime: hours(24 * 7),
            delivery: minutes(1),
            directory_patience: seconds(8),
            directory_away: minutes(15),
            puzzle_bits: keyward_core::pow::DEFAULT_BITS,
        }
    }
}
