//! Distinguished names (RFC 4514), compared as OpenLDAP compares them.

use sha2::{Digest, Sha256};

/// A distinguished name in a form in which equal names are equal: types and values in lower case, escapes undone,
/// spaces at the edges gone and inner ones single, as the matching rules of names have it (RFC 4518).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Dn(Vec<String>);

/// A [`Dn`] in 16 bytes, for directories of any size: the first half of its SHA-256.
pub(super) type Key = [u8; 16];

impl Dn {
    /// None: it is no name.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.trim().is_empty() {
            return Some(Self(Vec::new()));
        }
        split(text, b',')
            .into_iter()
            .map(rdn)
            .collect::<Option<_>>()
            .map(Self)
    }

    /// It is `above`, or below it.
    pub(super) fn is_within(&self, above: &Self) -> bool {
        self.0.ends_with(&above.0)
    }

    /// How many names it is made of.
    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    /// The name without its first part.
    pub(super) fn parent(&self) -> Option<Self> {
        self.0.split_first().map(|(_, rest)| Self(rest.to_vec()))
    }

    pub(super) fn key(&self) -> Key {
        let mut hash = Sha256::new();
        for rdn in &self.0 {
            hash.update((rdn.len() as u64).to_be_bytes());
            hash.update(rdn);
        }
        let mut key = Key::default();
        key.copy_from_slice(&hash.finalize()[..16]);
        key
    }
}

/// The key of a name, if it is one.
pub(super) fn key(text: &str) -> Option<Key> {
    Dn::parse(text).map(|dn| dn.key())
}

/// The value of the first part, for people: `People` of `ou=People,dc=example`.
pub(super) fn own_name(text: &str) -> String {
    let first = split(text, b',').into_iter().next().unwrap_or_default();
    let value = first.split_once('=').map_or(first, |(_, value)| value);
    String::from_utf8_lossy(&unescaped(value.trim())).into_owned()
}

/// The domain that a name of `dc=` parts stands for (RFC 2247).
pub(super) fn domain(text: &str) -> Option<String> {
    let labels = split(text, b',').into_iter().map(|part| {
        let (kind, value) = part.split_once('=')?;
        let value = String::from_utf8(unescaped(value.trim())).ok()?;
        kind.trim().eq_ignore_ascii_case("dc").then_some(value)
    });
    let labels: Vec<_> = labels.collect::<Option<_>>()?;
    (!labels.is_empty()).then(|| labels.join(".").to_lowercase())
}

/// Splits at a character that isn't escaped.
fn split(text: &str, at: u8) -> Vec<&str> {
    let (mut parts, mut begin, mut escaped, mut quoted) = (Vec::new(), 0, false, false);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if byte == at && !quoted => {
                parts.push(&text[begin..index]);
                begin = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    parts
}

fn rdn(text: &str) -> Option<String> {
    if !text.contains('+') {
        return pair(text);
    }
    let pairs = split(text, b'+').into_iter().map(pair);
    let mut pairs: Vec<_> = pairs.collect::<Option<_>>()?;
    pairs.sort_unstable();
    Some(pairs.join("\0"))
}

/// There is one of these for each part of each name of each member: it allocates once where nothing is escaped.
fn pair(text: &str) -> Option<String> {
    let (kind, value) = text.split_once('=')?;
    let kind = kind.trim();
    if kind.is_empty() {
        return None;
    }
    let mut pair = String::with_capacity(text.len());
    pair.push_str(kind);
    pair.make_ascii_lowercase();
    pair.push('=');
    if value.contains(['\\', '"']) {
        append(&mut pair, &String::from_utf8_lossy(&unescaped(value)));
    } else {
        append(&mut pair, value);
    }
    Some(pair)
}

/// A value in lower case, its spaces single. A NUL joins the pairs of a name, so that none may be in a value.
fn append(pair: &mut String, value: &str) {
    let begin = pair.len();
    for word in value.split(' ').filter(|word| !word.is_empty()) {
        if pair.len() > begin {
            pair.push(' ');
        }
        if word.is_ascii() && !word.contains('\0') {
            let at = pair.len();
            pair.push_str(word);
            pair[at..].make_ascii_lowercase();
        } else {
            pair.push_str(&word.to_lowercase().replace('\0', "\u{fffd}"));
        }
    }
}

fn unescaped(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    if !text.contains(['\\', '"']) {
        return bytes.to_vec();
    }
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        match (byte == b'\\').then(|| coded(&bytes[at + 1..])) {
            Some(Some(value)) => {
                plain.push(value);
                at += 3;
            }
            Some(None) => {
                plain.extend(bytes.get(at + 1));
                at += 2;
            }
            None => {
                plain.extend((byte != b'"').then_some(byte));
                at += 1;
            }
        }
    }
    plain
}

/// The byte that two hex digits stand for.
fn coded(bytes: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    Some((digit(0)? << 4 | digit(1)?) as u8)
}

#[cfg(test)]
mod tests {
    use super::{Dn, domain, key, own_name};

    fn dn(text: &str) -> Dn {
        Dn::parse(text).unwrap()
    }

    #[test]
    fn names_that_slapd_takes_for_equal_are_equal() {
        let one = dn("uid=ada,OU=People,dc=Example,dc=test");
        for other in [
            "UID=Ada, ou=people , dc=example,dc=TEST",
            r"uid=\61da,ou=People,dc=example,dc=test",
            r"uid=ada\20,ou=People,dc=example,dc=test",
        ] {
            assert_eq!(one, dn(other), "{other}");
            assert_eq!(one.key(), dn(other).key());
        }
        assert_eq!(dn("cn=a+sn=b,dc=x"), dn("SN=b+CN=a,dc=x"));
        assert_eq!(dn(r"cn=Sm\C3\B8rby"), dn("cn=smørby"));
    }

    // case: AG-16
    #[test]
    fn hostile_names_stay_apart() {
        let hostile = [
            r"cn=a\,b,dc=x",
            "cn=a,cn=b,dc=x",
            r"cn=a\+sn\=b,dc=x",
            "cn=a+sn=b,dc=x",
            r"cn=\#a,dc=x",
            r"cn=a\\,dc=x",
            r"cn=a\00sn\=b,dc=x",
            r#"cn=\"a\",dc=x"#,
            r"cn=*()\00,dc=x",
        ];
        let keys: std::collections::HashSet<_> = hostile.iter().map(|text| key(text)).collect();
        assert_eq!(keys.len(), hostile.len());
        assert!(!keys.contains(&None));
        assert_eq!(key("no name"), None);
        assert_eq!(own_name(r"ou=a\,b\2Bc,dc=x"), "a,b+c");
        // Not within a unit whose name merely ends alike.
        assert!(!dn(r"uid=a,ou=x\,ou=People,dc=x").is_within(&dn("ou=People,dc=x")));
        assert!(dn("uid=a,ou=b,ou=People,dc=x").is_within(&dn("ou=people,dc=X")));
    }

    #[test]
    fn a_domain_is_read_from_its_parts() {
        assert_eq!(
            domain("dc=Corp,dc=example,dc=test").unwrap(),
            "corp.example.test"
        );
        assert_eq!(domain("o=Example"), None);
        assert_eq!(domain(""), None);
        assert_eq!(dn("ou=a,dc=x").parent().unwrap(), dn("dc=x"));
    }
}
