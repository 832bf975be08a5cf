//! The time: this machine's, and the service's as far as it is known.
//!
//! Whether a task is too old is judged by the service's clock, which comes with each answer, and by what has passed
//! since on a clock that no time server and no administrator moves, and that goes on while the machine sleeps (WB-13).
//! This machine's own date is for file stamps, and for being told that it is wrong.

use keyward_wire::Micros;
use rustix::time::{ClockId, clock_gettime};
use std::sync::Mutex;

/// A machine whose clock is off by more is told so.
pub const MOST_SKEW: Micros = 120 * SECOND;
/// A second.
pub const SECOND: Micros = 1_000_000;
/// A day.
pub const DAY: Micros = 86_400 * SECOND;

/// This machine's date.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one home of the machine's clock"
)]
pub fn machine() -> Micros {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Micros::try_from(since.as_micros()).unwrap_or(Micros::MAX)
}

/// Microseconds since the machine was started, also those in which it slept.
fn since_boot() -> Micros {
    let now = clock_gettime(ClockId::Boottime);
    now.tv_sec
        .saturating_mul(SECOND)
        .saturating_add(now.tv_nsec / 1_000)
}

/// As people read it: `2026-11-27 08:15:00Z`.
#[must_use]
pub fn shown(at: Micros) -> String {
    jiff::Timestamp::from_microsecond(at).map_or_else(
        |_| at.to_string(),
        |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
    )
}

/// The service's clock as last heard.
#[derive(Default)]
pub struct ServiceClock(Mutex<Option<Heard>>);

#[derive(Clone, Copy)]
struct Heard {
    said: Micros,
    since_boot: Micros,
    machine: Micros,
}

impl ServiceClock {
    /// The service says what time it is.
    pub fn hear(&self, said: Micros) {
        if let Ok(mut heard) = self.0.lock() {
            *heard = Some(Heard {
                said,
                since_boot: since_boot(),
                machine: machine(),
            });
        }
    }

    /// What time it is at the service; before it has said so, this machine's date.
    #[must_use]
    pub fn now(&self) -> Micros {
        match self.heard() {
            Some(heard) => heard
                .said
                .saturating_add(since_boot().saturating_sub(heard.since_boot).max(0)),
            None => machine(),
        }
    }

    /// How far this machine's clock was ahead of the service's when it last said.
    #[must_use]
    pub fn skew(&self) -> Option<Micros> {
        self.heard()
            .map(|heard| heard.machine.saturating_sub(heard.said))
    }

    /// Says so when the clock is too far off.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        self.skew().and_then(skew_complaint)
    }

    fn heard(&self) -> Option<Heard> {
        self.0.lock().ok().and_then(|heard| *heard)
    }
}

/// Says so when a clock is too far off.
#[must_use]
pub fn skew_complaint(skew: Micros) -> Option<String> {
    (skew.abs() > MOST_SKEW).then(|| {
        format!(
            "the clock of this host is {} seconds {} the service's: set it by NTP (timedatectl set-ntp true)",
            skew.abs() / SECOND,
            if skew > 0 { "ahead of" } else { "behind" }
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_time_goes_on_from_where_it_was_heard() {
        let clock = ServiceClock::default();
        assert!(clock.skew().is_none());
        let hour_ago = machine() - 3_600 * SECOND;
        clock.hear(hour_ago);
        let passed = clock.now() - hour_ago;
        assert!((0..600 * SECOND).contains(&passed), "{passed}");
        let told = clock.complaint().unwrap();
        assert!(told.contains("ahead of the service's"), "{told}");
        assert_eq!(skew_complaint(MOST_SKEW), None);
        assert!(skew_complaint(-MOST_SKEW - 1).unwrap().contains("behind"));
    }
}
