//! Policies by group and methods for groups in the admin center, and what applies to one user.

use crate::cast::{Cast, MAIL};
use crate::site::Site;
use keyward_app::data::Member;
use keyward_core::ids::UserId;
use keyward_core::role::Role;

const LIST: &str = "/admin/password-reset/by-group";
const NEW: &str = "/admin/password-reset/by-group/new";

/// The address of the first policy in the list with this name.
async fn place(site: &Site, name: &str) -> String {
    let mut tx = site.db.read(site.tenant).await.unwrap();
    let policy = tx.policy().await.unwrap().policy;
    let found = policy.by_group.iter().find(|p| p.name == name);
    format!("{LIST}/{}", found.unwrap().id)
}

async fn version(site: &Site) -> String {
    let mut tx = site.db.read(site.tenant).await.unwrap();
    tx.policy().await.unwrap().version.to_string()
}

// case: A-07, ST-07
#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one walk, from the form to the deletion"
)]
async fn a_policy_by_group_is_seen_before_it_is_saved_then_moved_and_deleted() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let group = cast.group.to_string();
    let mut desk = site.as_admin(Role::AuthenticationPolicyAdministrator).await;
    let page = desk.get(LIST).await;
    page.says("Default policy").says("Policy of ada");
    let read = version(&site).await;
    let typed = |kinds: &'static [&'static str], name: &'static str| {
        let mut fields = vec![
            ("version", read.as_str()),
            ("name", name),
            ("group", group.as_str()),
            ("gates", "2"),
        ];
        fields.extend(kinds.iter().map(|k| ("kind", *k)));
        fields
    };
    desk.get(NEW).await;
    for (kinds, name, fault) in [
        (&["email"][..], "Careful", "nobody in its group could reset"),
        (&["email", "mobile-phone"][..], "", "Enter a name"),
        (
            &["email", "mobile-phone"][..],
            "Policy of Ada",
            "Another policy has this name",
        ),
    ] {
        let page = desk.post(NEW, &typed(kinds, name)).await;
        let page = desk.follow(page).await;
        page.expect(422).says(fault);
    }
    let none = [
        ("version", read.as_str()),
        ("name", "Careful"),
        ("gates", "2"),
    ];
    desk.post(NEW, &none)
        .await
        .expect(422)
        .says("Choose one group");
    let right = typed(&["email", "mobile-phone"], "Careful");
    let page = desk.post(NEW, &right).await;
    let page = desk.follow(page).await;
    let page = page
        .expect(200)
        .says("Check the effect")
        .says("Nobody who can reset today would lose that");
    assert!(!desk.get(LIST).await.text().contains("Careful"));
    let form = page.form(NEW);
    let mut fields: Vec<(&str, &str)> = form
        .fields
        .iter()
        .filter(|(n, _)| n != "csrf")
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    fields.push(("do", "save"));
    desk.post(NEW, &fields).await.leads(LIST);
    desk.get(LIST).await.says("Careful").says("Pilots");
    // The page of somebody who was slower.
    desk.post(NEW, &fields)
        .await
        .expect(422)
        .says("Another policy has this name");
    let careful = place(&site, "Careful").await;
    let read = version(&site).await;
    desk.post(
        &format!("{careful}/move"),
        &[("version", &read), ("to", "up")],
    )
    .await
    .leads(LIST);
    let text = desk.get(LIST).await.text();
    assert!(text.find("Careful").unwrap() < text.find("Policy of ada").unwrap());
    // The group says who names it, and can't be deleted.
    let page = desk.get(&format!("/admin/groups/{}", cast.group)).await;
    page.says("Named under Password reset by").says("Careful");
    let mut owner = site.as_admin(Role::GlobalAdministrator).await;
    let gone = format!("/admin/groups/{}/delete", cast.group);
    owner.get(&gone).await.says("This group is in use");
    owner.post(&gone, &[("name", "Pilots")]).await.expect(409);
    let delete = format!("{careful}/delete");
    desk.get(&delete).await.says("Delete Careful?");
    let read = version(&site).await;
    desk.post(&delete, &[("version", &read)]).await.leads(LIST);
    desk.get(&careful).await.expect(404);
    owner.get(&gone).await.says("Type");
    // Readers see all of it and change nothing.
    let mut reader = site.as_admin(Role::GlobalReader).await;
    let ada = place(&site, "Policy of ada").await;
    reader.get(&ada).await.says("lets you see these settings");
    reader.get(NEW).await.expect(403);
    reader.post(NEW, &right).await;
    let read = version(&site).await;
    let mut fields = right.clone();
    fields[0].1 = &read;
    fields.push(("do", "save"));
    reader.post(NEW, &fields).await.expect(403);
    let moves = [("version", read.as_str()), ("to", "up")];
    reader
        .post(&format!("{ada}/move"), &moves)
        .await
        .expect(403);
    reader
        .post(&format!("{ada}/delete"), &moves)
        .await
        .expect(403);
}

