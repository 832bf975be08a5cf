//! Which language a page is in: the address, the browser's memory, the user's choice, the browser's wish.

use crate::browser::Browser;
use crate::cast::Cast;
use crate::site::Site;

const WISHES: [(&str, &str); 10] = [
    ("", "en"),
    ("de", "de"),
    ("de-AT", "de"),
    ("de-CH,de;q=0.9,en;q=0.8", "de"),
    ("en-GB,en;q=0.9,de;q=0.8", "en"),
    ("fr,de;q=0.5,en;q=0.4", "de"),
    ("fr", "en"),
    ("*", "en"),
    ("en;q=0.1,de;q=0.9", "de"),
    ("DE", "de"),
];

#[tokio::test]
async fn the_browsers_wish_counts_until_somebody_chooses() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    for (wish, lang) in WISHES {
        let page = site
            .browser()
            .sending("accept-language", wish)
            .get("/signin")
            .await;
        assert_eq!(page.header("content-language"), lang, "{wish}");
        assert!(
            page.body.contains(&format!("<html lang=\"{lang}\"")),
            "{wish}"
        );
        assert!(page.header("vary").contains("Accept-Language"));
    }
    // Chosen on the page: this browser remembers it, whatever it wishes.
    let mut browser = site.browser().sending("accept-language", "en");
    browser.get("/signin?lang=de").await.says("Anmelden");
    assert_eq!(browser.cookie("lang"), Some("de"));
    browser.get("/reset").await.says("Kennwort zurücksetzen");
    browser.get("/no-such-page").await.expect(404).says("Seite");
    for odd in ["fr", "", "de_", "<de>", "de\u{0}"] {
        let page = browser
            .get(&format!(
                "/signin?lang={}",
                odd.replace('\u{0}', "%00")
                    .replace('<', "%3C")
                    .replace('>', "%3E")
            ))
            .await;
        assert_eq!(page.header("content-language"), "de", "{odd}");
    }
    browser.get("/signin?lang=en").await.says("Sign in");
    // Chosen in one's account: it follows to the next browser.
    let mut ada = site.as_user(cast.ada).await;
    ada.get("/account?lang=de").await.says("Guten Tag");
    let mut elsewhere = site.browser().sending("accept-language", "en");
    elsewhere
        .sign_in("ada@contoso.example", &site.password("ada"))
        .await
        .leads("/account");
    elsewhere.get("/account").await.says("Guten Tag");
    // A code is sent in the language of the page that asked for it.
    let mut reset = site.browser().sending("accept-language", "de");
    reset.begin("ada@contoso.example").await;
    reset.send_mail().await.leads("/reset/code");
    let mail = site.mail_to(crate::cast::MAIL).await;
    assert!(
        mail.text.contains("Code") && mail.subject.contains("Ihr"),
        "{mail:#?}"
    );
    site.ignore_messages().await;
}

/// The subject of the notice that somebody's password was changed.
async fn notice_of_a_change(
    site: &Site,
    browser: &mut Browser<'_>,
    old: &str,
    new: &str,
) -> String {
    browser
        .post(
            "/account/password",
            &[("current", old), ("password", new), ("confirm", new)],
        )
        .await;
    let mail = site.mail_to(crate::cast::BOBS_MAIL).await;
    site.ignore_messages().await;
    mail.subject
}

#[tokio::test]
async fn a_language_chosen_anywhere_is_kept_and_mails_follow_it() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let old = site.password("bob");
    // On any page of his, not only the first.
    let mut bob = site.as_user(cast.bob).await;
    bob.get("/account/security?lang=de").await.expect(200);
    let subject = notice_of_a_change(&site, &mut bob, &old, "a lamp of brass").await;
    assert_eq!(subject, "Ihr Kennwort wurde geändert");

    // On the sign-in page, on the way in: he reads it, so it is his.
    let mut elsewhere = site.browser().sending("accept-language", "de");
    elsewhere.get("/signin?lang=en").await.says("Sign in");
    elsewhere
        .sign_in("bob@contoso.example", "a lamp of brass")
        .await
        .leads("/account");
    elsewhere.get("/account").await.says("Hello");
    let (old, new) = ("a lamp of brass", "a lamp of copper");
    let subject = notice_of_a_change(&site, &mut elsewhere, old, new).await;
    assert_eq!(subject, "Your password was changed");

    // What somebody chose before signing out is nobody else's choice.
    elsewhere.get("/account?lang=de").await.says("Guten Tag");
    elsewhere.post("/signout", &[]).await.says("abgemeldet");
    elsewhere
        .sign_in("ada@contoso.example", &site.password("ada"))
        .await
        .leads("/account");
    assert_eq!(site.session_of(cast.ada).await.user.language, None);
}

#[tokio::test]
async fn pages_that_answer_a_form_lead_to_pages_in_the_other_language() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut ada = site.as_user(cast.ada).await;
    ada.get("/account").await.expect(200);
    let page = ada.post("/signout", &[]).await.expect(200);
    assert!(
        page.body.contains(r#"href="/signin?lang=de""#),
        "{}",
        page.body
    );
    // A form that was refused altogether.
    let mut ada = site.as_user(cast.ada).await;
    ada.get("/account").await.expect(200);
    let page = ada.post("/admin/users/bulk", &[]).await.expect(403);
    assert!(
        page.body.contains(r#"href="/account?lang=de""#),
        "{}",
        page.body
    );
}
