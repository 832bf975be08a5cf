//! The admin center, where a press must not do more than it says.

use crate::cast::Cast;
use crate::site::Site;
use keyward_app::data::Member;
use keyward_core::role::Role;
use keyward_core::time::seconds;

#[tokio::test]
async fn a_hold_is_lifted_on_a_page_that_warns_and_not_with_the_old_password() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut tx = site.db.write(site.tenant).await.unwrap();
    tx.set_held(cast.bob, Some(site.now())).await.unwrap();
    tx.commit().await.unwrap();
    let mut desk = site.as_admin(Role::HelpdeskAdministrator).await;
    let page = format!("/admin/users/{}", cast.bob);
    // It takes two methods of the administrator, who has none.
    desk.get(&format!("{page}/unlock"))
        .await
        .expect(403)
        .says("two methods of different kinds");
    let mut tx = site.db.read(site.tenant).await.unwrap();
    let helper = tx.user_by_upn("helpdesk-administrator@contoso.example");
    let helper = helper.await.unwrap().unwrap().id;
    drop(tx);
    site.prove_twice(helper).await;
    let unlock = format!("{page}/unlock");
    let shown = desk.get(&page).await;
    assert!(shown.body.contains(&format!("href=\"{unlock}\"")));
    assert!(!shown.body.contains(&format!("action=\"{unlock}\"")));
    desk.get(&unlock)
        .await
        .says("It wasn't me")
        .says("Reset it first");
    desk.post(&unlock, &[]).await.expect(422);
    desk.get(&page).await.says("Held");
    site.advance(seconds(1));
    desk.post(&format!("{page}/reset-password"), &[])
        .await
        .expect(200)
        .says("Sign-in still fails");
    desk.get(&unlock).await.says("was reset after that report");
    desk.post(&unlock, &[]).await.expect(303);
    site.ignore_messages().await;
}

#[tokio::test]
async fn another_language_keeps_the_rest_of_the_address() {
    let site = Site::new().await;
    let mut desk = site.as_admin(Role::GlobalAdministrator).await;
    let page = desk.get("/admin/users?q=%26ada&show=held&lang=en").await;
    assert!(
        page.body
            .contains("href=\"?q=%26ada&#38;show=held&#38;lang=de\""),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn members_are_paged_and_their_file_has_all_of_them() {
    let site = Site::new().await;
    let mut members = Vec::new();
    for i in 0..60 {
        let upn = format!("m{i:02}@contoso.example");
        members.push(Member::User(site.person(site.tenant, &upn).await));
    }
    let group = site.group("Many", &members).await;
    let mut desk = site.as_admin(Role::GlobalAdministrator).await;
    let path = format!("/admin/groups/{group}");
    let first = desk.get(&path).await;
    assert!(first.body.contains("M49") && !first.body.contains("M50"));
    assert!(first.body.contains("rel=\"next\""));
    let file = desk.get(&format!("{path}/members.csv")).await;
    assert_eq!(file.body.lines().count(), 61);
    let found = desk.get(&format!("{path}?q=m57@")).await;
    assert!(found.body.contains("M57") && !found.body.contains("M58"));
}
