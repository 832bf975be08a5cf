//! Ids that are not one's own (A-02, ID-01).

use crate::cast::Cast;
use crate::page::Page;
use crate::site::Site;
use crate::sweep::{filled, knock, with_ids, with_token};
use keyward_core::role::Role;

// case: A-02, ID-01, EN-15, INV-7, S99
#[tokio::test]
async fn id_01_ids_of_others_random_and_malformed_ones_are_all_not_there() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let eves_method = {
        let mut tx = site.db.write(cast.other).await.unwrap();
        let method = keyward_core::method::Method {
            id: keyward_core::ids::MethodId(site.entropy.uuid()),
            user: cast.eve,
            means: keyward_core::method::Means::parse(
                keyward_core::method::MethodKind::Email,
                "eve@home.example",
            )
            .unwrap(),
            origin: keyward_core::method::Origin::User,
            created_at: site.now(),
            last_used_at: None,
            confirmed: true,
        };
        tx.insert_method(&method).await.unwrap();
        tx.commit().await.unwrap();
        method.id.to_string()
    };
    let random = "0b6f1e0c-5a3d-4a63-9d0e-1f0a2b3c4d5e";
    let foreign = cast.eve.to_string();
    let bad = [
        (foreign.as_str(), eves_method.as_str()),
        (random, random),
        (
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ),
        ("1", "1"),
        ("..%2F..%2Fetc%2Fpasswd", "%00"),
        ("'%20OR%201=1--", "%7B%7B7*7%7D%7D"),
    ];
    let mut admin = with_token(site.as_admin(Role::GlobalAdministrator).await).await;
    let mut bob = with_token(site.as_user(cast.bob).await).await;
    let before = counted(&site).await;
    let mut tried = 0;
    for route in site.routes() {
        if !["{id}", "{method}", "{policy}"]
            .iter()
            .any(|id| route.pattern.contains(id))
        {
            continue;
        }
        if route.pattern.starts_with("/reset/") {
            continue;
        }
        let caller = if route.pattern.starts_with("/admin/") {
            &mut admin
        } else {
            &mut bob
        };
        let mut answers = Vec::new();
        for (id, method) in bad {
            // Runs and directories of the cast are there: strangers' and invented ones take their place.
            let path = with_ids(&route.pattern, id, id, method)
                .replace(crate::cast::RUN, id)
                .replace(crate::cast::DIRECTORY, id);
            let page = knock(caller, &route, &path).await;
            // A form without a choice leads back to a page, which is not there.
            let page = caller.clone().follow(page).await;
            assert_eq!(
                page.status.as_u16(),
                404,
                "{route} at {path}: {}",
                page.text()
            );
            answers.push(masked(&page, &path));
            tried += 1;
        }
        assert!(
            answers.windows(2).all(|a| a[0] == a[1]),
            "{route}: {answers:#?}"
        );
        if route.pattern.starts_with("/account/") {
            // Somebody else of the same organisation.
            let page = knock(caller, &route, &filled(&route.pattern, &cast)).await;
            assert_eq!(page.status.as_u16(), 404, "{route} with Ada's method");
        }
    }
    assert!(tried >= 30, "{tried} combinations");
    assert_eq!(counted(&site).await, before);
    site.expect_no_messages().await;
}

/// What must not change when nothing may happen.
async fn counted(site: &Site) -> (usize, (i64, i64)) {
    (site.events().await.len(), site.jobs().await)
}

/// A page without what differs from request to request.
fn masked(page: &Page, path: &str) -> String {
    let id = page.header("x-request-id").to_owned();
    page.text().replace(&id, "ID").replace(path, "PATH")
}
