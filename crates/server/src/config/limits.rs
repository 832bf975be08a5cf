//! Numbers: how long, how many, how often.

use super::reader::Reader;
use std::time::Duration;

/// What guards codes, resets, messages and sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a code is good.
    pub code: Duration,
    /// How many digits it has.
    pub code_digits: usize,
    /// How long one reset may take.
    pub reset: Duration,
    /// Wrong proofs of one user before further ones are blocked.
    pub proof_failures: usize,
    /// The window in which they are counted.
    pub proof_window: Duration,
    /// How long the block lasts.
    pub proof_block: Duration,
    /// Text messages to one user and one number in an hour.
    pub sms_per_hour: usize,
    /// Mails to one user and one address in ten minutes.
    pub mails_per_ten_minutes: usize,
    /// Wrong passwords before sign-in is locked.
    pub lockout_threshold: u32,
    /// How long the first lock lasts.
    pub lockout: Duration,
    /// The shortest password, in characters.
    pub password_min: usize,
    /// The longest password, in characters.
    pub password_max: usize,
}

/// The pool that hashes passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashing {
    /// Hashes at the same time; zero: one for each core.
    pub threads: usize,
    /// The longest a request may wait for its turn.
    pub queue: Duration,
}

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sessions {
    /// Without a click, for users.
    pub user_idle: Duration,
    /// Without a click, for people with an admin role.
    pub admin_idle: Duration,
    /// In any case.
    pub absolute: Duration,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let limits = Self {
            code: minutes(reader.number("limits.code_minutes", 1..=60)),
            // NIST SP 800-63B 3.1.3.1 asks for six decimal digits at least.
            code_digits: reader.number("limits.code_digits", 6..=8),
            reset: minutes(reader.number("limits.reset_minutes", 5..=120)),
            proof_failures: reader.number("limits.proof_failures", 1..=100),
            proof_window: hours(reader.number("limits.proof_window_hours", 1..=168)),
            proof_block: hours(reader.number("limits.proof_block_hours", 1..=168)),
            sms_per_hour: reader.number("limits.sms_per_hour", 1..=100),
            mails_per_ten_minutes: reader.number("limits.mails_per_ten_minutes", 1..=100),
            lockout_threshold: reader.number("limits.lockout_threshold", 1..=100),
            lockout: reader.seconds("limits.lockout_seconds", 1..=86_400),
            // P-01: nobody can set a floor below 8; P-02: 64 characters are always accepted.
            password_min: reader.number("limits.password_min", 8..=64),
            password_max: reader.number("limits.password_max", 64..=256),
        };
        if limits.code > limits.reset {
            reader.refuse(
                "limits.code_minutes",
                "a code would be good for longer than the reset it belongs to",
                "make limits.code_minutes no larger than limits.reset_minutes",
            );
        }
        limits
    }
}

impl Hashing {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            threads: reader.number("hashing.threads", 0..=256),
            queue: reader.seconds("hashing.queue_seconds", 1..=60),
        }
    }
}

impl Sessions {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            user_idle: minutes(reader.number("sessions.user_idle_minutes", 1..=1440)),
            admin_idle: minutes(reader.number("sessions.admin_idle_minutes", 1..=720)),
            absolute: hours(reader.number("sessions.absolute_hours", 1..=168)),
        }
    }
}

/// No sooner than an agent that is started anew comes back.
pub(super) fn directory_away(reader: &mut Reader<'_>) -> Duration {
    minutes(reader.number("connect.away_minutes", 2..=10_080))
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3600)
}
