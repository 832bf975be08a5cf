//! Every mail and every text message, in every language, with sample arguments.

use super::*;
use keyward_core::method::Carrier;
use keyward_core::text::UserPrincipalName;
use keyward_core::time::Timestamp;
use keyward_core::user::Profile;
use std::fmt::Write as _;
use uuid::Uuid;

/// Every letter: its name, whether it carries a link, and whether it may go out as a text message.
const LETTERS: [(&str, bool, bool); 28] = [
    ("password-reset", true, true),
    ("password-changed", true, true),
    ("password-reset-by-admin", true, true),
    ("hand-over", true, true),
    ("pass-made", true, true),
    ("pass-used", true, true),
    ("admin-pass-made", false, false),
    ("unlocked", true, true),
    ("method-added", true, true),
    ("method-added-by-admin", true, true),
    ("method-changed", true, true),
    ("method-removed", true, true),
    ("method-removed-by-admin", true, true),
    ("recovery-code-used", true, true),
    ("admin-password-reset", false, false),
    ("admin-recovered", false, false),
    ("help", true, false),
    ("directory-trouble", true, false),
    ("not-me", true, false),
    ("agent-asks", true, false),
    ("agent-key-stuck", true, false),
    ("admin-contact-changed", true, false),
    ("deletions-held", true, false),
    ("contacts-held", true, false),
    ("directory-away", true, false),
    ("directory-back", true, false),
    ("budget-used-up", true, false),
    ("country-stopped", true, false),
];

/// Why somebody can't help themselves, as [`crate::help`] tells administrators.
const REASONS: [&str; 9] = [
    "blocked",
    "signed-in",
    "able",
    "reset-off",
    "not-in-scope",
    "account-disabled",
    "account-held",
    "too-few-methods",
    "methods-too-new",
];

fn ctx(user_agent: Option<&str>) -> Ctx {
    Ctx {
        now: Timestamp(1_790_000_000_000_000),
        lang: Lang::En,
        ip: None,
        user_agent: user_agent.map(str::to_owned),
        request_id: None,
        device: None,
        local: false,
    }
}

fn user(name: &str) -> User {
    User {
        id: keyward_core::ids::UserId(Uuid::from_u128(1)),
        tenant: keyward_core::ids::TenantId(Uuid::from_u128(2)),
        directory: None,
        upn: UserPrincipalName::parse("ada@contoso.example").unwrap(),
        profile: Profile {
            display_name: name.to_owned(),
            ..Profile::default()
        },
        enabled: true,
        held_at: None,
        must_change_password: false,
        password_changed_at: None,
        password_found_at: None,
        credential_epoch: 0,
        registration_confirmed_at: None,
        language: None,
        created_at: Timestamp(0),
        deleted_at: None,
    }
}

