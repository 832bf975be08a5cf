//! Roles.

use crate::bed::{NOW, parallel, uuid};
use keyward_core::ids::UserId;
use keyward_core::role::Role::{self, GlobalAdministrator, HelpdeskAdministrator};

on_both! {
    roles_are_given_and_taken, |bed| {
        let ada = bed.add_user("ada").await;
        assert!(bed.read(async |tx| tx.roles_of(ada.id).await).await.is_empty());
        for role in Role::ALL {
            assert!(bed.write(async |tx| tx.assign_role(ada.id, role).await).await);
            assert!(!bed.write(async |tx| tx.assign_role(ada.id, role).await).await);
        }
        let held = bed.read(async |tx| tx.roles_of(ada.id).await).await;
        assert_eq!(held.iter().collect::<Vec<_>>(), Role::ALL);
        assert!(bed.write(async |tx| tx.remove_role(ada.id, GlobalAdministrator).await).await);
        assert!(!bed.write(async |tx| tx.remove_role(ada.id, GlobalAdministrator).await).await);
        assert!(!bed.read(async |tx| tx.roles_of(ada.id).await).await.contains(GlobalAdministrator));
        bed.refused(async |tx| tx.assign_role(UserId(uuid()), GlobalAdministrator).await).await;
    }

    holders_are_listed_by_name_with_whether_they_can_sign_in, |bed| {
        for name in ["dora", "carl", "ben", "ada"] {
            let user = bed.add_user(name).await;
            bed.write(async |tx| tx.assign_role(user.id, HelpdeskAdministrator).await).await;
            match name {
                "ben" => assert!(bed.write(async |tx| tx.set_enabled(user.id, false).await).await),
                "carl" => assert!(bed.write(async |tx| tx.set_held(user.id, Some(NOW)).await).await),
                "dora" => assert!(bed.write(async |tx| tx.delete_user(user.id, NOW).await).await),
                _ => {}
            }
        }
        let holders = bed.read(async |tx| tx.holders(HelpdeskAdministrator).await).await;
        let seen: Vec<_> = holders.iter().map(|h| (h.upn.as_str(), h.active)).collect();
        let wanted = [("ada@contoso.example", true), ("ben@contoso.example", false), ("carl@contoso.example", false)];
        assert_eq!(seen, wanted);
        assert_eq!(bed.read(async |tx| tx.holders(GlobalAdministrator).await).await.len(), 0);
    }

    only_administrators_who_can_sign_in_count, |bed| {
        let mut users = Vec::new();
        for name in ["ada", "blocked", "held", "deleted"] {
            let user = bed.add_user(name).await;
            bed.write(async |tx| tx.assign_role(user.id, GlobalAdministrator).await).await;
            users.push(user.id);
        }
        let others = async |user| bed.write(async |tx| tx.other_global_administrators(user).await).await;
        assert_eq!(others(users[0]).await, 3);
        bed.write(async |tx| tx.set_enabled(users[1], false).await).await;
        bed.write(async |tx| tx.set_held(users[2], Some(NOW)).await).await;
        bed.write(async |tx| tx.delete_user(users[3], NOW).await).await;
        assert_eq!(others(users[0]).await, 0);
        assert_eq!(others(users[1]).await, 1);
    }

    // case: AZ-09
    az_09_two_who_remove_each_other_at_once_leave_one, |bed| {
        for round in 0..8 {
            let (ada, ben) = (bed.add_user(&format!("ada{round}")).await, bed.add_user(&format!("ben{round}")).await);
            for user in [&ada, &ben] {
                bed.write(async |tx| tx.assign_role(user.id, GlobalAdministrator).await).await;
            }
            let removed = parallel(2, |i| {
                let (bed, user) = (bed.clone(), [ada.id, ben.id][i]);
                async move {
                    let mut tx = bed.db.write(bed.tenant).await.unwrap();
                    if tx.other_global_administrators(user).await.unwrap() == 0 {
                        return false;
                    }
                    assert!(tx.remove_role(user, GlobalAdministrator).await.unwrap());
                    tx.commit().await.unwrap();
                    true
                }
            })
            .await;
            assert_eq!(removed.iter().filter(|r| **r).count(), 1);
            let left = bed.read(async |tx| tx.holders(GlobalAdministrator).await).await;
            assert_eq!(left.len(), 1);
            bed.write(async |tx| tx.remove_role(left[0].user, GlobalAdministrator).await).await;
        }
    }
}
