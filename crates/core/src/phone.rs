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
        }
    }
}
