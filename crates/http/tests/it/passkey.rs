//! The pages of passkeys.

use crate::browser::Browser;
use crate::cast::Cast;
use crate::html::{attribute, tags};
use crate::page::Page;
use crate::site::Site;
use crate::strangers::masked;
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, KindCode};
use keyward_core::role::Role;
use keyward_testbed::passkey::Passkey;

const ADD: &str = "/account/security/add/passkey";
const SIGN_IN: &str = "/signin/passkey";

/// Passkeys and mailboxes are on offer.
async fn offered(site: &Site, gates: Gates) {
    site.set_policy(|p| {
        p.methods = [MethodKind::Passkey, MethodKind::Email]
            .map(KindCode)
            .into();
        p.gates = gates;
    })
    .await;
}

/// What the script of a page is told to ask.
fn options(page: &Page) -> String {
    let forms = tags(&page.body, "form");
    let told = forms.iter().find_map(|f| attribute(f, "data-options"));
    told.expect("a page that asks a passkey")
}

/// The answer to the page of the sign-in.
async fn answer(site: &Site, browser: &mut Browser<'_>, page: &Page, key: &mut Passkey) -> Page {
    let code = key.sign(&options(page), &site.ways());
    browser.submit(page, SIGN_IN, &[("code", &code)]).await
}

// case: WA-12, CJ-02, S-09
#[tokio::test]
async fn wa_12_a_passkey_is_made_on_its_own_page_and_named() {
    let site = Site::new().await;
    Cast::of(&site).await;
    offered(&site, Gates::One).await;
    let carol = site.user("carol").await;
    let mut browser = crate::sweep::with_token(site.as_user(carol).await).await;
    browser.get(ADD).await.expect(200).says("Create a passkey");
    let code = format!("{ADD}/code");
    browser.get(&code).await.leads(ADD);
    browser
        .post(ADD, &[("value", "My <laptop>")])
        .await
        .leads(&code);
    let page = browser.get(&code).await.expect(200);
    assert!(page.body.contains("My &#60;laptop&#62;"), "escaped");
    assert!(page.header("cache-control").contains("no-store"));
    assert!(!page.header("content-security-policy").contains("unsafe"));
    let page = page.says("This browser can't use passkeys");
    let wrong = browser.post(&code, &[("code", "{}")]).await.expect(422);
    assert_eq!(options(&wrong), options(&page), "asked again");
    let (mut key, sent) = Passkey::make(&options(&page), &site.ways());
    browser
        .post(&code, &[("code", &sent)])
        .await
        .leads("/account/security");
    let home = browser.get("/account/security").await.expect(200);
    let rename = home.body.split("/account/security/rename/").nth(1).unwrap();
    let id = rename.split('"').next().unwrap().to_owned();
    let rename = format!("/account/security/rename/{id}");
    browser
        .get(&rename)
        .await
        .says("What do you call this passkey?");
    browser
        .post(&rename, &[("value", "Key ring")])
        .await
        .leads("/account/security");
    browser
        .get("/account/security")
        .await
        .expect(200)
        .says("Key ring");

    // Another session of hers proves itself by it.
    let mut second = crate::sweep::with_token(site.as_user(carol).await).await;
    second.get(ADD).await.leads("/account/security/prove");
    let proof = "/account/security/prove/code";
    second
        .post("/account/security/prove", &[("method", &id)])
        .await
        .leads(proof);
    let page = second.get(proof).await.expect(200);
    second.post(proof, &[("code", "{}")]).await.expect(422);
    let sent = key.sign(&options(&page), &site.ways());
    second.post(proof, &[("code", &sent)]).await.leads(ADD);
    second.get(proof).await.leads("/account/security/prove");

    let mut admin = crate::sweep::with_token(site.as_admin(Role::GlobalAdministrator).await).await;
    let user = format!("/admin/users/{carol}");
    let page = admin.get(&user).await.expect(200).says("Key ring");
    assert!(!page.body.contains("methods/add/passkey"));
    let remove = format!("{user}/methods/{id}/remove");
    admin.get(&remove).await.expect(200);
    admin.post(&remove, &[]).await.leads(&user);
    let mut stranger = site.browser();
    let page = stranger.get(SIGN_IN).await.expect(200);
    answer(&site, &mut stranger, &page, &mut key)
        .await
        .expect(422);
    site.ignore_messages().await;
}

