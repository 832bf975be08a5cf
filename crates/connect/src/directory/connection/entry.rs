//! An entry that a search found.
//!
//! Not `ldap3`'s own: that one panics on what isn't well-formed, and sorts values into two maps by whether all of them
//! happen to be UTF-8.

use super::super::{Error, Result};
use ldap3::asn1::{PL, StructureTag};
use std::borrow::Cow;
use uuid::Uuid;

/// An entry that a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its distinguished name as it came.
    pub(crate) dn: String,
    /// Names in lower case, with options (`member;range=0-1499`), and values in their order.
    pub(crate) attributes: Vec<(String, Vec<Vec<u8>>)>,
}

impl Entry {
    pub(crate) fn parse(tag: StructureTag) -> Result<Self> {
        read(tag).ok_or_else(|| Error::Answer("an entry isn't well-formed".to_owned()))
    }

    /// All values, as bytes.
    pub(crate) fn values(&self, name: &str) -> &[Vec<u8>] {
        let found = self
            .attributes
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or(&[], |(_, values)| values)
    }

    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.values(name).first().map(Vec::as_slice)
    }

    /// All values that are text.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        let values = self.values(name).iter();
        values
            .filter_map(|value| std::str::from_utf8(value).ok())
            .collect()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.bytes(name)?).ok()
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    pub(crate) fn truth(&self, name: &str) -> bool {
        self.text(name)
            .is_some_and(|text| text.eq_ignore_ascii_case("TRUE"))
    }

    /// A GUID of Active Directory, whose first three fields are little-endian.
    pub(crate) fn guid(&self, name: &str) -> Option<Uuid> {
        let bytes: [u8; 16] = self.bytes(name)?.try_into().ok()?;
        Some(Uuid::from_bytes_le(bytes))
    }
}

fn read(tag: StructureTag) -> Option<Entry> {
    let mut parts = constructed(tag)?.into_iter();
    let dn = text(parts.next()?)?;
    let mut attributes = Vec::new();
    for attribute in constructed(parts.next()?)? {
        let mut parts = constructed(attribute)?.into_iter();
        let mut name = text(parts.next()?)?;
        name.make_ascii_lowercase();
        let values = constructed(parts.next()?)?;
        let values = values.into_iter().map(primitive).collect::<Option<_>>()?;
        attributes.push((name, values));
    }
    Some(Entry { dn, attributes })
}

/// The parts of a constructed element.
pub(crate) fn constructed(tag: StructureTag) -> Option<Vec<StructureTag>> {
    match tag.payload {
        PL::C(parts) => Some(parts),
        PL::P(_) => None,
    }
}

/// The bytes of a primitive element.
pub(crate) fn primitive(tag: StructureTag) -> Option<Vec<u8>> {
    match tag.payload {
        PL::P(bytes) => Some(bytes),
        PL::C(_) => None,
    }
}

fn text(tag: StructureTag) -> Option<String> {
    let bytes = primitive(tag)?;
    Some(match String::from_utf8_lossy(&bytes) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    })
}
