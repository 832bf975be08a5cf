//! Lists of users.

use crate::bed::{Bed, NOW, upn, user};
use keyward_core::role::Role;
use keyward_core::text::fold;
use keyward_core::user::{Profile, User};
use keyward_store::user::{After, UserFilter};

const FILTERS: [UserFilter; 6] = [
    UserFilter::All,
    UserFilter::Enabled,
    UserFilter::Blocked,
    UserFilter::Held,
    UserFilter::Administrators,
    UserFilter::Deleted,
];

async fn add(bed: &Bed, name: &str, display: &str, surname: Option<&str>) -> User {
    let mut user = user(bed.tenant, name);
    user.profile = Profile {
        display_name: display.into(),
        surname: surname.map(str::to_owned),
        ..Profile::default()
    };
    bed.write(async |tx| tx.insert_user(&user).await).await;
    user
}

/// All pages one after the other.
async fn walk(bed: &Bed, filter: UserFilter, prefix: &str, limit: i64) -> Vec<User> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = bed
            .read(async |tx| tx.users(filter, prefix, after.as_ref(), limit).await)
            .await;
        assert!(page.len() <= limit as usize);
        let Some(last) = page.last() else {
            return all;
        };
        after = Some(After {
            key: fold(&last.profile.display_name),
            id: last.id.0,
        });
        all.extend(page);
        assert!(all.len() < 1000, "pages that never end");
    }
}

async fn found(bed: &Bed, prefix: &str) -> Vec<String> {
    let users = walk(bed, UserFilter::All, prefix, 50).await;
    users.into_iter().map(|u| u.profile.display_name).collect()
}

/// What [`Tx::users`](keyward_store::Tx::users) promises, worked out the slow way.
fn expected(users: &[User], admins: &[User], filter: UserFilter, prefix: &str) -> Vec<User> {
    let mut wanted: Vec<User> = users
        .iter()
        .filter(|u| match filter {
            UserFilter::All => u.deleted_at.is_none(),
            UserFilter::Enabled => u.deleted_at.is_none() && u.enabled,
            UserFilter::Blocked => u.deleted_at.is_none() && !u.enabled,
            UserFilter::Held => u.deleted_at.is_none() && u.held_at.is_some(),
            UserFilter::Administrators => {
                u.deleted_at.is_none() && admins.iter().any(|a| a.id == u.id)
            }
            UserFilter::Deleted => u.deleted_at.is_some(),
        })
        .filter(|u| {
            fold(&u.profile.display_name).starts_with(prefix)
                || u.upn.key().starts_with(prefix)
                || u.profile
                    .surname
                    .as_deref()
                    .is_some_and(|s| fold(s).starts_with(prefix))
        })
        .cloned()
        .collect();
    wanted.sort_by_key(|u| (fold(&u.profile.display_name), u.id));
    wanted
}

on_both! {
    pages_of_every_filter_and_prefix_are_what_a_naive_list_says, |bed| {
        let other = bed.other_tenant().await;
        other.add_user("anna").await;
        let (mut users, mut admins) = (Vec::new(), Vec::new());
        let names = ["Anna", "anna", "Anna", "Émile", "Zoë", "Ärger", "a%b", "a_b", "ab", "Ωmega", "東京", "Anna"];
        for (i, name) in names.iter().enumerate() {
            let surname = ["Ölz", "Anders", "zoë"].get(i % 4).copied();
            let mut u = add(&bed, &format!("{}{i}", ["z", "ann", "o_"][i % 3]), name, surname).await;
            if i % 3 == 1 {
                u.enabled = false;
                bed.write(async |tx| tx.set_enabled(u.id, false).await).await;
            }
            if i % 5 == 2 {
                u.deleted_at = Some(NOW);
                bed.write(async |tx| tx.delete_user(u.id, NOW).await).await;
            }
            if i % 6 >= 4 {
                u.held_at = Some(NOW);
                bed.write(async |tx| tx.set_held(u.id, Some(NOW)).await).await;
            }
            if i % 4 == 1 {
                bed.write(async |tx| tx.assign_role(u.id, Role::GlobalReader).await).await;
                bed.write(async |tx| tx.assign_role(u.id, Role::ReportsReader).await).await;
                admins.push(u.clone());
            }
            users.push(u);
        }
        for filter in FILTERS {
            for prefix in ["", "a", "ann", "anna", "a%", "a_", "é", "ö", "z", "zoë", "o_", "東", "%", "_", "nobody"] {
                let wanted: Vec<_> = expected(&users, &admins, filter, prefix).iter().map(|u| u.id).collect();
                for limit in [1, 2, 50] {
                    let listed: Vec<_> = walk(&bed, filter, prefix, limit).await.iter().map(|u| u.id).collect();
                    assert_eq!(listed, wanted, "{filter:?} {prefix:?} {limit}");
                }
            }
        }
    }

    // case: IN-01
    wildcards_are_letters, |bed| {
        add(&bed, "one", "100% sure", None).await;
        add(&bed, "two", "100 percent", None).await;
        add(&bed, "three", "under_score", None).await;
        add(&bed, "four", "underXscore", None).await;
        assert_eq!(found(&bed, "100%").await, ["100% sure"]);
        assert_eq!(found(&bed, "under_").await, ["under_score"]);
        assert_eq!(found(&bed, "%").await, Vec::<String>::new());
        assert_eq!(found(&bed, "'; drop table users; --").await, Vec::<String>::new());
    }

    a_prefix_is_found_without_regard_to_case_and_width, |bed| {
        add(&bed, "one", "ÄRGER", None).await;
        add(&bed, "two", "ｆｕｌｌ width", None).await;
        add(&bed, "three", "Straße", None).await;
        assert_eq!(found(&bed, &fold("ärg")).await, ["ÄRGER"]);
        assert_eq!(found(&bed, &fold("FULL")).await, ["ｆｕｌｌ width"]);
        assert_eq!(found(&bed, &fold("straß")).await, ["Straße"]);
        assert_eq!(found(&bed, &fold("ONE@")).await, ["ÄRGER"]);
    }

    a_rename_moves_a_user_in_the_list, |bed| {
        let ada = add(&bed, "ada", "Ada", Some("King")).await;
        let profile = Profile { display_name: "Zeta".into(), surname: None, ..Profile::default() };
        bed.write(async |tx| tx.update_user(ada.id, &upn("zeta"), &profile).await).await;
        assert_eq!(found(&bed, "z").await, ["Zeta"]);
        assert_eq!(found(&bed, "a").await, Vec::<String>::new());
        assert_eq!(found(&bed, "king").await, Vec::<String>::new());
    }
}
