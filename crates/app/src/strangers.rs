//! Requests that ask for no session, counted by where they come from.
//!
//! The counts are in memory, and each node has its own: a stranger who writes a row with every request is the worse
//! evil. What they could win by many tries is guarded in the database as well.

use keyward_core::throttle::{Counter, Rule};
use keyward_core::time::{Timestamp, minutes};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// What a stranger asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Knock {
    /// To be let in.
    Enrol,
    /// Whether somebody has decided; to open a session.
    Ask,
}

impl Knock {
    /// Several agents may stand behind one address; each asks every few seconds while it waits to be let in.
    fn rule(self) -> Rule {
        match self {
            Self::Enrol => Rule {
                limit: 10,
                window: minutes(10),
                block: minutes(10),
            },
            Self::Ask => Rule {
                limit: 240,
                window: minutes(1),
                block: minutes(1),
            },
        }
    }
}

/// As many places are told apart; all others share one count.
const PLACES: usize = 10_000;

type Place = (Knock, Option<IpAddr>);

/// Who knocked how often.
#[derive(Default)]
pub struct Strangers(Mutex<HashMap<Place, Counter>>);

impl Strangers {
    /// Takes one permit of a place; until when there is none.
    pub fn permit(
        &self,
        knock: Knock,
        ip: Option<&str>,
        now: Timestamp,
    ) -> std::result::Result<(), Timestamp> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut place = (knock, ip.and_then(place));
        if counts.len() >= PLACES && !counts.contains_key(&place) {
            counts.retain(|(knock, _), c| {
                let newest = c
                    .hits
                    .last()
                    .is_some_and(|at| now.since(*at) < knock.rule().window);
                newest || c.check(now).is_err()
            });
            if counts.len() >= PLACES {
                place.1 = None;
            }
        }
        let counter = counts.remove(&place).unwrap_or_default();
        let (counter, verdict) = counter.hit(knock.rule(), now);
        counts.insert(place, counter);
        verdict
    }
}

/// What is counted together: one IPv4 address, or one IPv6 /64, which is as easily had.
fn place(ip: &str) -> Option<IpAddr> {
    Some(match ip.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 @ IpAddr::V4(_) => v4,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_its_own_count_and_the_table_does_not_grow_for_ever() {
        let (strangers, now) = (Strangers::default(), Timestamp(0));
        let try_from = |ip: &str, now| strangers.permit(Knock::Enrol, Some(ip), now);
        for _ in 0..10 {
            assert_eq!(try_from("2001:db8::1", now), Ok(()));
        }
        assert!(try_from("2001:db8::2", now).is_err(), "the same /64");
        assert_eq!(try_from("2001:db8:0:1::1", now), Ok(()));
        assert_eq!(try_from("192.0.2.1", now), Ok(()));
        assert_eq!(try_from("2001:db8::2", now + minutes(10)), Ok(()));
        for n in 0..20_000_u32 {
            let ip = IpAddr::from(n.to_be_bytes()).to_string();
            let _ = try_from(&ip, now + minutes(11));
        }
        assert!(strangers.0.lock().unwrap().len() <= PLACES + 1);
        // Whoever comes then is still counted, with the others.
        assert!(try_from("203.0.113.200", now + minutes(11)).is_err());
        assert_eq!(try_from("203.0.113.200", now + minutes(40)), Ok(()));
    }
}
