//! Links by which administrators hand accounts over.

use crate::bed::{NOW, mac, parallel, uuid};
use crate::things::{reset, session};
use keyward_core::hand_over::{HandOver, Opens};
use keyward_core::ids::{HandOverId, UserId};
use keyward_core::method::MethodKind::{Email, MobilePhone};
use keyward_core::time::{Timestamp, hours, minutes};

pub(crate) fn hand_over(user: UserId, issued_by: UserId) -> HandOver {
    HandOver {
        id: HandOverId(uuid()),
        user,
        opens: Opens::Account,
        issued_by,
        credential_epoch: 3,
        created_at: NOW,
        expires_at: NOW + hours(1),
    }
}

on_both! {
    // case: TR-12, TR-06
    tr_12_a_hand_over_link_is_read_any_number_of_times_and_to_its_last_instant, |bed| {
        let (ada, boss) = (bed.add_user("ada").await, bed.add_user("boss").await);
        let link = hand_over(ada.id, boss.id);
        bed.write(async |tx| tx.insert_hand_over(&link, &mac(1)).await).await;
        let look = async |token: u8, at: Timestamp| {
            let mut tx = bed.db.system_read().await.unwrap();
            tx.hand_over(&mac(token), at).await.unwrap()
        };
        for _ in 0..5 {
            assert_eq!(look(1, NOW).await, Some((bed.tenant, link)));
        }
        assert_eq!(look(2, NOW).await, None);
        assert_eq!(look(1, link.expires_at).await, None);
        let spend = async |at| bed.write(async |tx| tx.spend_hand_over(link.id, at).await).await;
        assert!(!spend(link.expires_at).await);
        assert!(spend(Timestamp(link.expires_at.0 - 1)).await);
        assert_eq!(look(1, NOW).await, None);
    }

    // case: TR-02
    tr_02_a_hand_over_link_is_used_exactly_once, |bed| {
        let ada = bed.add_user("ada").await;
        let link = hand_over(ada.id, ada.id);
        bed.write(async |tx| tx.insert_hand_over(&link, &mac(1)).await).await;
        let used = parallel(32, |_| {
            let bed = bed.clone();
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                let used = tx.spend_hand_over(link.id, NOW).await.unwrap();
                tx.commit().await.unwrap();
                used
            }
        })
        .await;
        assert_eq!(used.into_iter().filter(|used| *used).count(), 1);
    }

    a_newer_link_and_a_withdrawal_end_it_and_what_was_begun_with_it, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        let (old, new, other) = (hand_over(ada.id, ben.id), hand_over(ada.id, ben.id), hand_over(ben.id, ada.id));
        bed.write(async |tx| {
            tx.insert_hand_over(&old, &mac(1)).await?;
            tx.insert_hand_over(&other, &mac(3)).await?;
            tx.insert_hand_over(&new, &mac(2)).await
        })
        .await;
        assert!(!bed.write(async |tx| tx.spend_hand_over(old.id, NOW).await).await);
        let open = async |user| bed.read(async |tx| tx.open_hand_over(user, NOW).await).await;
        assert_eq!(open(ada.id).await, Some(new));
        let begun = reset(bed.tenant, Some(ada.id));
        bed.write(async |tx| {
            assert!(tx.spend_hand_over(new.id, NOW).await?);
            tx.insert_reset(&begun, &mac(4), "Ada").await?;
            tx.stand_on(begun.id, new.id).await
        })
        .await;
        assert_eq!(open(ada.id).await, None);
        let stands = bed.read(async |tx| tx.hand_over_of(begun.id).await).await;
        assert_eq!(stands, Some(new));
        assert!(bed.write(async |tx| tx.withdraw_hand_over(ada.id, NOW).await).await);
        assert!(!bed.write(async |tx| tx.withdraw_hand_over(ada.id, NOW).await).await);
        let found = bed.read(async |tx| tx.reset_by_token(&mac(4)).await).await.unwrap();
        assert_eq!(found.state, keyward_core::reset::State::Void);
        assert_eq!(open(ben.id).await, Some(other));
        bed.write(async |tx| tx.void_everything_of(ben.id).await).await;
        assert_eq!(open(ben.id).await, None);
    }

    a_session_remembers_which_kinds_were_proved_in_it_and_when, |bed| {
        let ada = bed.add_user("ada").await;
        let (one, two) = (session(bed.tenant, ada.id, NOW), session(bed.tenant, ada.id, NOW));
        let later = NOW + minutes(5);
        bed.write(async |tx| {
            tx.insert_session(&one, &mac(1)).await?;
            tx.insert_session(&two, &mac(2)).await?;
            tx.note_proof(one.id, Email, NOW).await?;
            tx.note_proof(one.id, MobilePhone, later).await?;
            tx.note_proof(two.id, Email, NOW).await?;
            tx.note_proof(two.id, Email, later).await
        })
        .await;
        let since = async |id, at| bed.read(async |tx| tx.proved_since(id, at).await).await;
        assert_eq!(since(one.id, Timestamp(NOW.0 - 1)).await, [Email, MobilePhone]);
        assert_eq!(since(one.id, NOW).await, [MobilePhone]);
        assert_eq!(since(two.id, NOW).await, [Email]);
        assert!(since(two.id, later).await.is_empty());
    }
}
