//! What the password policy says beside a result: draft-behera-ldap-password-policy, and what makes a dry run of a change.

use super::super::connection::{constructed, control, primitive};
use ldap3::asn1::{TagClass, parse_tag};
use ldap3::controls::RawControl;

/// Asks for, and holds, the policy's word on an operation.
pub(super) const POLICY: &str = "1.3.6.1.4.1.42.2.27.8.5.1";
/// RFC 4533.
pub(super) const SYNC: &str = "1.3.6.1.4.1.4203.1.9.1.1";
/// draft-zeilenga-ldap-noop, which slapd knows and doesn't list.
const NO_OPERATION: &str = "1.3.6.1.4.1.4203.666.5.2";
/// The result of a dry run that would have been done: `LDAP_X_NO_OPERATION`.
pub(super) const WOULD_BE_DONE: u32 = 0x410e;

/// Asks for the policy's word. Not critical: where there is no policy there is nothing to say.
pub(super) fn ask_policy() -> RawControl {
    RawControl {
        ctype: POLICY.to_owned(),
        crit: false,
        val: None,
    }
}

/// Checks everything and does nothing. Critical: a server that passed over it would do it.
pub(super) fn dry_run() -> RawControl {
    RawControl {
        ctype: NO_OPERATION.to_owned(),
        crit: true,
        val: None,
    }
}

/// The policy's word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) error: Option<Fault>,
    /// The password has expired, and so many sign-ins are left.
    pub(super) grace: bool,
}

/// What the policy finds fault with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Expired,
    Locked,
    ChangeAfterReset,
    NotAllowed,
    OldNeeded,
    Quality,
    TooShort,
    TooYoung,
    InHistory,
    TooLong,
}

const FAULTS: [Fault; 10] = [
    Fault::Expired,
    Fault::Locked,
    Fault::ChangeAfterReset,
    Fault::NotAllowed,
    Fault::OldNeeded,
    Fault::Quality,
    Fault::TooShort,
    Fault::TooYoung,
    Fault::InHistory,
    Fault::TooLong,
];

impl Fault {
    /// Its number in the draft.
    pub(super) fn number(self) -> u8 {
        self as u8
    }
}

impl Word {
    /// The word among an answer's controls. What can't be understood says nothing.
    pub(super) fn among(controls: &[RawControl]) -> Self {
        control(controls, POLICY)
            .and_then(parse)
            .unwrap_or_default()
    }
}

/// `SEQUENCE { warning [0] CHOICE { timeBeforeExpiration [0], graceAuthNsRemaining [1] } OPTIONAL, error [1] OPTIONAL }`.
fn parse(value: &[u8]) -> Option<Word> {
    let (_, tag) = parse_tag(value).ok()?;
    let mut word = Word::default();
    for part in constructed(tag)? {
        match (part.class, part.id) {
            (TagClass::Context, 0) => {
                let choice = constructed(part)?.into_iter().next()?;
                word.grace = choice.id == 1;
            }
            (TagClass::Context, 1) => {
                let number = primitive(part)?;
                word.error = FAULTS.get(usize::from(*number.last()?)).copied();
            }
            _ => {}
        }
    }
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::{Fault, Word, parse};

    #[test]
    fn what_slapd_says_is_understood() {
        for (number, fault) in super::FAULTS.into_iter().enumerate() {
            let number = u8::try_from(number).unwrap();
            assert_eq!(fault.number(), number);
            let word = parse(&[0x30, 3, 0x81, 1, number]).unwrap();
            assert_eq!((word.error, word.grace), (Some(fault), false));
        }
        let expiring = parse(&[0x30, 5, 0xa0, 3, 0x80, 1, 60]).unwrap();
        assert_eq!(expiring, Word::default());
        let grace = parse(&[0x30, 8, 0xa0, 3, 0x81, 1, 2, 0x81, 1, 0]).unwrap();
        assert_eq!((grace.error, grace.grace), (Some(Fault::Expired), true));
    }

    #[test]
    fn what_makes_no_sense_says_nothing() {
        for bytes in [
            &[][..],
            &[0x30],
            &[0x30, 3, 0x81, 1],
            &[0x04, 1, 0],
            &[0x30, 2, 0x81, 0],
        ] {
            assert_eq!(
                parse(bytes).unwrap_or_default(),
                Word::default(),
                "{bytes:?}"
            );
        }
        assert_eq!(parse(&[0x30, 3, 0x81, 1, 99]).unwrap(), Word::default());
    }
}
