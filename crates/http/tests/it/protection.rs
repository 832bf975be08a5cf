//! Password protection: the organisation's banned words, and trying a password.

use crate::site::Site;
use keyward_core::role::Role;

const PAGE: &str = "/admin/password-reset/protection";
const TEST: &str = "/admin/password-reset/protection/test";

fn typed<'a>(min: &'a str, history: &'a str, words: &'a str) -> [(&'static str, &'a str); 7] {
    [
        ("version", "1"),
        ("min_length", min),
        ("kinds", "3"),
        ("history", history),
        ("max_age_days", "365"),
        ("enforced", "yes"),
        ("words", words),
    ]
}

// case: P-01
#[tokio::test]
async fn p_01_the_rules_are_saved_together_and_a_mistake_loses_none_of_them() {
    let site = Site::new().await;
    let mut desk = site.as_admin(Role::AuthenticationPolicyAdministrator).await;
    desk.get(PAGE)
        .await
        .says("NIST SP 800-63B section 3.1.1.2 asks for 15 characters");
    for (min, history, fault) in [
        ("7", "5", "Enter a number from 8 to 64"),
        ("many", "5", "Enter a number from 8 to 64"),
        ("16", "25", "Enter a number from 0 to 24"),
        ("16", "-1", "Enter a number from 0 to 24"),
    ] {
        desk.post(PAGE, &typed(min, history, "northwind"))
            .await
            .expect(422)
            .says(fault)
            .has(&format!("value=\"{history}\""))
            .has("northwind</textarea>");
    }
    desk.post(PAGE, &typed("16", "5", "")).await.leads(PAGE);
    let page = desk.get(PAGE).await;
    page.says("The change was saved").has("value=\"365\"");
    site.user("ada").await;
    let mut ada = site.browser();
    ada.sign_in("ada@contoso.example", &site.password("ada"))
        .await
        .leads("/account");
    ada.get("/account/password")
        .await
        .says("16 characters or more")
        .says("3 of these: capital letters")
        .says("nor one of the 5 before");
}

#[tokio::test]
async fn banned_words_are_typed_line_by_line_and_a_mistake_loses_none_of_them() {
    let site = Site::new().await;
    let mut desk = site.as_admin(Role::AuthenticationPolicyAdministrator).await;
    desk.get(PAGE).await.says("Words that everybody tries");
    let typed = |words| typed("12", "0", words);
    desk.post(PAGE, &typed("northwind\r\nabc\r\n"))
        .await
        .expect(422)
        .says("Each word needs 4 to 16 characters")
        .has("northwind\nabc</textarea>");
    desk.post(PAGE, &typed("northwind\r\n<b>sea</b>\r\n"))
        .await
        .leads(PAGE);
    let page = desk.get(PAGE).await;
    page.says("The change was saved")
        .has("northwind\n&#60;b&#62;sea&#60;/b&#62;</textarea>");
    // The page of an administrator who has opened it before.
    desk.post(PAGE, &typed("contoso"))
        .await
        .expect(409)
        .has("contoso</textarea>");
    let mut reader = site.as_admin(Role::GlobalReader).await;
    reader.get(PAGE).await.says("lets you see these settings");
    reader.post(PAGE, &typed("contoso")).await.expect(403);
}

#[tokio::test]
async fn a_password_is_tried_and_the_answer_holds_its_parts_only() {
    let site = Site::new().await;
    let mut desk = site.as_admin(Role::GlobalReader).await;
    desk.get(PAGE).await;
    let page = desk.post(TEST, &[("password", "Summer2026xy")]).await;
    page.says("too little of it is anything but banned words")
        .says("It makes 4 points; 5 are needed.")
        .has("<bdi>summer</bdi>");
    let body = desk
        .post(TEST, &[("password", "Summer2026xyz-Q")])
        .await
        .body;
    assert!(body.contains("It would be taken.") && !body.contains("Summer2026"));
    desk.post(TEST, &[("password", "a\u{0}b")])
        .await
        .expect(422)
        .has("id=\"password-error\"");
    let mut plain = site.as_admin(Role::ReportsReader).await;
    plain.get("/admin").await;
    plain.post(TEST, &[("password", "x")]).await.expect(403);
}
