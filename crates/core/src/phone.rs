//! Telephone numbers in their one canonical form (ITU-T E.164).

use phonenumber::{Mode, Type};
use std::fmt;

/// Why a number was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneFault {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// No number of any country, or one without its country code where none can be assumed.
    #[error("malformed")]
    Malformed,
    /// A number that can't be texted or that bills the caller: premium, shared cost, pager, personal, satellite.
    #[error("kind")]
    Kind,
}

/// A `+` and 15 digits.
const LONGEST: usize = 16;

/// A number as `+` and up to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as typed, with its country code (`+49 …` or `0049 …`).
    ///
    /// Only ASCII digits and the usual separators are looked at, so that other digits, letters, `tel:` parameters
    /// and invisible characters can't make two spellings of one number count as two (PH-06).
    pub fn parse(text: &str) -> Result<Self, PhoneFault> {
        if text.len() > 64 {
            return Err(PhoneFault::Malformed);
        }
        let text = text.trim();
        if text.is_empty() {
            return Err(PhoneFault::Empty);
        }
        let mut compact = String::with_capacity(text.len());
        for (i, c) in text.chars().enumerate() {
            match c {
                '0'..='9' => compact.push(c),
                '+' if i == 0 => compact.push(c),
                ' ' | '\u{a0}' | '-' | '.' | '/' | '(' | ')' => {}
                _ => return Err(PhoneFault::Malformed),
            }
        }
        if let Some(rest) = compact.strip_prefix("00") {
            compact = format!("+{rest}");
        }
        if !compact.starts_with('+') {
            return Err(PhoneFault::Malformed);
        }
        // The parser panicked on odd input twice in its history (RUSTSEC-2023-0082, RUSTSEC-2024-0369).
        let parsed = std::panic::catch_unwind(|| phonenumber::parse(None, &compact).ok())
            .ok()
            .flatten()
            .ok_or(PhoneFault::Malformed)?;
        if !parsed.is_valid() {
            return Err(PhoneFault::Malformed);
        }
        match parsed.number_type(&phonenumber::metadata::DATABASE) {
            Type::PremiumRate
            | Type::SharedCost
            | Type::PersonalNumber
            | Type::Pager
            | Type::Uan
            | Type::Voicemail
            | Type::TollFree => return Err(PhoneFault::Kind),
            _ => {}
        }
        if [
            "+870", "+878", "+881", "+882", "+883", "+888", "+979", "+800", "+808",
        ]
        .iter()
        .any(|special| compact.starts_with(special))
        {
            return Err(PhoneFault::Kind);
        }
        let number = parsed.format().mode(Mode::E164).to_string();
        // Some countries' numbers of old were longer; no gateway takes them (ITU-T E.164 section 6).
        if number.len() > LONGEST {
            return Err(PhoneFault::Malformed);
        }
        Ok(Self(number))
    }

    /// A number that was parsed before it was stored.
    #[must_use]
    pub fn stored(e164: String) -> Self {
        Self(e164)
    }

    /// `+` and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country, as its two letters of ISO 3166, by the area code where several share a country code: `+1 876` is
    /// Jamaica (PH-01).
    #[must_use]
    pub fn country(&self) -> Option<String> {
        let parsed = std::panic::catch_unwind(|| phonenumber::parse(None, &self.0).ok());
        let id = parsed.ok().flatten()?.country().id()?;
        Some(id.as_ref().to_owned())
    }

    /// `*** *** **34`: the last two digits in a fixed shape, whatever the length is.
    #[must_use]
    pub fn masked(&self) -> String {
        mask(&self.0[self.0.len().saturating_sub(2)..])
    }
}

/// A number on a desk: a line, and what is dialled once it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OfficeNumber {
    line: PhoneNumber,
    extension: Option<String>,
}

/// The most digits of an extension.
const LONGEST_EXTENSION: usize = 8;

impl OfficeNumber {
    /// Reads a number with or without an extension: `+49 30 1234 x567`, `… ext. 567`, `…;ext=567` (RFC 3966).
    pub fn parse(text: &str) -> Result<Self, PhoneFault> {
        if text.len() > 64 {
            return Err(PhoneFault::Malformed);
        }
        let text = text.trim().to_ascii_lowercase();
        let Some(at) = text.find(|c: char| c.is_ascii_alphabetic() || c == ';') else {
            let line = PhoneNumber::parse(&text)?;
            return Ok(Self {
                line,
                extension: None,
            });
        };
        let (line, rest) = text.split_at(at);
        let marks = [";ext=", "extension", "ext.", "ext", "x"];
        let dialled = marks.iter().find_map(|mark| rest.strip_prefix(mark));
        let dialled = dialled.ok_or(PhoneFault::Malformed)?.trim();
        let digits = (1..=LONGEST_EXTENSION).contains(&dialled.len())
            && dialled.bytes().all(|b| b.is_ascii_digit());
        if !digits {
            return Err(PhoneFault::Malformed);
        }
        Ok(Self {
            line: PhoneNumber::parse(line)?,
            extension: Some(dialled.to_owned()),
        })
    }

