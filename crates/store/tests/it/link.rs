//! Links in mails.

use crate::bed::{NOW, mac, parallel};
use keyward_core::time::{Timestamp, hours};

on_both! {
    // case: TR-12
    tr_12_looking_spends_nothing_and_a_link_has_one_purpose, |bed| {
        let ada = bed.add_user("ada").await;
        let end = NOW + hours(1);
        bed.write(async |tx| tx.insert_link(&mac(1), "it-was-not-me", ada.id, NOW, end).await).await;
        let look = async |token: u8, purpose: &str, at: Timestamp| {
            let mut tx = bed.db.system_read().await.unwrap();
            tx.link(&mac(token), purpose, at).await.unwrap()
        };
        for _ in 0..10 {
            let link = look(1, "it-was-not-me", NOW).await.unwrap();
            assert_eq!((link.tenant, link.user), (bed.tenant, ada.id));
        }
        assert!(look(1, "other", NOW).await.is_none());
        assert!(look(2, "it-was-not-me", NOW).await.is_none());
        assert!(look(1, "it-was-not-me", end).await.is_none());
        let spend = async |purpose: &str, at: Timestamp| {
            bed.write(async |tx| tx.spend_link(&mac(1), purpose, at).await).await
        };
        assert_eq!(spend("other", NOW).await, None);
        assert_eq!(spend("it-was-not-me", end).await, None);
        assert_eq!(spend("it-was-not-me", Timestamp(end.0 - 1)).await, Some(ada.id));
        assert_eq!(spend("it-was-not-me", NOW).await, None);
        assert!(look(1, "it-was-not-me", NOW).await.is_none());
    }

    // case: S20, TR-02
    s20_a_link_is_spent_exactly_once, |bed| {
        let ada = bed.add_user("ada").await;
        bed.write(async |tx| tx.insert_link(&mac(1), "p", ada.id, NOW, NOW + hours(1)).await).await;
        let spent = parallel(32, |_| {
            let bed = bed.clone();
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                let user = tx.spend_link(&mac(1), "p", NOW).await.unwrap();
                tx.commit().await.unwrap();
                user
            }
        })
        .await;
        assert_eq!(spent.into_iter().flatten().collect::<Vec<_>>(), [ada.id]);
    }

    the_links_of_a_user_end_together, |bed| {
        let (ada, bob) = (bed.add_user("ada").await, bed.add_user("bob").await);
        let end = NOW + hours(1);
        for (token, purpose, user) in [(1, "p", &ada), (2, "p", &ada), (3, "q", &ada), (4, "p", &bob)] {
            bed.write(async |tx| tx.insert_link(&mac(token), purpose, user.id, NOW, end).await).await;
        }
        bed.write(async |tx| tx.void_links_of(ada.id, "p", NOW).await).await;
        for (token, purpose, open) in [(1, "p", false), (2, "p", false), (3, "q", true), (4, "p", true)] {
            let mut tx = bed.db.system_read().await.unwrap();
            assert_eq!(tx.link(&mac(token), purpose, NOW).await.unwrap().is_some(), open, "{token}");
        }
    }
}
