//! Names and addresses, parsed once at the edge.
//!
//! A value of one of these types is known to be well formed: no control characters, no bidirectional overrides, no
//! line breaks, bounded length. Keys are folded here and stored, never folded by the database.

use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Why a text was refused. The edge turns it into a sentence beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// Longer than the field takes.
    #[error("too long")]
    TooLong,
    /// A control character, line break, NUL, or a character that changes the direction of text.
    #[error("a character that can't be shown")]
    Control,
    /// Not of the form that this field needs.
    #[error("malformed")]
    Malformed,
}

/// Characters that never belong into a name: C0/C1 controls, line and paragraph separators, and everything that
/// reorders or hides text (UTS #55): a name that shows as another name is a tool for fraud.
#[must_use]
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// One line of human text: trimmed, NFC, inner runs of spaces collapsed, at most `max` characters.
pub fn line(text: &str, max: usize) -> Result<String, TextFault> {
    // Cap before any Unicode work: normalisation can grow its input 18-fold (U+FDFA).
    if text.len() > max * 4 + 64 {
        return Err(TextFault::TooLong);
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(TextFault::Empty);
    }
    if text.chars().any(is_unprintable) {
        return Err(TextFault::Control);
    }
    let composed: String = text.nfc().collect();
    let clean = composed.split_whitespace().collect::<Vec<_>>().join(" ");
    // A stack of combining marks is no name; four on one letter is more than any script needs.
    let mut stack = 0;
    for c in clean.chars() {
        stack = if unicode_normalization::char::is_combining_mark(c) {
            stack + 1
        } else {
            0
        };
        if stack > 4 {
            return Err(TextFault::Malformed);
        }
    }
    if clean.chars().count() > max {
        Err(TextFault::TooLong)
    } else {
        Ok(clean)
    }
}

/// [`line()`], where an empty field means "none".
pub fn optional_line(text: &str, max: usize) -> Result<Option<String>, TextFault> {
    match line(text, max) {
        Ok(text) => Ok(Some(text)),
        Err(TextFault::Empty) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A paragraph: like [`line()`], with line breaks kept as `\n`.
pub fn paragraph(text: &str, max: usize) -> Result<Option<String>, TextFault> {
    if text.len() > max * 4 + 64 {
        return Err(TextFault::TooLong);
    }
    let lines: Result<Vec<_>, _> = text
        .replace("\r\n", "\n")
        .split('\n')
        .map(|l| optional_line(l, max).map(Option::unwrap_or_default))
        .collect();
    let text = lines?.join("\n").trim().to_owned();
    match text.chars().count() {
        0 => Ok(None),
        n if n > max => Err(TextFault::TooLong),
        _ => Ok(Some(text)),
    }
}

/// The key under which names are looked up and kept in order: NFKC and lower case, folded once, here.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfkc()
        .collect::<String>()
        .to_lowercase()
        .nfkc()
        .collect()
}

/// A user principal name: `local@domain`, ASCII, at most 113 characters, 64 before the `@` and 48 after it,
/// letters, digits and `' . - _ ! # ^ ~`, no dot right before the `@` (Entra's rules for cloud users).
/// ASCII alone keeps look-alike letters of other scripts out of sign-in names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserPrincipalName {
    text: String,
    at: usize,
}

impl UserPrincipalName {
    /// Reads a name as typed by an administrator.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextFault::Empty);
        }
        if text.len() > 113 {
            return Err(TextFault::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(TextFault::Malformed)?;
        let local_ok = (1..=64).contains(&local.len())
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"'.-_!#^~".contains(&b));
        if !local_ok || domain.len() > 48 {
            return Err(TextFault::Malformed);
        }
        let at = local.len();
        DomainName::parse(domain)?;
        Ok(Self {
            text: text.to_owned(),
            at,
        })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form by which it is found: ASCII lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.text.to_ascii_lowercase()
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.text[..self.at]
    }

    /// The domain in lower case: it decides which organisation the user belongs to.
    #[must_use]
    pub fn domain(&self) -> String {
        self.text[self.at + 1..].to_ascii_lowercase()
    }
}

impl fmt::Display for UserPrincipalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A domain name of at least two labels, in lower-case ASCII (RFC 1123; IDNs in their `xn--` form).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DomainName(String);

impl DomainName {
    /// Reads a domain as typed.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextFault::Empty);
        }
        if text.len() > 253 {
            return Err(TextFault::TooLong);
        }
        let ascii = idna::domain_to_ascii_strict(text).map_err(|_| TextFault::Malformed)?;
        let labels: Vec<_> = ascii.split('.').collect();
        let label_ok = |l: &&str| {
            (1..=63).contains(&l.len())
                && !l.starts_with('-')
                && !l.ends_with('-')
                && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        // An all-digit last label would read as an IP address.
        let top_is_name = labels
            .last()
            .is_some_and(|l| !l.bytes().all(|b| b.is_ascii_digit()));
        if labels.len() < 2 || ascii.len() > 253 || !top_is_name || !labels.iter().all(label_ok) {
            return Err(TextFault::Malformed);
        }
        Ok(Self(ascii))
    }

    /// In lower-case ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A single mailbox: RFC 5321 `Mailbox` in its dot-atom form, without quoted strings, comments, groups, routes or
/// address literals. What those forms allow is what mail injection needs, and nobody's own mailbox needs them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MailAddress {
    local: String,
    domain: String,
}

