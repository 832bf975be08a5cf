//! Mail addresses: what is taken fits into a header and a dialogue with a mail server.
#![no_main]

use keyward_core::text::MailAddress;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(address) = MailAddress::parse(text) {
        let shown = address.to_string();
        assert!(!shown.chars().any(|c| c.is_control() || c.is_whitespace()), "{shown:?}");
        assert!(!shown.contains(['<', '>', ',', ';', '"']), "{shown:?}");
        let again = MailAddress::parse(&shown).expect("what was taken is taken again");
        assert_eq!(again.key(), address.key());
        assert!(!address.masked().is_empty());
    }
});
