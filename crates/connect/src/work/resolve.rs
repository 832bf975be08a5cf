//! Was it done? An answer got lost, or the agent was killed in between: what can be read tells.
//!
//! "Done" is said only for what is true in the directory, "nothing was changed" only when it is the same server that
//! still shows what it showed before; everything else is "unknown".

use super::{Place, Work};
use crate::directory::Trace;
use crate::journal::{Begun, Entry};
use crate::link::Backoff;
use keyward_wire::Micros;
use keyward_wire::link::{Report, Task};
use keyward_wire::outcome::{Denial, Outcome};
use std::time::{Duration, Instant};

/// A request that was on its way may still arrive for so long: what is unchanged is read again.
const SETTLES: Duration = Duration::from_secs(3);
/// How long a directory that is away is waited for.
const PATIENCE: Duration = Duration::from_mins(15);
/// A change that was made so long around the beginning of an operation may be the operation's.
const AROUND: Micros = 300 * crate::clock::SECOND;

/// What two readings of a user say about an operation between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was done.
    Done,
    /// The password was changed, by the operation or by somebody else.
    Changed,
    /// Nothing was changed.
    Same,
    /// It can't be told.
    Open,
}

impl Work {
    /// Finds out about what was begun before the agent was started, and tells it.
    pub async fn recover(&self) {
        let mut backoff = Backoff::default();
        loop {
            let open = self.journal.open_ends();
            let mut later = false;
            for begun in open {
                let Some(running) = self.turns.operation(begun.operation) else {
                    continue;
                };
                if self
                    .journal
                    .known(begun.operation)
                    .is_none_or(|e| e.ended.is_some())
                {
                    continue;
                }
                let Some(place) = self.places.iter().find(|p| p.id() == Some(begun.directory))
                else {
                    later = true;
                    continue;
                };
                let outcome = self.resolve(place, &begun, None).await;
                tracing::info!(
                    operation = %begun.operation,
                    outcome = super::said(&outcome),
                    "found out what became of an operation from before the start"
                );
                self.tell(&Report {
                    operation: begun.operation,
                    outcome,
                    took_us: 0,
                });
                drop(running);
            }
            if !later {
                return;
            }
            tokio::time::sleep(backoff.pause()).await;
        }
    }

    /// What became of an operation that is delivered again. What is known is told again; what isn't is found out, with
    /// the password at hand, once the directory answers.
    pub(super) async fn again(&self, task: &Task, entry: Entry) -> Outcome {
        let begun = match entry.ended {
            Some(report) => return report.outcome,
            None => entry.begun,
        };
        let began = Instant::now();
        let mut backoff = Backoff::default();
        let place = loop {
            let found = self.places.iter().find(|p| p.id() == Some(begun.directory));
            match found {
                Some(place) => break place,
                // "Unreachable" would say that nothing was changed, and nobody knows that.
                None if began.elapsed() >= PATIENCE => {
                    return unknown("the agent has not reached its directory since it was started");
                }
                None => tokio::time::sleep(backoff.pause().min(SETTLES)).await,
            }
        };
        let opened = self.open(task).ok();
        let password = opened.as_ref().and_then(|(_, change)| change.password());
        self.resolve(place, &begun, password).await
    }

    /// Finds out whether an operation was done. `password` is what it was to set, if that is still at hand.
    pub(super) async fn resolve(
        &self,
        place: &Place,
        begun: &Begun,
        password: Option<&str>,
    ) -> Outcome {
        let began = Instant::now();
        let mut backoff = Backoff::default();
        let mut settled: Option<Instant> = None;
        loop {
            let why = match place.directory().trace(begun.anchor).await {
                Ok(None) => {
                    return unknown("the user is no longer in the directory");
                }
                Ok(Some(now)) => match verdict(begun, &now) {
                    Verdict::Done => return Outcome::Done,
                    Verdict::Open => {
                        return unknown(
                            "what the directory shows doesn't tell whether it was done",
                        );
                    }
                    Verdict::Changed => return self.whose(place, begun, &now, password).await,
                    Verdict::Same => {
                        let since = *settled.get_or_insert_with(Instant::now);
                        if since.elapsed() >= SETTLES {
                            return same(place, begun).await;
                        }
                        None
                    }
                },
                Err(error) => Some(error),
            };
            if let Some(error) = why
                && began.elapsed() >= PATIENCE
            {
                return unknown(&format!(
                    "the directory couldn't be asked whether it was done: {error}"
                ));
            }
            tokio::time::sleep(backoff.pause().min(SETTLES)).await;
        }
    }

    /// The password was changed: was it this operation?
    async fn whose(
        &self,
        place: &Place,
        begun: &Begun,
        now: &Trace,
        password: Option<&str>,
    ) -> Outcome {
        if let Some(password) = password {
            return match place.directory().verify(Some(begun.anchor), password).await {
                verified if is_right(&verified) => Outcome::Done,
                Outcome::Refused { .. } => {
                    unknown("somebody else changed the password at the same time")
                }
                Outcome::Unreachable { message } | Outcome::Unknown { message } => {
                    unknown(&message)
                }
                _ => unknown("the directory doesn't say whose password it is"),
            };
        }
        let once = begun
            .before
            .password_version
            .zip(now.password_version)
            .is_none_or(|(before, now)| now == before + 1);
        if !once {
            return unknown("the password was changed more than once since");
        }
        // Zero stands for "must be changed at the next sign-in", and tells no time.
        let set_at = now.password_set.as_deref().and_then(instant);
        match set_at {
            Some(at) if (at - begun.at).abs() > AROUND => {
                unknown("the password was changed, at another time")
            }
            Some(_) => Outcome::Done,
            None if now.password_version.is_some() => Outcome::Done,
            None => unknown("the directory doesn't say when the password was changed"),
        }
    }
}

