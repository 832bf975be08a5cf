//! LDIF (RFC 2849): what the tools read and print.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// An entry that a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its distinguished name.
    pub dn: String,
    /// Its attributes, as often as they have values.
    pub attributes: Vec<(String, Vec<u8>)>,
}

impl Entry {
    /// The first value of an attribute, as text.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.all(name).into_iter().next()
    }

    /// All values of an attribute, as text.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        let named = self.attributes.iter();
        named
            .filter(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
            .collect()
    }
}

/// One line of LDIF with its end, in base64 where the value needs it.
///
/// ```
/// use keyward_testbed::ldap::line;
/// assert_eq!(line("cn", "Ada"), "cn: Ada\n");
/// assert_eq!(line("cn", "Zoë"), "cn:: Wm/Dqw==\n");
/// ```
#[must_use]
pub fn line(name: &str, value: impl AsRef<[u8]>) -> String {
    let value = value.as_ref();
    let plain = value.iter().all(|byte| (b' '..=b'~').contains(byte))
        && !value.starts_with(b" ")
        && !value.starts_with(b":")
        && !value.starts_with(b"<")
        && !value.ends_with(b" ");
    if plain {
        return format!("{name}: {}\n", String::from_utf8_lossy(value));
    }
    format!("{name}:: {}\n", STANDARD.encode(value))
}

/// Reads what `ldapsearch -LLL -o ldif-wrap=no` prints.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in text.lines() {
        let Some((name, rest)) = line.split_once(':') else {
            continue;
        };
        let value = match rest.strip_prefix(':') {
            Some(coded) => STANDARD.decode(coded.trim()).expect("base64 of ldapsearch"),
            None => rest.trim_start().as_bytes().to_vec(),
        };
        if name == "dn" {
            entries.push(Entry {
                dn: String::from_utf8_lossy(&value).into_owned(),
                attributes: Vec::new(),
            });
        } else if let Some(entry) = entries.last_mut().filter(|_| !name.starts_with('#')) {
            entry.attributes.push((name.to_owned(), value));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ldapsearch_prints_is_read() {
        let text = "dn:: Y249Wm/DqyxkYz1h\ncn:: Wm/Dqw==\nmail: a@b.test\nmail: c@d.test\n\n\
            # refldap://x\n\ndn: cn=b,dc=a\nobjectGUID:: AP8=\n";
        let found = entries(text);
        assert_eq!((found.len(), found[0].dn.as_str()), (2, "cn=Zoë,dc=a"));
        assert_eq!(found[0].get("CN").as_deref(), Some("Zoë"));
        assert_eq!(found[0].all("mail"), ["a@b.test", "c@d.test"]);
        assert_eq!(
            found[1].attributes,
            [("objectGUID".to_owned(), vec![0, 255])]
        );
    }
}
