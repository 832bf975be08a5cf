//! Requests that ask for no session, counted by where they come from.
//!
//! The counts are in memory, and each node has its own: a stranger who writes a row with every request is the worse
//! evil. What they could win by many tries is guarded in the database as well.

use keyward_core::pow::Pressure;
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
pub struct Strangers {
    knocks: Mutex<HashMap<Place, Counter>>,
    pressures: Mutex<Pressures>,
}

/// What makes puzzles harder. A node that sees a part of an attack only, or has just been started, asks for a bit less:
/// the difficulty follows the logarithm, so that is a bit or two.
#[derive(Default)]
struct Pressures {
    everywhere: Pressure,
    /// By [`crate::Ctx::network`].
    networks: HashMap<String, Pressure>,
}

/// A network that counts less than that is forgotten when room is needed.
const FAINT: f64 = 1.0;

impl Strangers {
    /// Notes an attempt from a network: a reset begun, or something wrong that was typed.
    pub(crate) fn press(&self, network: Option<String>, now: Timestamp) {
        let mut all = self
            .pressures
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.everywhere = all.everywhere.and_one(now);
        let Some(network) = network else {
            return;
        };
        if all.networks.len() >= PLACES && !all.networks.contains_key(&network) {
            all.networks.retain(|_, p| p.level(now) >= FAINT);
        }
        // Where there is no room left, so many places attack that all of them pay.
        if all.networks.len() < PLACES || all.networks.contains_key(&network) {
            let pressure = all.networks.entry(network).or_default();
            *pressure = pressure.and_one(now);
        }
    }

    /// How much has happened lately: from this network, and from everywhere.
    pub(crate) fn pressure(&self, network: Option<&str>, now: Timestamp) -> (f64, f64) {
        let all = self
            .pressures
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let here = network.and_then(|network| all.networks.get(network));
        let here = here.copied().unwrap_or_default();
        (here.level(now), all.everywhere.level(now))
    }

    /// Takes one permit of a place; until when there is none.
    pub fn permit(
        &self,
        knock: Knock,
        ip: Option<&str>,
        now: Timestamp,
    ) -> std::result::Result<(), Timestamp> {
        let mut counts = self.knocks.lock().unwrap_or_else(PoisonError::into_inner);
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

    // case: DO-05
    #[test]
    fn do_05_pressures_have_bounded_room_and_everybody_counts_when_it_is_full() {
        let (strangers, now) = (Strangers::default(), Timestamp(0));
        for n in 0..12_000_u32 {
            strangers.press(Some(n.to_string()), now);
            if n % 3 == 0 {
                strangers.press(Some("busy".into()), now);
            }
        }
        assert!(strangers.pressures.lock().unwrap().networks.len() <= PLACES);
        let count = |network: &str, now| {
            let (here, everywhere) = strangers.pressure(Some(network), now);
            (here.round() as u32, everywhere.round() as u32)
        };
        assert_eq!(count("busy", now), (4_000, 16_000));
        assert_eq!(count("elsewhere", now).0, 0);
        let later = now + minutes(60);
        strangers.press(Some("new".into()), later);
        assert_eq!(count("new", later).0, 1, "there is room again");
    }

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
        assert!(strangers.knocks.lock().unwrap().len() <= PLACES + 1);
        // Whoever comes then is still counted, with the others.
        assert!(try_from("203.0.113.200", now + minutes(11)).is_err());
        assert_eq!(try_from("203.0.113.200", now + minutes(40)), Ok(()));
    }
}
