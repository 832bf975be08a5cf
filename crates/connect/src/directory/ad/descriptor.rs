//! Security descriptors ([MS-DTYP] 2.4): who may do what with an object.

use super::names;
use std::collections::HashSet;
use uuid::{Uuid, uuid};

/// The extended right to set a password without knowing it.
pub(super) const RESET_PASSWORD: Uuid = uuid!("00299570-246d-11d0-a768-00aa006e0529");
/// The extended right to change a password that one knows.
pub(super) const CHANGE_PASSWORD: Uuid = uuid!("ab721a53-1e2f-11d0-9819-00aa0040529b");
/// The extended right to read what changed.
pub(super) const REPLICATE: Uuid = uuid!("1131f6aa-9c07-11d1-f79f-00c04fc2dcd2");
/// Whoever the object is.
pub(super) const SELF: &str = "S-1-5-10";
pub(super) const EVERYONE: &str = "S-1-1-0";
pub(super) const AUTHENTICATED: &str = "S-1-5-11";

const CONTROL_ACCESS: u32 = 0x100;
const PROTECTED: u16 = 0x1000;
const INHERIT_ONLY: u8 = 0x08;

/// Who may do what with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Descriptor {
    /// It takes nothing from the unit that it is in.
    pub(super) inheritance_off: bool,
    /// None: everybody may do everything.
    entries: Option<Vec<Ace>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Ace {
    allow: bool,
    mask: u32,
    /// None: every right of the mask.
    object: Option<Uuid>,
    sid: String,
}

impl Descriptor {
    /// None if it isn't well-formed.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let control = u16_at(bytes, 2)?;
        let at = u32_at(bytes, 16)? as usize;
        // No list at all, in contrast to an empty one.
        let entries = (at != 0).then(|| list(bytes.get(at..)?));
        Some(Self {
            inheritance_off: control & PROTECTED != 0,
            entries: match entries {
                None => None,
                Some(entries) => Some(entries?),
            },
        })
    }

    /// Whether one of these may use an extended right. The first entry that speaks of it decides.
    pub(super) fn allows(&self, right: Uuid, who: &HashSet<String>) -> bool {
        let Some(entries) = &self.entries else {
            return true;
        };
        let speaks = entries.iter().find(|ace| {
            ace.mask & CONTROL_ACCESS != 0
                && ace.object.is_none_or(|object| object == right)
                && who.contains(&ace.sid)
        });
        speaks.is_some_and(|ace| ace.allow)
    }

    /// "User cannot change password": the right is denied to the user or to everyone.
    pub(super) fn cannot_change(&self) -> bool {
        let mut entries = self.entries.iter().flatten();
        entries.any(|ace| {
            !ace.allow
                && ace.mask & CONTROL_ACCESS != 0
                && ace.object == Some(CHANGE_PASSWORD)
                && (ace.sid == SELF || ace.sid == EVERYONE)
        })
    }
}

fn list(acl: &[u8]) -> Option<Vec<Ace>> {
    let count = u16_at(acl, 4)?;
    let mut rest = acl.get(8..)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let size = usize::from(u16_at(rest, 2)?);
        let ace = rest.get(..size).filter(|ace| ace.len() >= 8)?;
        rest = &rest[size..];
        let (kind, flags) = (ace[0], ace[1]);
        // 0 and 1: allowed and denied; 5 and 6: the same with an object. Others, for auditing and for callbacks, give no
        // right that we could rely on.
        if !matches!(kind, 0 | 1 | 5 | 6) || flags & INHERIT_ONLY != 0 {
            continue;
        }
        let mask = u32_at(ace, 4)?;
        let (object, at) = if kind >= 5 { object(ace)? } else { (None, 8) };
        entries.push(Ace {
            allow: matches!(kind, 0 | 5),
            mask,
            object,
            sid: sid_at(ace.get(at..)?)?,
        });
    }
    Some(entries)
}

/// The object's type, if there is one, and where the SID begins.
fn object(ace: &[u8]) -> Option<(Option<Uuid>, usize)> {
    let present = u32_at(ace, 8)?;
    let mut at = 12;
    let mut object = None;
    if present & 1 != 0 {
        let bytes: [u8; 16] = ace.get(at..at + 16)?.try_into().ok()?;
        object = Some(Uuid::from_bytes_le(bytes));
        at += 16;
    }
    if present & 2 != 0 {
        at += 16;
    }
    Some((object, at))
}

