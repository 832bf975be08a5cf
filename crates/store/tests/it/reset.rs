//! Resets and proofs.

use crate::bed::{Bed, NOW, mac, parallel, uuid};
use crate::things::reset;
use keyward_core::challenge::Proof;
use keyward_core::ids::{MethodId, ResetId, UserId};
use keyward_core::method::MethodKind::{self, Email, MobilePhone};
use keyward_core::policy::{Effective, Gates};
use keyward_core::reset::{Goal, Reset, State, Verified};
use keyward_core::time::{Timestamp, minutes};

const END: Timestamp = Timestamp(NOW.0 + 900_000_000);

async fn start(bed: &Bed, user: Option<UserId>, token: u8) -> Reset {
    let r = reset(bed.tenant, user);
    bed.write(async |tx| tx.insert_reset(&r, &mac(token), "Ada@Contoso").await)
        .await;
    r
}

async fn load(bed: &Bed, token: u8) -> Option<Reset> {
    bed.read(async |tx| tx.reset_by_token(&mac(token)).await)
        .await
}

async fn prove(bed: &Bed, reset: ResetId, user: UserId, kind: MethodKind, at: Timestamp) -> bool {
    let proof = Proof::stored(reset, user, MethodId(uuid()), kind);
    bed.write(async |tx| tx.insert_proof(reset, user, &proof, at).await)
        .await
}

/// A reset of `ada` with one gate passed, and as many keys to it as wanted.
pub(crate) async fn keys(bed: &Bed, n: usize) -> Vec<Verified> {
    let ada = bed.add_user("ada").await;
    let phone = bed
        .add_method(ada.id, MobilePhone, "+49 1511 2345678")
        .await;
    let r = start(bed, Some(ada.id), 1).await;
    let proof = Proof::stored(r.id, ada.id, phone.id, MobilePhone);
    assert!(
        bed.write(async |tx| tx.insert_proof(r.id, ada.id, &proof, NOW).await)
            .await
    );
    let rules = Effective {
        gates: Gates::One,
        ..Effective::administrator()
    };
    let r = load(bed, 1).await.unwrap();
    (0..n)
        .map(|_| {
            r.verified(&ada, &rules, std::slice::from_ref(&phone), NOW)
                .unwrap()
        })
        .collect()
}