    /// A number that was parsed before it was stored.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        let (line, extension) = match text.split_once(" x") {
            Some((line, extension)) => (line, Some(extension.to_owned())),
            None => (text, None),
        };
        Self {
            line: PhoneNumber::stored(line.to_owned()),
            extension,
        }
    }

    /// What is called.
    #[must_use]
    pub fn line(&self) -> &PhoneNumber {
        &self.line
    }

    /// What is dialled then.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// The form under which it is compared and limited: of a line alone that of the same number elsewhere.
    #[must_use]
    pub fn key(&self) -> String {
        self.to_string().replace(' ', "")
    }

    /// Whether somebody who typed this meant this phone. The extension may be left out, as its digits are shown to nobody.
    #[must_use]
    pub fn is_meant_by(&self, typed: &Self) -> bool {
        self.line == typed.line && (typed.extension.is_none() || typed.extension == self.extension)
    }
}

impl fmt::Display for OfficeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.extension {
            Some(extension) => write!(f, "{} x{extension}", self.line),
            None => self.line.fmt(f),
        }
    }
}

/// The shape in which a number's last two digits are shown.
#[must_use]
pub fn mask(last_two: &str) -> String {
    format!("*** *** **{last_two}")
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // case: PH-06
    #[test]
    fn a_number_has_fifteen_digits_at_most() {
        // Valid as the German numbering plan goes, and found by a fuzzer.
        let long = PhoneNumber::parse("+49519221143345549");
        assert_eq!(long.unwrap_err(), PhoneFault::Malformed);
    }

    #[test]
    fn ph_06_one_number_has_one_form() {
        let canonical = PhoneNumber::parse("+4915112345678").unwrap();
        for spelling in [
            "+49 151 12345678",
            "0049 151/1234-5678",
            "+49 (151) 123.456.78",
            " +49-151-12345678 ",
        ] {
            assert_eq!(
                PhoneNumber::parse(spelling).unwrap(),
                canonical,
                "{spelling}"
            );
        }
        for refused in [
            "0151 12345678",
            "tel:+4915112345678",
            "+49151١٢٣٤٥٦٧٨",
            "1-800-FLOWERS",
            "+49 151 12345678;ext=9",
            "+4915112345678\u{200f}",
            "+49151+12345678",
        ] {
            assert_eq!(
                PhoneNumber::parse(refused),
                Err(PhoneFault::Malformed),
                "{refused}"
            );
        }
    }

    // case: PH-02, PH-03
    #[test]
    fn ph_02_numbers_that_bill_the_caller_are_refused() {
        for refused in [
            "+19002345678",
            "+447012345678",
            "+870773111632",
            "+881612345678",
            "+80012345678",
        ] {
            assert!(PhoneNumber::parse(refused).is_err(), "{refused}");
        }
    }

    // case: PH-01
    #[test]
    fn ph_01_the_area_code_decides_the_country() {
        for (number, expected) in [
            ("+4915112345678", "DE"),
            ("+12025550123", "US"),
            ("+14165550123", "CA"),
            ("+18765550123", "JM"),
            ("+14735550123", "GD"),
            ("+12845550123", "VG"),
        ] {
            let number = PhoneNumber::stored(number.into());
            assert_eq!(number.country().as_deref(), Some(expected), "{number}");
        }
        assert_eq!(PhoneNumber::stored("not a number".into()).country(), None);
    }

    #[test]
    fn an_extension_is_read_however_it_is_written() {
        let desk = OfficeNumber::parse("+49 30 12345678 x567").unwrap();
        assert_eq!(desk.to_string(), "+493012345678 x567");
        assert_eq!(desk.key(), "+493012345678x567");
        for spelling in [
            "+49 (30) 1234-5678 X 567",
            "0049 30 12345678 ext. 567",
            "+493012345678;ext=567",
            "+49 30 12345678 Extension 567",
            desk.to_string().as_str(),
        ] {
            assert_eq!(
                OfficeNumber::parse(spelling).as_ref(),
                Ok(&desk),
                "{spelling}"
            );
        }
        assert_eq!(OfficeNumber::stored(&desk.to_string()), desk);
        let plain = OfficeNumber::parse("+49 30 12345678").unwrap();
        assert_eq!(plain.extension(), None);
        assert_eq!(plain.key(), plain.line().as_str());
        assert_eq!(OfficeNumber::stored(&plain.to_string()), plain);
        assert!(desk.is_meant_by(&plain) && desk.is_meant_by(&desk));
        assert!(!plain.is_meant_by(&desk));
        for refused in [
            "+49 30 12345678 x",
            "+49 30 12345678 x123456789",
            "+49 30 12345678 x5;6",
            "+49 30 12345678 y5",
            "+49 30 12345678 x٥",
            "x567",
        ] {
            assert!(OfficeNumber::parse(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn the_mask_shows_two_digits_and_no_length() {
        assert_eq!(
            PhoneNumber::parse("+4915112345634").unwrap().masked(),
            "*** *** **34"
        );
    }

    proptest! {
        // case: PH-19
        #[test]
        fn ph_19_no_input_makes_the_parser_panic(text in ".{0,70}") {
            let _ = PhoneNumber::parse(&text);
            let _ = OfficeNumber::parse(&text);
        }
    }
}
