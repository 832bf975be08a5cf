//! The control `DirSync` as it travels ([MS-ADTS] 3.1.1.3.4.1.3).

use crate::directory::connection::{constructed, primitive};
use ldap3::asn1::parse_tag;

pub(super) const DIRSYNC: &str = "1.2.840.113556.1.4.841";

/// `SEQUENCE { Flags INTEGER, MaxBytes INTEGER, Cookie OCTET STRING }`. The flags are a signed number of 32 bits.
pub(super) fn request(flags: u32, bytes: u32, cookie: &[u8]) -> Vec<u8> {
    let mut inner = Vec::new();
    for number in [flags, bytes] {
        inner.extend([2, 4]);
        inner.extend(number.to_be_bytes());
    }
    inner.push(4);
    length(&mut inner, cookie.len());
    inner.extend(cookie);
    let mut value = vec![0x30];
    length(&mut value, inner.len());
    value.extend(inner);
    value
}

/// The length of a BER element.
fn length(into: &mut Vec<u8>, length: usize) {
    if length < 0x80 {
        into.push(length as u8);
    } else {
        let bytes = (length as u32).to_be_bytes();
        into.push(0x84);
        into.extend(bytes);
    }
}

/// `SEQUENCE { MoreResults INTEGER, unused INTEGER, Cookie OCTET STRING }`.
pub(super) fn reply(value: &[u8]) -> Option<(bool, Vec<u8>)> {
    let (_, tag) = parse_tag(value).ok()?;
    let mut parts = constructed(tag)?.into_iter();
    let more = primitive(parts.next()?)?.iter().any(|byte| *byte != 0);
    Some((more, primitive(parts.nth(1)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_is_ber() {
        let short = request(0x8000_0001, 1 << 20, &[7]);
        assert_eq!(
            short,
            [0x30, 15, 2, 4, 0x80, 0, 0, 1, 2, 4, 0, 0x10, 0, 0, 4, 1, 7]
        );
        let long = request(0, 0, &[9; 300]);
        let (rest, _) = parse_tag(&long).unwrap();
        assert!(rest.is_empty());
        assert_eq!(
            reply(&[0x30, 9, 2, 1, 1, 2, 1, 0, 4, 1, 5]),
            Some((true, vec![5]))
        );
        assert_eq!(reply(&[0x30, 3, 2, 1, 0]), None);
    }
}