impl MailAddress {
    /// Reads an address as typed; the domain is folded, the local part is kept (its case may matter to its host).
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextFault::Empty);
        }
        if text.len() > 254 {
            return Err(TextFault::TooLong);
        }
        if text.chars().any(is_unprintable) {
            return Err(TextFault::Control);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(TextFault::Malformed)?;
        let atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
        let local_ok = (1..=64).contains(&local.len())
            && local.bytes().all(atext)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        if !local_ok {
            return Err(TextFault::Malformed);
        }
        Ok(Self {
            local: local.to_owned(),
            domain: DomainName::parse(domain)?.0,
        })
    }

    /// The form under which a mailbox is limited and compared: lower case throughout.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}@{}", self.local.to_ascii_lowercase(), self.domain)
    }

    /// The domain, folded.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// `j***@e***.org`: one letter of each side and the top-level domain, in a fixed shape whatever the lengths are.
    /// What hardly any mailbox has is shown as stars, so that it proves nothing (see `mask.rs`).
    #[must_use]
    pub fn masked(&self) -> String {
        use crate::mask::{initial, mailbox, shown_top};
        let top = self.domain.rsplit('.').next().unwrap_or_default();
        mailbox(initial(&self.local), initial(&self.domain), shown_top(top))
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn user_principal_names_follow_the_published_limits() {
        for good in ["ada@contoso.example", "o'neil_x@a-b.example", "A.B@x.co"] {
            assert!(UserPrincipalName::parse(good).is_ok(), "{good}");
        }
        let long_local = format!("{}@a.example", "x".repeat(65));
        let long_domain = format!("x@{}.example", "d".repeat(45));
        for bad in [
            "ada",
            "ada.@a.example",
            "a b@c.example",
            "ada@localhost",
            "аda@contoso.example",
            "a@@b.example",
            "a@b.example\r\nBcc: x@y.example",
            &long_local,
            &long_domain,
            "a@1.2.3.4",
        ] {
            assert!(UserPrincipalName::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(
            UserPrincipalName::parse(" Ada@Contoso.Example ")
                .unwrap()
                .key(),
            "ada@contoso.example"
        );
    }

    // case: IN-12
    #[test]
    fn in_12_one_mailbox_or_nothing() {
        for bad in [
            "a@b.example\r\nRCPT TO:<c@d.example>",
            "\"a b\"@c.example",
            "<a@b.example>,<c@d.example>",
            "a@b.example (comment)",
            "a@[127.0.0.1]",
            "a@b",
            "a@b.example,c@d.example",
            "x\u{0}@a.example",
            "a\u{2028}@b.example",
            "@b.example",
            "a@",
            "a..b@c.example",
        ] {
            assert!(MailAddress::parse(bad).is_err(), "{bad}");
        }
        let longest = format!("{}@{}.example", "l".repeat(65), "d".repeat(10));
        assert!(MailAddress::parse(&longest).is_err());
    }

    // case: UN-08, S06
    #[test]
    fn un_08_look_alike_letters_are_not_folded_into_ascii() {
        for typed in [
            "mıke@example.org",
            "ſam@example.org",
            "\u{212A}@example.org",
        ] {
            assert!(MailAddress::parse(typed).is_err(), "{typed}");
            assert!(UserPrincipalName::parse(typed).is_err(), "{typed}");
        }
    }

    // case: UN-12
    #[test]
    fn un_12_both_spellings_of_an_idn_are_one_mailbox() {
        let unicode = MailAddress::parse("j@bücher.example").unwrap();
        let ascii = MailAddress::parse("j@xn--bcher-kva.example").unwrap();
        assert_eq!(unicode.key(), ascii.key());
    }

    // case: UN-09
    #[test]
    fn un_09_names_can_neither_reorder_nor_pile_up() {
        assert_eq!(line("Ada\u{202E}gpj", 64), Err(TextFault::Control));
        assert_eq!(
            line(&format!("a{}", "\u{0301}".repeat(20)), 64),
            Err(TextFault::Malformed)
        );
        assert_eq!(line("a\r\nb", 64), Err(TextFault::Control));
        assert_eq!(line("  Ada   Lovelace ", 64).unwrap(), "Ada Lovelace");
        assert_eq!(
            line(&"\u{FDFA}".repeat(10_000), 64),
            Err(TextFault::TooLong)
        );
    }

    #[test]
    fn masks_have_one_shape() {
        assert_eq!(
            MailAddress::parse("jane.doe@example.org").unwrap().masked(),
            "j***@e***.org"
        );
        assert_eq!(
            MailAddress::parse("x@y.org").unwrap().masked(),
            "x***@y***.org"
        );
        // case: EN-05
        for (rare, shown) in [
            ("Jane@Example.org", "j***@e***.org"),
            ("_j@example.org", "****@e***.org"),
            ("j@bücher.example", "j***@x***.example"),
            ("j@example.photography", "j***@e***.***"),
        ] {
            assert_eq!(MailAddress::parse(rare).unwrap().masked(), shown);
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn a_parsed_address_parses_to_itself(text in "[a-zA-Z0-9.+_-]{1,20}@[a-z0-9.-]{1,20}") {
            if let Ok(mail) = MailAddress::parse(&text) {
                prop_assert_eq!(MailAddress::parse(&mail.to_string()).unwrap(), mail);
            }
        }

        #[test]
        fn no_line_carries_a_line_break(text in ".{0,80}") {
            if let Ok(clean) = line(&text, 64) {
                prop_assert!(!clean.chars().any(is_unprintable));
            }
        }
    }
}