fn sid_at(bytes: &[u8]) -> Option<String> {
    let length = 8 + usize::from(*bytes.get(1)?) * 4;
    names::sid(bytes.get(..length)?)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sid_bytes(subs: &[u32]) -> Vec<u8> {
        let mut bytes = vec![1, subs.len() as u8, 0, 0, 0, 0, 0, 5];
        bytes.extend(subs.iter().flat_map(|sub| sub.to_le_bytes()));
        bytes
    }

    fn ace(kind: u8, flags: u8, mask: u32, object: Option<Uuid>, sid: &[u8]) -> Vec<u8> {
        let mut body = mask.to_le_bytes().to_vec();
        if kind >= 5 {
            body.extend(u32::from(object.is_some()).to_le_bytes());
            body.extend(
                object
                    .map(|object| object.to_bytes_le())
                    .into_iter()
                    .flatten(),
            );
        }
        body.extend(sid);
        let size = (body.len() + 4) as u16;
        [&[kind, flags], &size.to_le_bytes()[..], &body].concat()
    }

    fn descriptor(control: u16, aces: &[Vec<u8>]) -> Vec<u8> {
        let aces_size: usize = aces.iter().map(Vec::len).sum();
        let mut bytes = vec![1, 0];
        bytes.extend(control.to_le_bytes());
        bytes.extend([0; 12]);
        bytes.extend(20_u32.to_le_bytes());
        bytes.extend([4, 0]);
        bytes.extend(((aces_size + 8) as u16).to_le_bytes());
        bytes.extend((aces.len() as u16).to_le_bytes());
        bytes.extend([0; 2]);
        bytes.extend(aces.concat());
        bytes
    }

    fn who(sids: &[&str]) -> HashSet<String> {
        sids.iter().map(|&sid| sid.to_owned()).collect()
    }

    #[test]
    fn the_first_entry_that_speaks_of_a_right_decides() {
        let (agent, group) = (sid_bytes(&[21, 7]), sid_bytes(&[21, 8]));
        let bytes = descriptor(
            0x8004,
            &[
                ace(6, 0, CONTROL_ACCESS, Some(RESET_PASSWORD), &group),
                ace(5, 0, CONTROL_ACCESS, Some(RESET_PASSWORD), &agent),
            ],
        );
        let parsed = Descriptor::parse(&bytes).unwrap();
        assert!(parsed.allows(RESET_PASSWORD, &who(&["S-1-5-21-7"])));
        assert!(!parsed.allows(RESET_PASSWORD, &who(&["S-1-5-21-7", "S-1-5-21-8"])));
        assert!(!parsed.allows(REPLICATE, &who(&["S-1-5-21-7"])));
        assert!(!parsed.inheritance_off && !parsed.cannot_change());
    }

    #[test]
    fn entries_for_children_give_nothing_and_full_control_gives_all() {
        let agent = sid_bytes(&[21, 7]);
        let inherited = descriptor(0x9004, &[ace(5, 0x0a, CONTROL_ACCESS, None, &agent)]);
        let parsed = Descriptor::parse(&inherited).unwrap();
        assert!(parsed.inheritance_off);
        assert!(!parsed.allows(RESET_PASSWORD, &who(&["S-1-5-21-7"])));
        let full = descriptor(0x8004, &[ace(0, 0, 0x000f_01ff, None, &agent)]);
        let parsed = Descriptor::parse(&full).unwrap();
        assert!(parsed.allows(RESET_PASSWORD, &who(&["S-1-5-21-7"])));
    }

    #[test]
    fn denied_to_the_user_is_cannot_change() {
        let own = sid_bytes(&[10]);
        let bytes = descriptor(
            0x8004,
            &[ace(6, 0, CONTROL_ACCESS, Some(CHANGE_PASSWORD), &own)],
        );
        assert!(Descriptor::parse(&bytes).unwrap().cannot_change());
    }

    #[test]
    fn what_is_cut_off_anywhere_is_refused_and_never_a_panic() {
        let agent = sid_bytes(&[21, 7]);
        let bytes = descriptor(
            0x8004,
            &[ace(5, 0, CONTROL_ACCESS, Some(REPLICATE), &agent)],
        );
        for length in 0..bytes.len() {
            assert_eq!(Descriptor::parse(&bytes[..length]), None, "{length}");
        }
        for at in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[at] ^= 0xff;
            let _ = Descriptor::parse(&bent);
        }
    }
}
