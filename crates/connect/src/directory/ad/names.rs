//! How Active Directory writes names, ids and times.

use keyward_wire::Micros;
use ldap3::controls::RawControl;
use uuid::Uuid;

/// From 1601 to 1970 in microseconds.
const EPOCH: i64 = 11_644_473_600_000_000;

/// The DN that finds an object by its GUID, wherever it is ([MS-ADTS] 3.1.1.3.1.2.4).
pub(super) fn by_guid(guid: Uuid) -> String {
    format!("<GUID={guid}>")
}

/// A filter for any of these objects.
pub(super) fn any_of(guids: &[Uuid]) -> String {
    let each = guids
        .iter()
        .map(|guid| format!("(objectGUID={})", escaped(&guid.to_bytes_le())));
    format!("(|{})", each.collect::<String>())
}

/// Bytes as a filter writes them.
pub(super) fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:02x}")).collect()
}

/// Has DNs come with the GUID of what they name, so that nothing has to be looked up ([MS-ADTS] 3.1.1.3.4.1.5).
pub(super) fn extended_dn() -> RawControl {
    control("1.2.840.113556.1.4.529", vec![0x30, 3, 2, 1, 1])
}

/// Has the DACL come, and nothing that needs more than the right to read it ([MS-ADTS] 3.1.1.3.4.1.11).
pub(super) fn only_dacl() -> RawControl {
    control("1.2.840.113556.1.4.801", vec![0x30, 3, 2, 1, 4])
}

pub(super) fn control(oid: &str, value: Vec<u8>) -> RawControl {
    RawControl {
        ctype: oid.to_owned(),
        crit: true,
        val: Some(value),
    }
}

/// `<GUID=…>;<SID=…>;CN=…`, as [`extended_dn`] has it come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named<'a> {
    pub(super) guid: Option<Uuid>,
    pub(super) dn: &'a str,
}

impl<'a> Named<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let (mut guid, mut rest) = (None, text);
        while let Some((part, after)) = rest.strip_prefix('<').and_then(|inner| {
            inner
                .split_once(">;")
                .or_else(|| Some((inner.strip_suffix('>')?, "")))
        }) {
            if let Some(value) = part.strip_prefix("GUID=") {
                guid = Uuid::parse_str(value).ok();
            }
            rest = after;
        }
        Self { guid, dn: rest }
    }
}

/// A distinguished name in parts, the object's own first, without escapes and in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Dn(Vec<String>);

impl Dn {
    /// An escaped comma is part of a name: somebody called `x,OU=Staff` isn't in that unit.
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut part: Vec<u8> = Vec::new();
        let mut rest = text.as_bytes();
        while let [byte, after @ ..] = rest {
            rest = after;
            match (byte, after) {
                (b'\\', [high, low, after @ ..])
                    if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
                {
                    part.push(hex(*high) << 4 | hex(*low));
                    rest = after;
                }
                (b'\\', [escaped, after @ ..]) => {
                    part.push(*escaped);
                    rest = after;
                }
                (b',', _) => parts.push(std::mem::take(&mut part)),
                _ => part.push(*byte),
            }
        }
        parts.push(part);
        let folded = |part: Vec<u8>| String::from_utf8_lossy(&part).to_lowercase();
        Self(parts.into_iter().map(folded).collect())
    }

    /// It is this or below it.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.0.ends_with(&other.0)
    }

    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    pub(super) fn parent(&self) -> Self {
        Self(self.0.get(1..).unwrap_or_default().to_vec())
    }
}

fn hex(digit: u8) -> u8 {
    char::from(digit)
        .to_digit(16)
        .map_or(0, |value| value as u8)
}

/// The value of a DN's first part: `CN=Strict,CN=…` is `Strict`.
pub(super) fn first_value(dn: &str) -> Option<String> {
    let mut value = String::new();
    let mut rest = dn.split_once('=')?.1.chars();
    while let Some(c) = rest.next() {
        match c {
            ',' => break,
            '\\' => value.extend(rest.next()),
            _ => value.push(c),
        }
    }
    Some(value)
}

/// `S-1-5-21-…` ([MS-DTYP] 2.4.2.1).
pub(super) fn sid(bytes: &[u8]) -> Option<String> {
    let (head, subs) = bytes.split_at_checked(8)?;
    if head[0] != 1 || subs.len() != usize::from(head[1]) * 4 {
        return None;
    }
    let authority = head[2..]
        .iter()
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let subs = subs
        .as_chunks::<4>()
        .0
        .iter()
        .map(|sub| format!("-{}", u32::from_le_bytes(*sub)));
    Some(format!("S-1-{authority}{}", subs.collect::<String>()))
}

