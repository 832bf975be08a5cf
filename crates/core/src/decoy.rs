//! Methods shown for a name that can't be reset.
//!
//! The same name gets the same decoys for as long as the tenant's key lives, on every node, and nothing but the key
//! decides them (EN-06): each comes from a keyed digest of the folded name and its own kind, so a change of the policy
//! may hide one or show it again, and never turns it into another. They are of kinds that a real user of the tenant
//! could be offered, in every combination that is enough to reset, and any mask that a real method can have may be a
//! decoy's, so the chooser looks alike for everybody.

use crate::mask::{HOST_INITIALS, INITIALS, mailbox, shown_top, top};
use crate::method::{Channel, MethodKind};
use crate::policy::{Effective, Policy, distinct_channels};

/// One method that nobody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoy {
    /// The kind.
    pub kind: MethodKind,
    /// As a real one would be shown.
    pub masked: String,
    /// Stands where a real method's id would.
    pub id: uuid::Uuid,
}

/// What the decoys of a name come from.
pub struct Seeds<'a> {
    /// A keyed digest of the folded name and these words.
    pub digest: &'a dyn Fn(&str) -> [u8; 32],
    /// The folded name: people have mailboxes under the top-level domain of their organisation more often than chance
    /// would give.
    pub name: &'a str,
}

/// Of 256 names, how many have registered a kind. Rough shares of organisations that offer all of them: what matters is
/// that every combination is frequent.
fn share(kind: MethodKind) -> u8 {
    match kind {
        MethodKind::Passkey => 60,
        MethodKind::AuthenticatorApp => 120,
        MethodKind::MobilePhone => 190,
        MethodKind::OfficePhone => 80,
        MethodKind::Email => 170,
        MethodKind::RecoveryCodes => 90,
    }
}

/// The decoys for a name.
#[must_use]
pub fn methods(seeds: &Seeds<'_>, policy: &Policy) -> Vec<Decoy> {
    // Whoever can reset has as many channels as gates; beyond that, people register different things.
    let mut ranked: Vec<(u8, MethodKind)> = policy
        .kinds()
        .into_iter()
        .map(|kind| {
            (
                (seeds.digest)(&format!("{}-is-there", kind.code()))[0],
                kind,
            )
        })
        .collect();
    // The likeliest first, measured by the share of its kind; equals by kind, so that the order is one.
    ranked.sort_by_key(|(byte, kind)| (i16::from(*byte) - i16::from(share(*kind)), *kind));
    let mut offered: Vec<MethodKind> = Vec::new();
    for (byte, kind) in ranked {
        if byte < share(kind) || distinct_channels(offered.iter().copied()) < policy.gates.count() {
            offered.push(kind);
        }
    }
    offered.sort_unstable();
    let rules = Effective::of_everybody(policy);
    let has = offered.clone();
    offered.retain(|kind| !rules.sets_aside(*kind, has.iter().copied()));
    offered.into_iter().map(|kind| decoy(seeds, kind)).collect()
}

