//! Temporary Access Passes.

use crate::bed::{NOW, mac, parallel, uuid};
use crate::things::session;
use keyward_core::ids::{PassId, UserId};
use keyward_core::pass::Pass;
use keyward_core::time::{Timestamp, hours, minutes};

pub(crate) fn pass(user: UserId, once: bool) -> Pass {
    Pass {
        id: PassId(uuid()),
        user,
        once,
        issued_by: user,
        created_at: NOW,
        expires_at: NOW + hours(1),
        used_at: None,
    }
}

on_both! {
    // case: TR-06
    tr_06_a_pass_is_good_to_its_last_instant_and_a_new_one_replaces_it, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        let (old, new, other) = (pass(ada.id, false), pass(ada.id, false), pass(ben.id, true));
        bed.write(async |tx| {
            tx.insert_pass(&old, "old").await?;
            tx.insert_pass(&other, "other").await
        })
        .await;
        let of = async |user, at| bed.read(async |tx| tx.pass_of(user, at).await).await;
        assert_eq!(of(ada.id, NOW).await, Some((old, "old".into())));
        let last = Timestamp(old.expires_at.0 - 1);
        assert!(of(ada.id, last).await.is_some());
        assert_eq!(of(ada.id, old.expires_at).await, None);
        let used = async |pass, at| bed.write(async |tx| tx.use_pass(&pass, at).await).await;
        assert!(!used(old, old.expires_at).await);
        for at in [NOW, last] {
            assert!(used(old, at).await);
            assert_eq!(of(ada.id, NOW).await.unwrap().0.used_at, Some(at));
        }
        bed.write(async |tx| tx.insert_pass(&new, "new").await).await;
        assert!(!used(old, NOW).await);
        assert_eq!(of(ada.id, NOW).await, Some((new, "new".into())));
        assert_eq!(of(ben.id, NOW).await, Some((other, "other".into())));
    }

    // case: TR-01, TR-02
    tr_02_a_pass_that_works_once_is_used_by_one_caller, |bed| {
        let ada = bed.add_user("ada").await;
        let pass = pass(ada.id, true);
        bed.write(async |tx| tx.insert_pass(&pass, "verifier").await).await;
        let used = parallel(32, |_| {
            let bed = bed.clone();
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                let used = tx.use_pass(&pass, NOW).await.unwrap();
                tx.commit().await.unwrap();
                used
            }
        })
        .await;
        assert_eq!(used.into_iter().filter(|used| *used).count(), 1);
        assert_eq!(bed.read(async |tx| tx.pass_of(ada.id, NOW).await).await, None);
    }

    with_a_pass_go_the_sessions_that_began_with_it, |bed| {
        let ada = bed.add_user("ada").await;
        let (by_pass, by_password) = (session(bed.tenant, ada.id, NOW), session(bed.tenant, ada.id, NOW));
        let pass = pass(ada.id, false);
        let ends = NOW + minutes(30);
        bed.write(async |tx| {
            tx.insert_pass(&pass, "verifier").await?;
            tx.insert_session(&by_pass, &mac(1)).await?;
            tx.insert_session(&by_password, &mac(2)).await?;
            tx.session_by_pass(by_pass.id, pass.id, ends).await
        })
        .await;
        let mut tx = bed.db.system_read().await.unwrap();
        let found = tx.session_by_token(&mac(1)).await.unwrap().unwrap();
        assert_eq!((found.pass, found.ends_at), (Some(pass.id), Some(ends)));
        let found = tx.session_by_token(&mac(2)).await.unwrap().unwrap();
        assert_eq!((found.pass, found.ends_at), (None, None));
        drop(tx);
        assert!(bed.write(async |tx| tx.delete_pass(ada.id).await).await);
        assert!(!bed.write(async |tx| tx.delete_pass(ada.id).await).await);
        let left = bed.read(async |tx| tx.sessions_of(ada.id).await).await;
        assert_eq!(left.iter().map(|s| s.id).collect::<Vec<_>>(), [by_password.id]);
    }

    what_voids_everything_of_a_user_takes_their_pass_along, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        bed.write(async |tx| {
            tx.insert_pass(&pass(ada.id, false), "ada").await?;
            tx.insert_pass(&pass(ben.id, false), "ben").await?;
            tx.void_everything_of(ada.id).await
        })
        .await;
        let there = async |user| bed.read(async |tx| tx.pass_of(user, NOW).await).await.is_some();
        assert!(!there(ada.id).await && there(ben.id).await);
    }
}
