//! Codes that were sent.

use crate::bed::{Bed, NOW, mac, parallel, uuid};
use crate::things::code;
use keyward_core::challenge::{
    Answer, Answered, Challenge, Expected, MAX_WRONG, Presented, Purpose,
};
use keyward_core::ids::ChallengeId;
use keyward_core::method::{Carrier, Means, MethodKind};
use keyward_core::time::{Timestamp, minutes, seconds};
use uuid::Uuid;

async fn send(bed: &Bed, c: &Challenge) {
    bed.write(async |tx| tx.insert_challenge(c).await).await;
}

async fn newest(bed: &Bed, owner: Uuid, purpose: Purpose) -> Option<Challenge> {
    bed.read(async |tx| tx.newest_challenge(owner, purpose).await)
        .await
}

async fn try_once(bed: &Bed, id: ChallengeId, at: Timestamp) -> Option<u8> {
    bed.write(async |tx| tx.take_try(id, MAX_WRONG, at).await)
        .await
}

fn right(c: &Challenge) -> Answered {
    let presented = Presented::Sent(mac(7));
    match c
        .clone()
        .answer(c.purpose, c.owner, &presented, c.issued_at)
    {
        Answer::Right(answered) => answered,
        other => panic!("{other:?}"),
    }
}

on_both! {
    a_code_comes_back_as_stored, |bed| {
        let (owner, purpose) = (uuid(), Purpose::Register);
        let mut c = code(owner, purpose, NOW);
        c.kind = MethodKind::MobilePhone;
        c.means = Some(Means::parse(c.kind, "+49 1511 2345678").unwrap());
        send(&bed, &c).await;
        assert_eq!(format!("{:?}", newest(&bed, owner, purpose).await.unwrap()), format!("{c:?}"));
        let decoy = Challenge { user: None, method: None, ..code(uuid(), Purpose::Reset, NOW) };
        send(&bed, &decoy).await;
        let found = newest(&bed, decoy.owner, Purpose::Reset).await.unwrap();
        assert_eq!((found.user, found.method), (None, None));
        assert!(newest(&bed, owner, Purpose::Reset).await.is_none());
        assert!(newest(&bed, uuid(), purpose).await.is_none());
    }

    what_a_call_says_is_there_until_the_code_is_typed_or_over, |bed| {
        let by = Some(Carrier::Voice);
        let called = Challenge { by, kind: MethodKind::MobilePhone, ..code(uuid(), Purpose::Reset, NOW) };
        send(&bed, &called).await;
        let said = async |id, at| bed.read(async |tx| tx.said_by_call(id, at).await).await;
        assert_eq!(said(called.id, NOW).await, None);
        bed.write(async |tx| tx.keep_seed(called.id, &[7; 9]).await).await;
        assert_eq!(said(called.id, NOW).await, Some((called.user.unwrap(), vec![7; 9])));
        assert_eq!(said(called.id, called.expires_at).await, None);
        assert_eq!(newest(&bed, called.owner, Purpose::Reset).await.unwrap().by, by);
        let answered = right(&called);
        assert!(bed.write(async |tx| tx.spend_challenge(&answered).await).await);
        assert_eq!(said(called.id, NOW).await, None);
        assert_eq!(bed.read(async |tx| tx.seed_of(called.id).await).await, None, "erased");
        // Of a code that was sent otherwise nothing is said.
        let sent = code(uuid(), Purpose::Reset, NOW);
        send(&bed, &sent).await;
        bed.write(async |tx| tx.keep_seed(sent.id, &[7; 9]).await).await;
        assert_eq!(said(sent.id, NOW).await, None);
    }

    // case: C-04, TR-07
    c_04_a_new_code_kills_the_older_one, |bed| {
        let owner = uuid();
        let (first, second) = (code(owner, Purpose::Reset, NOW), code(owner, Purpose::Reset, NOW + seconds(30)));
        let (aside, elsewhere) = (code(owner, Purpose::StepUp, NOW), code(uuid(), Purpose::Reset, NOW));
        for c in [&first, &aside, &elsewhere, &second] {
            send(&bed, c).await;
        }
        assert_eq!(try_once(&bed, first.id, NOW).await, None);
        assert!(!bed.write(async |tx| tx.spend_challenge(&right(&first)).await).await);
        assert_eq!(newest(&bed, owner, Purpose::Reset).await.unwrap().id, second.id);
        for c in [&second, &aside, &elsewhere] {
            assert_eq!(try_once(&bed, c.id, NOW).await, Some(0));
        }
    }

    // case: TR-22, OT-15
    tr_22_a_new_code_counts_even_if_its_clock_is_behind, |bed| {
        let owner = uuid();
        let (ahead, behind) = (code(owner, Purpose::Reset, NOW + minutes(3)), code(owner, Purpose::Reset, NOW));
        send(&bed, &ahead).await;
        send(&bed, &behind).await;
        assert_eq!(newest(&bed, owner, Purpose::Reset).await.unwrap().id, behind.id);
    }

    // case: OT-01, OT-11
    ot_11_parallel_guesses_share_no_try, |bed| {
        let c = code(uuid(), Purpose::Reset, NOW);
        send(&bed, &c).await;
        let taken = parallel(64, |_| {
            let (bed, id) = (bed.clone(), c.id);
            async move { try_once(&bed, id, NOW).await }
        })
        .await;
        let mut taken: Vec<_> = taken.into_iter().flatten().collect();
        taken.sort_unstable();
        assert_eq!(taken, [0, 1, 2, 3, 4]);
        assert_eq!(newest(&bed, c.owner, Purpose::Reset).await.unwrap().wrong, MAX_WRONG);
    }

    // case: TR-06
    tr_06_no_try_is_left_at_the_end, |bed| {
        let c = code(uuid(), Purpose::Reset, NOW);
        send(&bed, &c).await;
        assert_eq!(try_once(&bed, c.id, c.expires_at).await, None);
        assert_eq!(try_once(&bed, c.id, Timestamp(c.expires_at.0 - 1)).await, Some(0));
        assert_eq!(try_once(&bed, ChallengeId(uuid()), NOW).await, None);
    }

    // case: TR-01, TR-02
    tr_01_an_answered_code_is_spent_exactly_once, |bed| {
        let c = code(uuid(), Purpose::Reset, NOW);
        send(&bed, &c).await;
        assert_eq!(try_once(&bed, c.id, NOW).await, Some(0));
        let spent = parallel(64, |_| {
            let (bed, answered) = (bed.clone(), right(&c));
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                let won = tx.spend_challenge(&answered).await.unwrap();
                tx.commit().await.unwrap();
                won
            }
        })
        .await;
        assert_eq!(spent.iter().filter(|s| **s).count(), 1);
        let found = newest(&bed, c.owner, Purpose::Reset).await.unwrap();
        assert!(found.spent);
        assert_eq!(found.wrong, 0, "a right answer costs no try");
        assert_eq!(try_once(&bed, c.id, NOW).await, None);
    }

    codes_die_with_their_owner_or_user, |bed| {
        let (a, b) = (code(uuid(), Purpose::Reset, NOW), code(uuid(), Purpose::Reset, NOW));
        send(&bed, &a).await;
        send(&bed, &b).await;
        bed.write(async |tx| tx.void_challenges(a.owner).await).await;
        assert_eq!(try_once(&bed, a.id, NOW).await, None);
        assert_eq!(try_once(&bed, b.id, NOW).await, Some(0));
        bed.write(async |tx| tx.void_everything_of(b.user.unwrap()).await).await;
        assert_eq!(try_once(&bed, b.id, NOW).await, None);
    }

    what_is_held_is_asked_for_and_a_seed_goes_with_its_question, |bed| {
        let owner = uuid();
        let app = |at| Challenge {
            kind: MethodKind::AuthenticatorApp,
            expects: Expected::Held,
            method: None,
            means: Some(Means::parse(MethodKind::AuthenticatorApp, "Pixel 8").unwrap()),
            ..code(owner, Purpose::Register, at)
        };
        let (first, second) = (app(NOW), app(NOW + seconds(1)));
        send(&bed, &first).await;
        let found = newest(&bed, owner, Purpose::Register).await.unwrap();
        assert_eq!(format!("{found:?}"), format!("{first:?}"));
        let seed = async |c: &Challenge| bed.read(async |tx| tx.seed_of(c.id).await).await;
        assert_eq!(seed(&first).await, None);
        bed.write(async |tx| tx.keep_seed(first.id, &[1, 2, 3]).await).await;
        assert_eq!(seed(&first).await, Some(vec![1, 2, 3]));
        // Asked anew, the older one is erased, and nothing is kept for what is over.
        send(&bed, &second).await;
        assert_eq!(seed(&first).await, None);
        bed.write(async |tx| tx.keep_seed(first.id, &[1, 2, 3]).await).await;
        assert_eq!(seed(&first).await, None);
        bed.write(async |tx| tx.keep_seed(second.id, &[4]).await).await;
        bed.write(async |tx| tx.forget_seed(second.id).await).await;
        assert_eq!(seed(&second).await, None);
        bed.write(async |tx| tx.keep_seed(second.id, &[4]).await).await;
        bed.write(async |tx| tx.void_challenges(owner).await).await;
        assert_eq!(seed(&second).await, None);
    }
}