on_both! {
    a_reset_comes_back_with_its_proofs, |bed| {
        let ada = bed.add_user("ada").await;
        let mut r = start(&bed, Some(ada.id), 1).await;
        assert_eq!(format!("{:?}", load(&bed, 1).await.unwrap()), format!("{r:?}"));
        for (kind, at) in [(MobilePhone, NOW), (Email, NOW + minutes(1))] {
            let proof = Proof::stored(r.id, ada.id, MethodId(uuid()), kind);
            assert!(bed.write(async |tx| tx.insert_proof(r.id, ada.id, &proof, at).await).await);
            r.proofs.push(proof);
        }
        assert_eq!(load(&bed, 1).await.unwrap().proofs, r.proofs);
        assert_eq!(bed.read(async |tx| tx.reset_name(r.id).await).await.as_deref(), Some("Ada@Contoso"));
        assert_eq!(bed.read(async |tx| tx.reset_name(ResetId(uuid())).await).await, None);
        assert!(load(&bed, 2).await.is_none());
        let mut tx = bed.db.system_read().await.unwrap();
        assert_eq!(tx.tenant_of_reset(&mac(1)).await.unwrap(), Some(bed.tenant));
        assert_eq!(tx.tenant_of_reset(&mac(2)).await.unwrap(), None);
    }

    a_decoy_takes_no_proof, |bed| {
        let ada = bed.add_user("ada").await;
        let r = start(&bed, None, 1).await;
        assert_eq!(load(&bed, 1).await.unwrap().user, None);
        assert!(!prove(&bed, r.id, ada.id, Email, NOW).await);
    }

    // case: ST-04, ST-05
    st_04_a_kind_is_proved_once, |bed| {
        let ada = bed.add_user("ada").await;
        let r = start(&bed, Some(ada.id), 1).await;
        let passed = parallel(16, |_| {
            let bed = bed.clone();
            async move { prove(&bed, r.id, ada.id, Email, NOW).await }
        })
        .await;
        assert_eq!(passed.iter().filter(|p| **p).count(), 1);
        assert_eq!(load(&bed, 1).await.unwrap().proofs.len(), 1);
        assert!(prove(&bed, r.id, ada.id, MobilePhone, NOW).await);
    }

    // case: TR-09, ST-06
    tr_09_a_proof_of_another_or_too_late_opens_nothing, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        let r = start(&bed, Some(ada.id), 1).await;
        assert!(!prove(&bed, r.id, ben.id, Email, NOW).await);
        assert!(!prove(&bed, r.id, ada.id, Email, END).await);
        assert!(!prove(&bed, ResetId(uuid()), ada.id, Email, NOW).await);
        assert!(bed.write(async |tx| tx.void_reset(r.id).await).await);
        assert!(!prove(&bed, r.id, ada.id, Email, NOW).await);
    }

    the_goal_is_chosen_before_the_first_proof, |bed| {
        let ada = bed.add_user("ada").await;
        let r = start(&bed, Some(ada.id), 1).await;
        assert!(!bed.write(async |tx| tx.set_goal(r.id, Goal::Unlock, END).await).await);
        assert!(bed.write(async |tx| tx.set_goal(r.id, Goal::Unlock, NOW).await).await);
        assert_eq!(load(&bed, 1).await.unwrap().goal, Goal::Unlock);
        assert!(prove(&bed, r.id, ada.id, Email, NOW).await);
        assert!(!bed.write(async |tx| tx.set_goal(r.id, Goal::Reset, NOW).await).await);
    }

    // case: TR-03, TR-16
    tr_03_a_verified_reset_is_spent_exactly_once, |bed| {
        let mut all = keys(&bed, 33).await;
        let last = all.pop().unwrap();
        let all = std::sync::Mutex::new(all);
        let spent = parallel(32, |_| {
            let (bed, key) = (bed.clone(), all.lock().unwrap().pop().unwrap());
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                let won = tx.spend_reset(key, NOW).await.unwrap();
                tx.commit().await.unwrap();
                won
            }
        })
        .await;
        assert_eq!(spent.iter().filter(|s| **s).count(), 1);
        assert_eq!(load(&bed, 1).await.unwrap().state, State::Completed);
        assert!(!bed.write(async |tx| tx.spend_reset(last, NOW).await).await);
    }

    // case: TR-06
    tr_06_a_reset_is_not_spent_after_its_time, |bed| {
        let mut all = keys(&bed, 2).await;
        let (one, two) = (all.pop().unwrap(), all.pop().unwrap());
        assert!(!bed.write(async |tx| tx.spend_reset(one, END).await).await);
        assert!(bed.write(async |tx| tx.spend_reset(two, Timestamp(END.0 - 1)).await).await);
    }

    // case: TR-15
    tr_15_a_change_voids_what_was_begun, |bed| {
        let key = keys(&bed, 1).await.pop().unwrap();
        let (user, id) = (key.user(), key.reset());
        let second = start(&bed, Some(user), 2).await;
        let ben = bed.add_user("ben").await;
        start(&bed, Some(ben.id), 3).await;
        bed.write(async |tx| tx.void_everything_of(user).await).await;
        assert!(!bed.write(async |tx| tx.spend_reset(key, NOW).await).await);
        assert!(!prove(&bed, id, user, Email, NOW).await);
        assert!(!bed.write(async |tx| tx.void_reset(second.id).await).await, "void already");
        assert_eq!(load(&bed, 2).await.unwrap().state, State::Void);
        assert_eq!(load(&bed, 3).await.unwrap().state, State::Open);
    }

    // case: ST-17
    st_17_voiding_and_spending_at_once_have_one_winner, |bed| {
        let key = keys(&bed, 1).await.pop().unwrap();
        let id = key.reset();
        let key = std::sync::Mutex::new(Some(key));
        let won = parallel(2, |i| {
            let (bed, key) = (bed.clone(), if i == 0 { key.lock().unwrap().take() } else { None });
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                let won = match key {
                    Some(key) => tx.spend_reset(key, NOW).await.unwrap(),
                    None => tx.void_reset(id).await.unwrap(),
                };
                tx.commit().await.unwrap();
                won
            }
        })
        .await;
        assert_eq!(won.iter().filter(|w| **w).count(), 1);
    }
}
