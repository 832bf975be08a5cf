//! What comes a second time: a recorded conversation, a press too many, a step back.

use crate::cast::{Cast, MAIL, PHONE};
use crate::site::Site;

const ADA: &str = "ada@contoso.example";

// case: TR-17, TR-16, S26, CS-06
#[tokio::test]
async fn tr_17_a_recorded_reset_can_not_be_played_again() {
    let site = Site::new().await;
    Cast::of(&site).await;
    let mut browser = site.browser();
    browser.record();
    site.whole_reset(&mut browser, "violet canyon tango").await;
    site.ignore_messages().await;
    // The owner chooses yet another one; whoever recorded the first would put it back.
    site.advance(keyward_core::time::minutes(1));
    let mut owner = site.browser();
    site.whole_reset(&mut owner, "meadow copper lantern").await;
    site.ignore_messages().await;
    let sent = site.outside.counts();
    for later in [0, 20, 60 * 25] {
        site.advance(keyward_core::time::minutes(later));
        for request in browser.recorded() {
            let asked = format!("{} {}", request.method(), request.uri());
            let page = browser.send_as_is(request).await;
            assert_ne!(page.to(), "/reset/password", "{asked}");
            assert!(page.status.as_u16() < 500, "{asked}");
        }
        site.settle().await;
        assert_eq!(site.outside.counts(), sent, "nothing is sent");
        assert!(!site.opens(ADA, "violet canyon tango").await);
        assert!(site.opens(ADA, "meadow copper lantern").await);
    }
}

// case: TR-16, S91, S26
#[tokio::test]
async fn tr_16_pressing_twice_or_going_back_is_harmless() {
    let site = Site::new().await;
    Cast::of(&site).await;
    let mut browser = site.browser();
    browser.begin(ADA).await.leads("/reset/verify");
    browser.send_phone(PHONE).await.leads("/reset/code");
    let code = site.code_to(PHONE).await;
    let page = browser.get("/reset/code").await;
    browser
        .submit(&page, "/reset/code", &[("code", &code)])
        .await
        .leads("/reset/verify");
    // Pressed twice: the second answer is what the person sees, and it is the next step.
    browser
        .submit(&page, "/reset/code", &[("code", &code)])
        .await
        .leads("/reset/verify");
    browser.send_mail().await.leads("/reset/code");
    let code = site.code_to(MAIL).await;
    let page = browser.get("/reset/code").await;
    browser
        .submit(&page, "/reset/code", &[("code", &code)])
        .await
        .leads("/reset/password");
    browser
        .submit(&page, "/reset/code", &[("code", &code)])
        .await
        .leads("/reset/password");
    // Back, to where one was before.
    for path in ["/reset/verify", "/reset/code", "/reset/goal"] {
        browser.get(path).await.leads("/reset/password");
    }
    let (first, other) = (
        site.plant("violet canyon tango"),
        site.plant("meadow copper lantern"),
    );
    let page = browser.get("/reset/password").await.expect(200);
    let twice = [("password", first.as_str()), ("confirm", &first)];
    browser
        .submit(&page, "/reset/password", &twice)
        .await
        .leads("/reset/done");
    let again = browser.submit(&page, "/reset/password", &twice).await;
    browser
        .clone()
        .follow(again)
        .await
        .expect(200)
        .says("Your password was reset");
    // Back, and another one: the first counts, and the page says so.
    let late = [("password", other.as_str()), ("confirm", &other)];
    let again = browser.submit(&page, "/reset/password", &late).await;
    browser
        .clone()
        .follow(again)
        .await
        .expect(200)
        .says("The one that was set first counts");
    assert!(site.opens(ADA, &first).await && !site.opens(ADA, &other).await);
    for path in ["/reset/verify", "/reset/code", "/reset/password"] {
        browser.get(path).await.leads("/reset/done");
    }
    let notices = site.mails().await;
    let told = notices.iter().filter(|m| m.to == MAIL).count();
    assert_eq!(told, 1, "{notices:#?}");
    site.ignore_messages().await;
}