/// Nothing was changed, if it is still the same server that says so: another one may not have heard of it yet.
async fn same(place: &Place, begun: &Begun) -> Outcome {
    let now = match place.directory().in_use() {
        Some(server) => server,
        None => match place.directory().identify().await {
            Ok(identity) => identity.server,
            Err(error) => return unknown(&error.to_string()),
        },
    };
    if begun.server.as_ref() != Some(&now) {
        return unknown("another server answers now, which may not have heard of it yet");
    }
    Outcome::Unreachable {
        message: "the connection was cut before the directory did it".to_owned(),
    }
}

fn unknown(why: &str) -> Outcome {
    Outcome::Unknown {
        message: why.to_owned(),
    }
}

/// The directory knows this password, whatever else it has to say about the account.
fn is_right(verified: &Outcome) -> bool {
    match verified {
        Outcome::Done => true,
        Outcome::Refused { refusal, .. } => matches!(
            refusal,
            Denial::MustChange
                | Denial::Expired
                | Denial::Disabled
                | Denial::AccountExpired
                | Denial::LogonHours
                | Denial::Workstation
        ),
        _ => false,
    }
}

pub(super) fn verdict(begun: &Begun, now: &Trace) -> Verdict {
    let before = &begun.before;
    match begun.job.as_str() {
        "reset" | "change" => {
            let versions = before.password_version.zip(now.password_version);
            if versions.is_some_and(|(before, now)| before != now)
                || before.password_set != now.password_set
            {
                Verdict::Changed
            } else if versions.is_some() || before.password_set.as_deref() != Some("0") {
                Verdict::Same
            } else {
                // It had to be changed before, and has to be now: a new one shows no difference.
                Verdict::Open
            }
        }
        "unlock" if !is_locked(now) => Verdict::Done,
        "unlock" if before.locked == now.locked => Verdict::Same,
        "force-change" if now.password_set.as_deref() == Some("0") => Verdict::Done,
        "force-change" if before == now && now.password_version.is_some() => Verdict::Same,
        _ => Verdict::Open,
    }
}

fn is_locked(trace: &Trace) -> bool {
    trace.locked.as_deref().is_some_and(|locked| locked != "0")
}

/// The instant of a `pwdLastSet` (100 ns since 1601) or a `pwdChangedTime` (generalized time, RFC 4517 section 3.3.13).
fn instant(raw: &str) -> Option<Micros> {
    const SINCE_1601: i64 = 11_644_473_600 * crate::clock::SECOND;
    if let Some(time) = raw.strip_suffix('Z') {
        let whole = time.split('.').next()?;
        let parsed = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
        let zoned = parsed.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        return Some(zoned.timestamp().as_microsecond());
    }
    let ticks: i64 = raw.parse().ok()?;
    (ticks > 0).then(|| ticks / 10 - SINCE_1601)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn trace(set: Option<&str>, version: Option<u32>, locked: Option<&str>) -> Trace {
        Trace {
            password_set: set.map(str::to_owned),
            password_version: version,
            locked: locked.map(str::to_owned),
        }
    }

    fn begun(job: &str, before: Trace) -> Begun {
        Begun {
            operation: Uuid::from_u128(1),
            at: 0,
            expires_at: 0,
            directory: Uuid::from_u128(2),
            anchor: Uuid::from_u128(3),
            job: job.to_owned(),
            server: None,
            before,
        }
    }

    #[test]
    fn what_is_read_decides() {
        let old = || trace(Some("133"), Some(4), None);
        let of = |job: &str, before: Trace, now: Trace| verdict(&begun(job, before), &now);
        assert_eq!(of("reset", old(), old()), Verdict::Same);
        assert_eq!(
            of("reset", old(), trace(Some("134"), Some(5), None)),
            Verdict::Changed
        );
        assert_eq!(
            of("change", old(), trace(Some("133"), Some(5), None)),
            Verdict::Changed
        );
        // Must be changed before and after, and no version can be read: nobody knows.
        let zero = || trace(Some("0"), None, None);
        assert_eq!(of("reset", zero(), zero()), Verdict::Open);
        assert_eq!(
            of(
                "reset",
                trace(Some("0"), Some(4), None),
                trace(Some("0"), Some(4), None)
            ),
            Verdict::Same
        );
        let locked = || trace(Some("133"), None, Some("99"));
        assert_eq!(of("unlock", locked(), locked()), Verdict::Same);
        assert_eq!(
            of("unlock", locked(), trace(Some("133"), None, Some("0"))),
            Verdict::Done
        );
        assert_eq!(
            of("unlock", locked(), trace(Some("133"), None, Some("100"))),
            Verdict::Open
        );
        assert_eq!(
            of("force-change", old(), trace(Some("0"), Some(4), None)),
            Verdict::Done
        );
        assert_eq!(of("force-change", old(), old()), Verdict::Same);
    }

    #[test]
    fn both_kinds_of_instants_are_read() {
        assert_eq!(instant("116444736000000000"), Some(0));
        assert_eq!(instant("19700101000001Z"), Some(1_000_000));
        assert_eq!(
            instant("20261127071500.123456Z"),
            Some(1_795_763_700_000_000)
        );
        assert_eq!(instant("0"), None);
        assert_eq!(instant("soon"), None);
    }
}
