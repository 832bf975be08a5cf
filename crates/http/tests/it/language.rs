//! Which language a page is in: the address, the browser's memory, the user's choice, the browser's wish.

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
