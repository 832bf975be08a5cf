//! Temporary Access Passes, from the administrator's page to the owner's.

use crate::cast::Cast;
use crate::page::Page;
use crate::site::Site;
use keyward_core::role::Role;

const BOB: &str = "bob@contoso.example";
const SIGN_IN: &str = "/signin/pass";

/// The pass on the page that shows it.
fn shown(site: &Site, page: &Page) -> String {
    let start = page.body.find("id=\"access-pass").expect("a pass");
    let rest = &page.body[start..];
    let text = &rest[rest.find('>').unwrap() + 1..];
    let pass = &text[..text.find('<').unwrap()];
    site.plant(pass.replace('-', ""));
    site.plant(pass)
}

// case: TR-26, EN-02, S-09
#[tokio::test]
async fn tr_26_a_pass_is_shown_once_signs_in_once_and_is_taken_away() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let person = format!("/admin/users/{}", cast.bob);
    let make = format!("{person}/pass");
    let mut desk = site.as_admin(Role::GlobalAdministrator).await;
    // Off by default: nothing leads there, and it says so.
    let page = desk.get(&person).await.expect(200);
    assert!(!page.body.contains(&make));
    desk.get(&make).await.expect(200).says("makes no Temporary");
    let settings = "/admin/password-reset/in-person";
    let page = desk.get(settings).await.expect(200);
    desk.submit(&page, settings, &[("passes", "yes"), ("pass_length", "7")])
        .await
        .expect(422)
        .says("Type a number from 8 to 48");
    let page = desk.get(settings).await;
    desk.submit(&page, settings, &[("passes", "yes")])
        .await
        .leads(settings);

    let page = desk.get(&person).await;
    assert!(page.body.contains(&make));
    let page = desk.get(&make).await.expect(200).says("Make a pass for");
    desk.submit(&page, &make, &[("minutes", "59")])
        .await
        .expect(422)
        .says("within what your organization allows");
    let page = desk.get(&make).await;
    let page = desk
        .submit(&page, &make, &[("once", "yes")])
        .await
        .expect(200)
        .says("The pass is ready");
    assert_eq!(page.header("cache-control"), "no-store");
    let pass = shown(&site, &page);
    let page = desk.get(&person).await.says("Active until");
    assert!(!page.body.contains(&pass));

    let mut owner = site.browser();
    owner
        .get(SIGN_IN)
        .await
        .expect(200)
        .says("Your administrator gave");
    for (name, typed) in [(BOB, "AAAA-AAAA"), ("nobody@contoso.example", &*pass)] {
        owner
            .post(SIGN_IN, &[("name", name), ("pass", typed)])
            .await
            .expect(422)
            .says("The user name or pass is wrong");
    }
    let fields = [("name", BOB), ("pass", &*pass)];
    let page = owner.post(SIGN_IN, &fields).await.expect(303);
    assert!(
        ["/register", "/account"].contains(&page.to()),
        "{}",
        page.to()
    );
    owner.get("/account/security/add/email").await.expect(200);
    site.browser().get(SIGN_IN).await.expect(200);
    let mut other = site.browser();
    other.get(SIGN_IN).await;
    other.post(SIGN_IN, &fields).await.expect(422);

    // Taken away: whoever signed in with it is out.
    desk.post(&format!("{make}/delete"), &[])
        .await
        .leads(&person);
    owner.get("/account").await.leads("/signin");
    desk.post(&format!("{make}/delete"), &[]).await.expect(404);
    site.ignore_messages().await;
}
