//! The pages of licences, and of the switches that hang on them.

use crate::cast::Cast;
use crate::site::Site;
use keyward_app::data::Member;
use keyward_core::licence::Sku;
use keyward_core::role::Role;

const EMS: &str = "/admin/licences/ems-e3";

#[tokio::test]
async fn licences_are_assigned_seen_on_both_pages_and_removed() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut desk = site.as_admin(Role::LicenseAdministrator).await;
    desk.get("/admin/licences")
        .await
        .says("Enterprise Mobility + Security E3")
        .says("For everybody");
    desk.get(EMS).await.says("Nobody has this licence yet");
    let ask = format!("{EMS}/assign");
    desk.get(&format!("{ask}?q=pil")).await.says("Pilots");
    let group = cast.group.to_string();
    // Nobody chosen, and no plan left: the form says so and keeps what was chosen.
    desk.post(&ask, &[("plan", "password-reset")])
        .await
        .expect(422)
        .says("Choose at least one");
    let again = desk.post(&ask, &[("group", &group)]).await.expect(422);
    assert!(again.body.contains(&format!("value=\"{group}\" checked")));
    let form = [("group", group.as_str()), ("plan", "password-reset")];
    desk.post(&ask, &form).await.leads(EMS);
    let page = desk.get(EMS).await;
    page.says("1 of 500 in use")
        .says("Pilots")
        .says("Without Password writeback");
    desk.get(&format!("/admin/users/{}", cast.ada))
        .await
        .says("through Pilots")
        .says("everybody has it");
    let file = desk.get(&format!("{EMS}/assignments.csv")).await;
    assert!(file.body.contains("\"group\",\"") && file.body.contains("\"password-writeback\""));
    let remove = format!("{EMS}/groups/{group}/remove");
    desk.get(&remove).await.says("Its members lose it at once");
    desk.post(&remove, &[]).await.leads(EMS);
    desk.get(EMS).await.says("0 of 500 in use");
    // A product that nobody holds, one that is none, and another spelling are not there.
    for path in ["p1", "p9", "EMS_E3", "ems_e3"] {
        desk.get(&format!("/admin/licences/{path}"))
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn a_refusal_for_want_of_licences_names_the_numbers() {
    let site = Site::new().await;
    site.subscribe(Sku::EmsE3, Some(1)).await;
    let (ada, bob) = (site.user("ada").await, site.user("bob").await);
    let group = site.group("Pilots", &[Member::User(ada)]).await;
    let mut desk = site.as_admin(Role::GlobalAdministrator).await;
    let ask = format!("{EMS}/assign");
    desk.get(&ask).await;
    let (ada, bob, plan) = (ada.to_string(), bob.to_string(), "password-writeback");
    desk.post(&ask, &[("user", &ada), ("user", &bob), ("plan", plan)])
        .await
        .expect(409)
        .says("There is one licence of Enterprise Mobility + Security E3, and 2 would be needed");
    let group = group.to_string();
    desk.post(&ask, &[("group", &group), ("plan", plan)])
        .await
        .leads(EMS);
    let members = format!("/admin/groups/{group}/members/add");
    desk.post(&members, &[("user", &bob)])
        .await
        .expect(409)
        .says("2 would be needed");
    let delete = format!("/admin/groups/{group}/delete");
    desk.post(&delete, &[("name", "Pilots")])
        .await
        .expect(409)
        .says("have licences through it");
}

#[tokio::test]
async fn writeback_without_a_plan_is_refused_with_the_plans_that_have_it() {
    let site = Site::new().await;
    let mut desk = site.as_admin(Role::GlobalAdministrator).await;
    let path = "/admin/password-reset/on-premises";
    let page = desk.get(path).await;
    assert!(
        page.body
            .contains("name=\"writeback\" value=\"yes\" checked")
    );
    let on = [("version", "1"), ("writeback", "yes"), ("unlock", "yes")];
    desk.post(path, &on).await.leads(path);
    desk.get(path).await.says("There was nothing to change");
    site.unsubscribe(Sku::Complete).await;
    let page = desk.get(path).await;
    assert!(
        !page
            .body
            .contains("name=\"writeback\" value=\"yes\" checked")
    );
    desk.post(path, &on)
        .await
        .expect(409)
        .says("no subscription with password writeback")
        .says("Directory Premium P1")
        .says("Suite F1")
        .says("Business Premium");
    desk.post(path, &[("version", "1"), ("unlock", "yes")])
        .await
        .leads(path);
    desk.get(path).await.says("The change was saved");
    let mut reader = site.as_admin(Role::HybridIdentityAdministrator).await;
    reader.get(path).await.says("lets you see these settings");
    reader.post(path, &on).await.expect(403);
}
