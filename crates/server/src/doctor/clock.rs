//! The clock: codes, sessions, counters and certificates hang on it.

use super::Finding;
use crate::config::{Config, Database};
use crate::database;
use jiff::{SignedDuration, Timestamp};

/// More than this between two clocks is an illness: it shortens codes and keeps blocks too long.
const MOST: SignedDuration = SignedDuration::from_secs(30);

/// What other clocks say, by name, each beside what ours said at that moment.
pub type Others = Vec<(String, Timestamp, Timestamp)>;

/// What the clock of a PostgreSQL server says.
pub async fn server_time(config: &Config) -> Others {
    if !matches!(config.database, Database::Postgres(_)) {
        return Vec::new();
    }
    let asked = async {
        let db = database::connect(config).await.ok()?;
        let time = async { db.system_read().await?.engine_time().await };
        let (time, ours) = (time.await.ok().flatten(), Timestamp::now());
        db.close().await;
        let theirs = Timestamp::from_microsecond(time?.0).ok()?;
        Some(("the database server".to_owned(), theirs, ours))
    };
    asked.await.into_iter().collect()
}

/// Compares our clock with others.
#[must_use]
pub fn clock(others: &Others) -> Finding {
    const PART: &str = "clock";
    const FIX: &str = "let the machines keep time: apt install systemd-timesyncd, or chrony";
    let now = Timestamp::now();
    // No copy of this program is older than the program.
    let built = std::fs::metadata("/proc/self/exe").and_then(|exe| exe.modified());
    let built = built.ok().and_then(|time| Timestamp::try_from(time).ok());
    if built.is_some_and(|built| now < built) {
        let text = format!("{now:.0} lies before this program was installed");
        return Finding::bad(PART, text, FIX);
    }
    for (whose, theirs, ours) in others {
        let ahead = ours.duration_since(*theirs);
        if ahead.abs() > MOST {
            let way = if ahead.is_positive() {
                "ahead of"
            } else {
                "behind"
            };
            let seconds = ahead.abs().as_secs();
            return Finding::bad(PART, format!("{now:.0} is {seconds} s {way} {whose}"), FIX);
        }
    }
    let with: Vec<_> = others.iter().map(|(whose, ..)| whose.as_str()).collect();
    Finding::good(
        PART,
        if with.is_empty() {
            format!("{now:.0}; no other clock could be asked")
        } else {
            format!("{now:.0}, as {} says", with.join(" and "))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn l_07_a_clock_that_is_off_is_bad_in_either_direction() {
        let now = Timestamp::now();
        let at = |seconds| now + SignedDuration::from_secs(seconds);
        let clocks = |seconds| vec![("the database server".to_owned(), at(seconds), now)];
        for fine in [-29, 0, 29] {
            let finding = clock(&clocks(fine));
            assert_eq!(finding.verdict, Verdict::Good, "{}", finding.text);
        }
        let slow = clock(&clocks(90));
        assert_eq!(slow.verdict, Verdict::Bad);
        assert!(
            slow.text.ends_with("90 s behind the database server"),
            "{}",
            slow.text
        );
        assert!(clock(&clocks(-3600)).text.contains("3600 s ahead of"));
    }
}