// case: WA-01, CS-01, SE-01, TR-17
#[tokio::test]
async fn wa_01_a_passkey_signs_in_where_it_was_asked() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    offered(&site, Gates::Two).await;
    let mut key = site.register_passkey(cast.ada, "Laptop").await;
    let mut browser = site.browser();
    browser.get("/account/activity").await.leads("/signin");
    let front = browser.get("/signin").await.expect(200);
    assert!(front.body.contains("href=\"/signin/passkey\""));
    let page = browser.get(SIGN_IN).await.expect(200);
    let before = browser.cookie("session").map(str::to_owned);
    // In another browser the same form is worth nothing, with its own token against forgery as well.
    let mut other = site.browser();
    let elsewhere = other.get(SIGN_IN).await.expect(200);
    let code = key.sign(&options(&page), &site.ways());
    let form = page.form(SIGN_IN);
    let asked = form.fields.iter().find(|(n, _)| n == "asked").unwrap();
    let planted = [("asked", asked.1.as_str()), ("code", code.as_str())];
    other.post(SIGN_IN, &planted).await.expect(422);
    assert_ne!(options(&elsewhere), options(&page));
    let entered = browser.submit(&page, SIGN_IN, &[("code", &code)]).await;
    let entered = entered.leads("/account/activity");
    assert!(
        entered
            .cookies()
            .iter()
            .any(|(n, _)| n.ends_with("session"))
    );
    assert_ne!(browser.cookie("session").map(str::to_owned), before);
    browser
        .get("/account/security/add/email")
        .await
        .expect(200)
        .says("What is your other email address?");
    // Once more, signed out: the question is used.
    let mut again = site.browser();
    let page = again.get(SIGN_IN).await.expect(200);
    let code = key.sign(&options(&page), &site.ways());
    let mut twin = again.clone();
    again
        .submit(&page, SIGN_IN, &[("code", &code)])
        .await
        .leads("/account");
    twin.submit(&page, SIGN_IN, &[("code", &code)])
        .await
        .expect(422)
        .says("Begin again");
    for nonsense in ["", "null", "{\"id\":1}"] {
        let mut browser = site.browser();
        let page = browser.get(SIGN_IN).await.expect(200);
        let refused = browser.submit(&page, SIGN_IN, &[("code", nonsense)]).await;
        let refused = refused.expect(422).says("This passkey can't be used here");
        assert_ne!(options(&refused), options(&page), "a new question");
        assert!(!refused.body.contains("data-start"), "one reads first");
    }
    site.ignore_messages().await;
}

// case: EN-09, EN-04, EN-07
#[tokio::test]
async fn en_09_the_question_to_a_passkey_is_the_same_for_every_name() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    offered(&site, Gates::Two).await;
    let mut key = site.register_passkey(cast.ada, "A name that tells").await;
    // Of somebody else: wrong for everybody here.
    key.user = vec![7; 16];
    site.ignore_messages().await;
    let shape = |page: &Page| {
        let mut told: serde_json::Value = serde_json::from_str(&options(page)).unwrap();
        told["challenge"] = told["challenge"].as_str().unwrap().len().into();
        told.to_string()
    };
    let mut seen = Vec::new();
    for name in [
        "ada@contoso.example",
        "nobody@contoso.example",
        "bob@contoso.example",
    ] {
        let mut browser = site.browser();
        browser.begin(name).await.leads("/reset/verify");
        let chooser = browser.get("/reset/verify").await.expect(200);
        assert!(!chooser.body.contains("A name that tells"));
        let mut pages = vec![(chooser.status, masked(&chooser.text()), String::new())];
        let id = browser.choice("passkey").await;
        browser
            .post("/reset/verify", &[("method", &id)])
            .await
            .leads("/reset/code");
        let page = browser.get("/reset/code").await.expect(200);
        let code = key.sign(&options(&page), &site.ways());
        pages.push((page.status, masked(&page.text()), shape(&page)));
        for sent in ["", "{}", &code, &code, &code, &code] {
            let page = browser.post("/reset/code", &[("code", sent)]).await;
            pages.push((page.status, masked(&page.text()), page.to().to_owned()));
        }
        seen.push(pages);
    }
    assert_eq!(seen[0], seen[1], "nobody");
    assert_eq!(seen[0], seen[2], "somebody who has none, and can't reset");
    site.expect_no_messages().await;
}

// case: WA-05, S-06
#[tokio::test]
async fn wa_05_a_passkey_opens_a_gate() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    offered(&site, Gates::One).await;
    let mut key = site.register_passkey(cast.ada, "Laptop").await;
    let mut browser = site.browser();
    browser.begin("ada@contoso.example").await;
    let id = browser.choice("passkey").await;
    browser.post("/reset/verify", &[("method", &id)]).await;
    let page = browser.get("/reset/code").await.expect(200);
    let code = key.sign(&options(&page), &site.ways());
    browser
        .post("/reset/code", &[("code", &code)])
        .await
        .leads("/reset/password");
    site.ignore_messages().await;
}