fn decoy(seeds: &Seeds<'_>, kind: MethodKind) -> Decoy {
    let seed = (seeds.digest)(kind.code());
    let at = |n: usize| usize::from(seed[2 * n]) << 8 | usize::from(seed[2 * n + 1]);
    let masked = match kind.channel() {
        // Nothing is shown of what somebody holds.
        Channel::Key | Channel::App | Channel::Saved => String::new(),
        Channel::Phone => crate::phone::mask(&format!("{:02}", at(0) % 100)),
        Channel::Mailbox => {
            let pick = |letters: &'static [u8], n: usize| char::from(letters[n % letters.len()]);
            let own = seeds.name.rsplit_once('.').map(|(_, top)| top);
            let top = match own {
                Some(own) if at(2) % 100 < 40 => shown_top(own),
                _ => top(at(3)),
            };
            mailbox(pick(INITIALS, at(0)), pick(HOST_INITIALS, at(1)), top)
        }
    };
    let mut id = [0; 16];
    id.copy_from_slice(&seed[16..]);
    Decoy {
        kind,
        masked,
        id: uuid::Builder::from_random_bytes(id).into_uuid(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Gates, KindCode};
    use crate::text::MailAddress;
    use std::collections::BTreeSet;

    /// Spreads a number and some words over 32 bytes, as a keyed digest would (FNV-1a, then xorshift).
    fn digest(name: u64, words: &str) -> [u8; 32] {
        let mut state = words.bytes().fold(name ^ 0xcbf2_9ce4_8422_2325, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        }) | 1;
        let mut out = [0; 32];
        for byte in &mut out {
            for shift in [13, 7, 17] {
                state ^= if shift == 7 {
                    state >> shift
                } else {
                    state << shift
                };
            }
            *byte = (state >> 24) as u8;
        }
        out
    }

    /// Phone and mailbox for everybody.
    fn sent() -> Policy {
        Policy {
            methods: [MethodKind::MobilePhone, MethodKind::Email]
                .map(KindCode)
                .into(),
            ..Policy::default()
        }
    }

    fn decoys(name: u64, folded: &str, policy: &Policy) -> Vec<Decoy> {
        let seeds = Seeds {
            digest: &|words| digest(name, words),
            name: folded,
        };
        methods(&seeds, policy)
    }

    // case: EN-06, S53
    #[test]
    fn en_06_decoys_are_stable_and_have_the_shape_of_real_ones() {
        let policy = sent();
        let first = decoys(42, "a@b.example", &policy);
        assert_eq!(first, decoys(42, "a@b.example", &policy));
        assert_eq!(
            first.iter().map(|d| d.kind).collect::<Vec<_>>(),
            [MethodKind::MobilePhone, MethodKind::Email]
        );
        assert_ne!(first, decoys(43, "a@b.example", &policy));
        assert_ne!(first[0].id, first[1].id);
        assert_eq!(first[0].masked.len(), crate::phone::mask("34").len());
    }

    // case: EN-05, EN-06
    #[test]
    fn en_05_decoys_are_every_combination_that_is_enough_and_no_other() {
        for (gates, combinations) in [(Gates::One, 5), (Gates::Two, 4)] {
            let policy = Policy {
                gates,
                ..Policy::default()
            };
            let mut seen = std::collections::BTreeMap::<Vec<MethodKind>, usize>::new();
            for name in 0..4000 {
                let kinds: Vec<_> = decoys(name, "a@b.example", &policy)
                    .iter()
                    .map(|d| d.kind)
                    .collect();
                assert!(kinds.len() >= gates.count() && kinds.is_sorted());
                *seen.entry(kinds).or_default() += 1;
            }
            assert_eq!(seen.len(), combinations);
            assert!(seen.values().all(|n| *n > 100), "{seen:?}");
        }
    }

    // case: EN-06
    #[test]
    fn en_06_a_change_of_the_policy_turns_no_decoy_into_another() {
        let only = |kind| Policy {
            methods: [KindCode(kind)].into(),
            gates: Gates::One,
            ..Policy::default()
        };
        let one = Policy {
            gates: Gates::One,
            ..Policy::default()
        };
        for name in 0..200 {
            let all: Vec<_> = MethodKind::ALL
                .into_iter()
                .flat_map(|kind| decoys(name, "a@b.example", &only(kind)))
                .collect();
            assert_eq!(all.len(), MethodKind::ALL.len());
            for policy in [&one, &sent(), &Policy::default()] {
                let some = decoys(name, "a@b.example", policy);
                assert!(!some.is_empty() && some.iter().all(|d| all.contains(d)));
            }
            // Asking for more never hides one.
            let (few, more) = (
                decoys(name, "a@b.example", &one),
                decoys(name, "a@b.example", &Policy::default()),
            );
            assert!(few.iter().all(|d| more.contains(d)));
        }
    }

    /// The three parts of a mask that differ: `j***@e***.org` is j, e and org.
    fn parts(masked: &str) -> [&str; 3] {
        assert_eq!((&masked[1..5], &masked[6..10]), ("***@", "***."));
        [&masked[..1], &masked[5..6], &masked[10..]]
    }

    // case: EN-05, EN-06
    #[test]
    fn en_06_every_mask_of_a_real_method_is_one_that_decoys_have() {
        let mut seen = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
        let mut phones = BTreeSet::new();
        for name in 0..60_000 {
            let all = decoys(name, "?0b6f", &sent());
            for (seen, part) in seen.iter_mut().zip(parts(&all[1].masked)) {
                seen.insert(part.to_owned());
            }
            phones.insert(all[0].masked.clone());
        }
        assert_eq!(phones.len(), 100);
        for local in "JohnDOEqx09_+~!".chars() {
            for host in "a0q9z".chars() {
                for top in [
                    "org",
                    "example",
                    "com",
                    "museum",
                    "xn--p1ai",
                    "co.uk",
                    "zw",
                    "local-name",
                ] {
                    let real = MailAddress::parse(&format!("{local}x@{host}x.{top}")).unwrap();
                    for (part, seen) in parts(&real.masked()).into_iter().zip(&seen) {
                        assert!(seen.contains(part), "{real}: {part}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_top_level_domain_of_the_name_is_the_most_frequent_or_hidden() {
        let share = |name: &str, top: &str| {
            let hits = (0..1000).filter(|n| decoys(*n, name, &sent())[1].masked.ends_with(top));
            hits.count()
        };
        assert!(share("a@b.ch", ".ch") > 300);
        assert!(share("a@b.nowhere", ".***") > 300);
        assert!(share("a@b.nowhere", ".nowhere") == 0);
    }
}