fn letter(name: &'static str, link: bool, display_name: &str) -> Letter<'static> {
    let mut args = circumstances(&ctx(Some("X11; Linux Firefox/150.0")), &user(display_name));
    if name.starts_with("method-") {
        args.push(("method", "*** *** **34".into()));
        args.push(("kind", "mobile-phone".into()));
        args.push(("waits", "yes".into()));
        args.push(("usable", "2026-09-22 16:53 UTC".into()));
    }
    if name == "method-changed" {
        args.push(("old", "*** *** **78".into()));
    }
    if name == "hand-over" {
        args.push(("opens", "account".into()));
    }
    if name.ends_with("pass-made") {
        args.push(("until", "2026-09-22 17:53 UTC".into()));
        args.push(("by", "boss@contoso.example".into()));
    }
    if name == "recovery-code-used" {
        args.push(("left", 2_i64.into()));
        args.push(("few", "yes".into()));
    }
    let connect = [
        "admin-contact-",
        "agent-",
        "contacts-",
        "deletions-",
        "directory-",
    ];
    if connect.iter().any(|start| name.starts_with(start)) {
        args.push(("host", "connect1.corp.contoso.example".into()));
        args.push(("directory", "corp.contoso.example".into()));
        args.push(("by", "No space left on device".into()));
        args.push(("count", 12_i64.into()));
        args.push(("user", "ada@contoso.example".into()));
    }
    if ["budget-used-up", "country-stopped"].contains(&name) {
        args.push(("what", "country".into()));
        args.push(("country", "JM".into()));
    }
    Letter {
        name,
        args,
        worded: match name {
            "help" => Some(("reason", "mail-help-reason-too-few-methods".into())),
            "directory-trouble" => Some(("reason", "reason-directory-no-right".into())),
            _ => None,
        },
        link: link.then(|| "https://id.contoso.example/not-me/TOKEN".into()),
    }
}

fn shown(payload: &Payload) -> String {
    match payload {
        Payload::Mail { subject, text, .. } => format!("Subject: {subject}\n\n{text}"),
        Payload::Sms { text, .. } => format!("SMS: {text}\n"),
        Payload::Call { ask, say, bye, .. } => format!("CALL: {ask}\n{}\n{bye}\n", say.join(" | ")),
        Payload::Nothing { .. } => String::new(),
    }
}

fn complete(text: &str) {
    for sign in ["{", "}", "$", "<p", "\r"] {
        assert!(!text.contains(sign), "{sign} in {text}");
    }
}

/// The alphabet of short messages (GSM 03.38): outside of it a message holds 70 characters, not 160.
fn is_gsm(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(
            c,
            ' '..='~' | '\n' | 'ä' | 'ö' | 'ü' | 'Ä' | 'Ö' | 'Ü' | 'ß'
        ) && !"`[]{}\\^|~".contains(c)
    })
}

#[test]
fn every_notice_reads_well_in_every_language() {
    for lang in Lang::ALL {
        let mut all = String::new();
        for (name, link, sms) in LETTERS {
            let letter = letter(name, link, "Ada Lovelace");
            let mail = letter.mail(Texts::get(), lang, "Contoso", "ada@home.example");
            let _ = writeln!(all, "=== {name}\n{}", shown(&mail));
            if sms {
                let text = shown(&letter.sms(Texts::get(), lang, "Contoso", "+4915112345634"));
                assert!(!text.contains("://"), "{name}: no link in a text message");
                assert!(is_gsm(&text), "{name}: {text}");
                let _ = writeln!(all, "{text}");
            }
        }
        complete(&all);
        insta::assert_snapshot!(format!("notices-{}", lang.tag()), all);
    }
}

// case: C-11, C-07
#[test]
fn c_11_every_code_comes_early_and_once_and_not_in_the_subject() {
    for lang in Lang::ALL {
        let mut all = String::new();
        for purpose in [Purpose::Reset, Purpose::Register, Purpose::StepUp] {
            let digits = Secret::new("042917".into());
            let code = Code {
                purpose,
                organisation: "Contoso",
                minutes: 5,
                digits: &digits,
            };
            let sms = shown(&code.sms(Texts::get(), lang, "+4915112345634"));
            let mail = code.mail(Texts::get(), lang, "ada@home.example");
            assert!(sms.starts_with("SMS: 042917 "), "{sms}");
            assert!(sms.len() < 170 && is_gsm(&sms), "one message: {sms}");
            assert!(!sms.contains("://") && sms.contains("Contoso"), "{sms}");
            let Payload::Mail {
                subject,
                text,
                html,
                ..
            } = &mail
            else {
                panic!("a mail")
            };
            assert!(!subject.contains("042917"));
            assert!(text.starts_with("042917 "), "{text}");
            assert!(!text.contains("://"));
            for body in [&sms, text, html] {
                assert_eq!(body.matches("042917").count(), 1, "{body}");
            }
            let _ = writeln!(all, "=== {}\n{sms}\n{}", purpose.code(), shown(&mail));
        }
        complete(&all);
        insta::assert_snapshot!(format!("codes-{}", lang.tag()), all);
    }
}

