//! What a stranger learns about a name: nothing (EN). Every kind of account walks the same steps and gets the same
//! answers, headers and cookies included; only what is random or masked differs.

use crate::cast::Cast;
use crate::page::Page;
use crate::site::Site;
use crate::walk::choice_on;
use keyward_app::data::Member;
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, KindCode, Scope};
use keyward_core::role::Role;

/// Names that look alike from outside.
const NAMES: [&str; 11] = [
    "able@contoso.example",
    "unknown@contoso.example",
    "disabled@contoso.example",
    "outside@contoso.example",
    "bare@contoso.example",
    "held@contoso.example",
    "eve@fabrikam.example",
    "chief@contoso.example",
    "half@contoso.example",
    "who@nowhere.example",
    "mixed@contoso.example",
];

async fn with_methods(site: &Site, local: &str, number: &str) -> UserId {
    let id = site.user(local).await;
    site.register_phone(id, number).await;
    site.register_mail(id, &format!("{local}@home.example"))
        .await;
    id
}

/// An organisation with all of them in it.
async fn everybody(site: &Site) {
    Cast::of(site).await;
    let able = with_methods(site, "able", "+4915123456711").await;
    let disabled = with_methods(site, "disabled", "+4915123456722").await;
    let held = with_methods(site, "held", "+4915123456733").await;
    with_methods(site, "outside", "+4915123456744").await;
    // What was registered first does not come first.
    let mixed = site.user("mixed").await;
    site.register_mail(mixed, "mixed@home.example").await;
    site.advance(keyward_core::time::minutes(5));
    site.register_phone(mixed, "+4915123456755").await;
    let (bare, half, chief) = (
        site.user("bare").await,
        site.user("half").await,
        site.user("chief").await,
    );
    site.register_mail(half, "half@home.example").await;
    site.give_role(chief, Role::GlobalAdministrator).await;
    let members = [able, disabled, held, bare, half, mixed].map(Member::User);
    let group = site.group("May reset", &members).await;
    site.set_policy(|p| {
        p.scope = Scope::Selected([group].into());
        p.gates = Gates::Two;
        p.methods = [MethodKind::MobilePhone, MethodKind::Email]
            .map(KindCode)
            .into();
    })
    .await;
    let mut tx = site.db.write(site.tenant).await.unwrap();
    assert!(tx.set_enabled(disabled, false).await.unwrap());
    assert!(tx.set_held(held, Some(site.now())).await.unwrap());
    tx.commit().await.unwrap();
}

/// All that can be seen of an answer: status, header names, cookies, body; what is random is masked.
fn seen(page: &Page) -> String {
    let mut headers: Vec<String> = page
        .headers
        .iter()
        .filter(|(n, _)| !["set-cookie", "x-request-id", "content-length"].contains(&n.as_str()))
        .map(|(n, v)| format!("{n}: {}", masked(v.to_str().unwrap())))
        .collect();
    headers.sort();
    let cookies: Vec<String> = page
        .cookies()
        .into_iter()
        .map(|(name, rest)| format!("{name}={}", rest.split_once(';').unwrap().1))
        .collect();
    let mut body = page.body.clone();
    for form in page.forms() {
        for (name, value) in form.fields {
            if ["csrf", "puzzle"].contains(&name.as_str()) {
                body = body.replace(&value, "RANDOM");
            }
        }
    }
    let id = page.header("x-request-id");
    let body = masked(&body.replace(id, "REQUEST"));
    format!("{} {headers:#?} {cookies:?}\n{body}", page.status)
}

/// Ids and masked destinations blotted out.
pub(crate) fn masked(text: &str) -> String {
    let mut out = String::new();
    let word = |c: char| c.is_ascii_alphanumeric() || "@.*-".contains(c);
    let mut rest = text;
    while let Some(start) = rest.find(word) {
        out.push_str(&rest[..start]);
        let end = rest[start..]
            .find(|c| !word(c))
            .map_or(rest.len(), |e| start + e);
        let found = &rest[start..end];
        let is_id = found.len() == 36 && found.matches('-').count() == 4;
        out.push_str(match found {
            f if f.contains("**") => "MASK",
            _ if is_id => "ID",
            f => f,
        });
        rest = &rest[end..];
    }
    out + rest
}

/// One step: what it is, where, the fields of a form (none: the page is opened), and the status of the answer.
type Step = (
    &'static str,
    &'static str,
    Option<&'static [(&'static str, &'static str)]>,
    u16,
);

const PASSWORD: &[(&str, &str)] = &[
    ("password", "violet canyon tango"),
    ("confirm", "violet canyon tango"),
];
const WRONG: &[(&str, &str)] = &[("code", "000000")];
const FOREIGN: &[(&str, &str)] = &[("number", "+49 151 99999999")];