/// The last number of a SID.
pub(super) fn rid(sid: &str) -> Option<u32> {
    sid.rsplit_once('-')?.1.parse().ok()
}

/// A FILETIME: 100 ns since 1601. Zero and the greatest mean that there is none.
pub(super) fn instant(filetime: i64) -> Option<Micros> {
    (filetime > 0 && filetime != i64::MAX).then(|| filetime / 10 - EPOCH)
}

/// A negative number of 100 ns as seconds. Zero, and the smallest for "never", are 0.
pub(super) fn seconds(span: i64) -> u64 {
    if span == i64::MIN {
        return 0;
    }
    span.unsigned_abs() / 10_000_000
}

/// `20261127072200.0Z`.
pub(super) fn generalized_time(text: &str) -> Option<Micros> {
    let digits = text.get(..14)?;
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i8>().ok();
    let year: i16 = digits.get(..4)?.parse().ok()?;
    let time = jiff::civil::DateTime::new(
        year,
        part(4..6)?,
        part(6..8)?,
        part(8..10)?,
        part(10..12)?,
        part(12..14)?,
        0,
    );
    let zoned = time.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_microsecond())
}

/// A name that an attribute can have. What comes from a configuration is no filter.
pub(super) fn is_attribute(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    // case: AD-16
    #[test]
    fn a_name_with_a_comma_is_in_no_other_unit() {
        let staff = Dn::parse("OU=Staff,DC=corp");
        assert!(Dn::parse("CN=Ada,ou=staff,dc=CORP").is_within(&staff));
        assert!(staff.is_within(&staff));
        assert!(!Dn::parse(r"CN=x\,OU=Staff,DC=corp").is_within(&staff));
        assert!(!Dn::parse(r"CN=x\2COU=Staff,DC=corp").is_within(&staff));
        assert!(Dn::parse(r"CN=x\\,OU=Staff,DC=corp").is_within(&staff));
        assert_eq!(Dn::parse(r"CN=\C3\A4,DC=a"), Dn::parse("cn=Ä,DC=a"));
        assert_eq!(Dn::parse(r"OU=\#a\+b\\c,DC=a").parent(), Dn::parse("DC=a"));
        assert_eq!(Dn::parse("CN=a\\").depth(), 1);
    }

    #[test]
    fn an_extended_name_gives_its_guid() {
        let text = "<GUID=6f3f0e9a-6e4f-4d53-8a7f-0d6f4f2c9a11>;<SID=S-1-5-21-1>;CN=<a>;b,DC=c";
        let named = Named::parse(text);
        assert_eq!(named.dn, "CN=<a>;b,DC=c");
        assert_eq!(
            named.guid.map(|guid| guid.to_string()).as_deref(),
            Some("6f3f0e9a-6e4f-4d53-8a7f-0d6f4f2c9a11")
        );
        assert_eq!(Named::parse("CN=a,DC=b").guid, None);
        assert_eq!(Named::parse("<GUID=x>").dn, "");
        assert_eq!(
            first_value(r"CN=Very\, strict,CN=System").as_deref(),
            Some("Very, strict")
        );
    }

    #[test]
    fn sids_and_times_are_read() {
        let bytes = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0];
        assert_eq!(sid(&bytes).as_deref(), Some("S-1-5-32-544"));
        assert_eq!(sid(&bytes[..15]), None);
        assert_eq!(rid("S-1-5-32-544"), Some(544));
        assert_eq!(
            instant(132_000_000_000_000_000),
            Some(1_555_526_400_000_000)
        );
        assert_eq!((instant(0), instant(i64::MAX)), (None, None));
        assert_eq!((seconds(-864_000_000_000), seconds(i64::MIN)), (86_400, 0));
        assert_eq!(
            generalized_time("20190417184000.0Z"),
            Some(1_555_526_400_000_000)
        );
        assert_eq!(generalized_time("20191317184000.0Z"), None);
    }

    #[test]
    fn a_configured_attribute_is_no_filter() {
        assert!(is_attribute("msDS-cloudExtensionAttribute1"));
        for bad in ["", "a b", "a)(b=*", "member;range=0-1", "é"] {
            assert!(!is_attribute(bad), "{bad}");
        }
    }
}