// case: PH-13
#[test]
fn ph_13_a_call_says_the_digits_one_by_one_and_none_before_the_key() {
    let desk = Destination::parse(Carrier::Voice, "+49 30 12345678 x567").unwrap();
    for lang in Lang::ALL {
        let mut all = String::new();
        for purpose in [Purpose::Reset, Purpose::Register, Purpose::StepUp] {
            let digits = Secret::new("042917".into());
            let code = Code {
                purpose,
                organisation: "Contoso",
                minutes: 5,
                digits: &digits,
            };
            let call = code.call(Texts::get(), lang, &desk, "https://a.example".into());
            let Payload::Call {
                to,
                extension,
                ask,
                say,
                bye,
                ..
            } = &call
            else {
                panic!("a call")
            };
            assert_eq!(
                (to.as_str(), extension.as_deref()),
                ("+493012345678", Some("567"))
            );
            assert!(ask.contains("Contoso") && ask.contains('1'), "{ask}");
            assert!(!ask.contains("042917") && !bye.contains("042917"));
            let said: String = say.iter().filter(|part| part.len() == 1).cloned().collect();
            assert_eq!(said, "042917042917");
            let _ = writeln!(all, "=== {}\n{}", purpose.code(), shown(&call));
        }
        complete(&all);
        insta::assert_snapshot!(format!("calls-{}", lang.tag()), all);
    }
}

#[test]
fn one_minute_is_no_minutes() {
    for (lang, one) in [(Lang::En, "one minute"), (Lang::De, "eine Minute")] {
        let digits = Secret::new("1".into());
        let code = Code {
            purpose: Purpose::Reset,
            organisation: "C",
            minutes: 1,
            digits: &digits,
        };
        assert!(shown(&code.sms(Texts::get(), lang, "+1")).contains(one));
        assert!(shown(&code.mail(Texts::get(), lang, "a@b.example")).contains(one));
    }
}

#[test]
fn every_reason_has_a_sentence() {
    for lang in Lang::ALL {
        for reason in REASONS {
            let key = format!("mail-help-reason-{reason}");
            let text = Texts::get().t(lang, &key).into_owned();
            complete(&text);
            assert!(text.ends_with('.'), "{text}");
        }
    }
}

#[test]
fn an_unknown_device_has_a_word() {
    for (lang, word) in [(Lang::En, "device unknown"), (Lang::De, "Gerät unbekannt")] {
        let mut letter = letter("password-reset", true, "Ada");
        letter.args = circumstances(&ctx(None), &user("Ada"));
        let text = shown(&letter.mail(Texts::get(), lang, "Contoso", "a@b.example"));
        assert!(text.contains(word), "{text}");
    }
}

// case: S63, IN-05
#[test]
fn s63_a_name_is_only_ever_a_name() {
    let odd = "<img src=x onerror=\"alert(1)\"> {{7*7}} { $upn } ' &amp;";
    let letter = letter("password-reset", true, odd);
    let Payload::Mail { text, html, .. } =
        letter.mail(Texts::get(), Lang::En, "<b>Org</b>", "a@b.example")
    else {
        panic!("a mail")
    };
    assert!(
        text.contains(odd),
        "the plain part shows it as it is: {text}"
    );
    assert!(!html.contains("<img") && !html.contains("<b>"), "{html}");
    assert!(
        html.contains("{{7*7}} { $upn }"),
        "nothing in it is worked out"
    );
    assert!(html.contains("&amp;amp;"));
}

// case: IN-23, S63
#[test]
fn in_23_a_browser_can_not_write_into_a_mail() {
    assert_eq!(
        device(Some(
            "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36"
        )),
        "Chrome, Linux"
    );
    assert_eq!(device(Some("<img onerror=x>\r\nBcc: a@b.example")), "?");
    assert_eq!(device(None), "?");
}

/// A letter that the code sends and this file doesn't know would be sent untested.
#[test]
fn every_letter_of_the_code_is_looked_at_here() {
    let mut files = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src"
    ))];
    let mut seen = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for rest in source.split("Letter {").skip(1) {
            let end = rest.find('}').unwrap_or(rest.len());
            let Some((_, name)) = rest[..end].split_once("name: \"") else {
                continue;
            };
            let name = name.split('"').next().unwrap();
            assert!(
                LETTERS.iter().any(|(known, ..)| *known == name),
                "{}: {name}",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen >= 8, "{seen}");
}