#[tokio::test]
async fn a_method_is_for_selected_groups_but_not_for_others() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let group = cast.group.to_string();
    let other = site.group("Others", &[Member::User(cast.bob)]).await;
    let other = other.to_string();
    let page = "/admin/password-reset/method/email";
    let mut desk = site.as_admin(Role::AuthenticationPolicyAdministrator).await;
    desk.get("/admin/password-reset/methods")
        .await
        .says("For everybody");
    desk.get(page).await;
    let read = version(&site).await;
    let empty = [("version", read.as_str()), ("state", "selected")];
    let answer = desk.post(page, &empty).await;
    let answer = desk.follow(answer).await;
    answer.expect(422).says("Choose at least one group");
    let slip = [("version", read.as_str()), ("state", "nobody")];
    desk.post(page, &slip).await.expect(400);
    let wanted = [
        ("version", read.as_str()),
        ("state", "selected"),
        ("group", group.as_str()),
        ("excluded", other.as_str()),
    ];
    let effect = desk.post(page, &wanted).await;
    // Bob needs two methods, and would have the phone only.
    let effect = desk.follow(effect).await;
    let effect = effect
        .expect(200)
        .says("Selected groups: Pilots")
        .says("could never use it");
    let who = effect
        .body
        .split("href=\"")
        .find(|p| p.contains("/affected?"));
    let who = who
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&");
    desk.get(&who).await.expect(200).says("bob@contoso.example");
    let csv = who.replace("/affected?", "/affected.csv?");
    let csv = desk.get(&csv).await.expect(200);
    assert!(csv.body.contains("bob@contoso.example") && !csv.body.contains("ada@"));
    let mut saved = wanted.to_vec();
    saved.push(("do", "save"));
    desk.post(page, &saved).await.leads(page);
    desk.get("/admin/password-reset/methods")
        .await
        .says("For selected groups");
    desk.get(page).await.has("name=\"excluded\"");
}

// case: A-02, EN-05
#[tokio::test]
async fn what_applies_to_a_user_is_told_to_whom_it_may_be() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let path = |id: UserId| format!("/admin/users/{id}/what-applies");
    let mut desk = site.as_admin(Role::AuthenticationAdministrator).await;
    desk.get(&format!("/admin/users/{}", cast.ada))
        .await
        .says("What applies");
    let page = desk.get(&path(cast.ada)).await;
    let text = page
        .says("They could reset their password now.")
        .says("Default policy")
        .text();
    assert!(!text.contains(MAIL), "masked, as strangers see it: {text}");
    let mut blind = site.as_admin(Role::AuthenticationPolicyAdministrator).await;
    blind
        .get(&path(cast.ada))
        .await
        .says("Your role doesn't show authentication methods");
    let mut helpdesk = site.as_admin(Role::HelpdeskAdministrator).await;
    helpdesk.get(&path(cast.ada)).await.expect(403);
    desk.get(&path(cast.eve)).await.expect(404);
    let carol = site.user("carol").await;
    desk.get(&path(carol))
        .await
        .says("too few methods registered")
        .says("Methods that nobody has");
    site.expect_no_messages().await;
}
