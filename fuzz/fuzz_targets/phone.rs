//! Phone numbers: E.164 comes out, or nothing.
#![no_main]

use keyward_core::phone::PhoneNumber;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(number) = PhoneNumber::parse(text) {
        let e164 = number.as_str();
        assert!(e164.starts_with('+') && (4..=16).contains(&e164.len()), "{e164}");
        assert!(e164[1..].bytes().all(|b| b.is_ascii_digit()), "{e164}");
        let again = PhoneNumber::parse(e164).expect("what was taken is taken again");
        assert_eq!(again.as_str(), e164);
        assert!(!number.masked().contains(&e164[1..]));
    }
});
