//! User principal names and domains, as people type them and directories bring them.
#![no_main]

use keyward_core::text::{DomainName, UserPrincipalName, fold, line};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(name) = UserPrincipalName::parse(text) {
        let again = UserPrincipalName::parse(name.as_str()).expect("what was taken is taken again");
        assert_eq!(again.key(), name.key());
        assert!(name.key().len() <= 1024 && name.as_str().contains('@'));
        DomainName::parse(&name.domain()).expect("its domain is one");
    }
    if let Ok(domain) = DomainName::parse(text) {
        let again = DomainName::parse(domain.as_str()).expect("what was taken is taken again");
        assert_eq!(again.as_str(), domain.as_str());
    }
    if let Ok(one) = line(text, 120) {
        assert!(!one.chars().any(char::is_control));
        assert!(one.chars().count() <= 120);
    }
    assert_eq!(fold(&fold(text)), fold(text));
});