/// `MAIL` and `PHONE` are what the chooser offers. Five wrong proofs block.
const STEPS: [Step; 24] = [
    ("nothing chosen", "/reset/verify", Some(&[]), 422),
    (
        "send mail",
        "/reset/verify",
        Some(&[("method", "MAIL")]),
        303,
    ),
    ("code page", "/reset/code", None, 200),
    (
        "phone chosen",
        "/reset/verify",
        Some(&[("method", "PHONE")]),
        303,
    ),
    ("number page", "/reset/send/PHONE", None, 200),
    ("no number", "/reset/send/PHONE", Some(&[]), 422),
    ("wrong number", "/reset/send/PHONE", Some(FOREIGN), 422),
    ("to the end", "/reset/password", None, 303),
    ("new password", "/reset/password", Some(PASSWORD), 303),
    ("verdicts", "/reset/password/verdicts", Some(PASSWORD), 422),
    ("suggestion", "/reset/password/suggest", Some(&[]), 422),
    ("done", "/reset/done", None, 303),
    ("wrong code", "/reset/code", Some(WRONG), 422),
    ("wrong code again", "/reset/code", Some(WRONG), 422),
    ("third wrong code", "/reset/code", Some(WRONG), 422),
    ("last wrong code", "/reset/code", Some(WRONG), 429),
    ("blocked code", "/reset/code", Some(WRONG), 429),
    (
        "blocked mail",
        "/reset/verify",
        Some(&[("method", "MAIL")]),
        429,
    ),
    ("blocked number", "/reset/send/PHONE", Some(FOREIGN), 429),
    ("chooser when blocked", "/reset/verify", None, 200),
    ("help", "/reset/help", None, 200),
    ("help asked", "/reset/help", Some(&[]), 200),
    ("help asked again", "/reset/help", Some(&[]), 200),
    ("cancelled", "/reset/cancel", Some(&[]), 303),
];

/// The walk, with each answer.
async fn walk(site: &Site, name: &str) -> Vec<(&'static str, String)> {
    let mut browser = site.browser();
    let started = browser.begin(name).await.leads("/reset/verify");
    let chooser = browser.get("/reset/verify").await.expect(200);
    let mut log = vec![("start", seen(&started)), ("verify", seen(&chooser))];
    let (mail, phone) = (
        choice_on(&chooser, "email"),
        choice_on(&chooser, "mobile-phone"),
    );
    for (what, path, fields, status) in STEPS {
        let path = path.replace("PHONE", &phone);
        let page = match fields {
            None => browser.get(&path).await,
            Some(fields) => {
                let of = |v: &str| v.replace("MAIL", &mail).replace("PHONE", &phone);
                let filled: Vec<(&str, String)> = fields.iter().map(|(n, v)| (*n, of(v))).collect();
                let filled: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, &**v)).collect();
                browser.post(&path, &filled).await
            }
        };
        log.push((what, seen(&page)));
        assert_eq!(page.status.as_u16(), status, "{what}: {}", page.text());
    }
    log
}

// case: EN-04, EN-05, EN-07, EN-10, EN-11, EN-17, S50, S51, S53, OT-01
#[tokio::test]
async fn en_04_a_reset_looks_the_same_for_every_name() {
    let site = Site::new().await;
    everybody(&site).await;
    let model = walk(&site, NAMES[0]).await;
    for name in &NAMES[1..] {
        let other = walk(&site, name).await;
        for ((what, expected), (_, seen)) in model.iter().zip(&other) {
            assert_eq!(seen, expected, "{name} at {what}");
        }
    }
    // Those who can reset got their code; nobody else but the administrators had anything sent.
    let told: Vec<String> = site.mails().await.into_iter().map(|m| m.to).collect();
    let able = ["able@home.example", "mixed@home.example"];
    for to in &told {
        assert!(
            able.contains(&to.as_str()) || to == "chief@contoso.example",
            "{told:?}"
        );
    }
    assert!(
        able.iter().all(|a| told.contains(&(*a).to_owned())),
        "{told:?}"
    );
    assert!(site.texts_sent().await.is_empty());
}

// case: EN-02, EN-05, EN-10, EN-11, EN-13, S50
#[tokio::test]
async fn en_05_a_wrong_password_looks_the_same_for_every_name() {
    let site = Site::new().await;
    everybody(&site).await;
    let mut model: Vec<String> = Vec::new();
    for name in NAMES {
        let mut browser = site.browser();
        let mut log = Vec::new();
        for n in 0..12 {
            let wrong = format!("wrong password number {n}");
            let page = browser.sign_in(name, &wrong).await;
            assert_eq!(
                page.status.as_u16(),
                if n < 9 { 422 } else { 429 },
                "{name} {n}"
            );
            log.push(seen(&page).replace(name, "NAME"));
        }
        if model.is_empty() {
            model = log;
        } else {
            assert_eq!(log, model, "{name}");
        }
    }
    // The right password of somebody who may not come in says no more.
    let site = Site::new().await;
    everybody(&site).await;
    for local in ["disabled", "held"] {
        let page = site
            .browser()
            .sign_in(&format!("{local}@contoso.example"), &site.password(local))
            .await;
        page.expect(422).says("The user name or password is wrong");
    }
    site.ignore_messages().await;
}

// case: EN-06, S53
#[tokio::test]
async fn en_06_the_chooser_of_an_unknown_name_stays_the_same() {
    let site = Site::new().await;
    everybody(&site).await;
    for name in NAMES {
        let mut choosers = Vec::new();
        for spelling in [name.to_owned(), name.to_uppercase(), format!(" {name} ")] {
            let mut browser = site.browser();
            browser.begin(&spelling).await.leads("/reset/verify");
            let page = browser.get("/reset/verify").await.expect(200);
            choosers.push(page.text());
            site.advance(keyward_core::time::hours(30));
        }
        assert!(
            choosers.windows(2).all(|c| c[0] == c[1]),
            "{name}: {choosers:#?}"
        );
    }
    assert_eq!(MethodKind::ALL.len(), 6, "the walks know six kinds");
    site.expect_no_messages().await;
}
