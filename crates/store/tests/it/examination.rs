//! What resets would meet, and examining everybody.

use crate::bed::{Bed, NOW};
use crate::sync::synced;
use crate::things::{agent, directory, operation};
use keyward_core::examination::{Examination, Finding, Obstacle};
use keyward_core::ids::UserId;
use keyward_core::time::minutes;
use keyward_core::writeback::{Denial, Rules};
use keyward_store::examination::{Examined, ReasonSum};
use keyward_store::user::After;

const NO_RIGHT: Obstacle = Obstacle::Denied(Denial::NoRight);

/// One that found this in the way; nothing: it would succeed.
pub(crate) fn examined(user: UserId, why: Option<Obstacle>) -> Examined {
    let finding = |what| Finding {
        what,
        blocks: true,
        mend: Some("dsacls \"OU=Staff & Co\" /G x".into()),
    };
    Examined {
        user,
        at: NOW,
        found: Examination {
            findings: why.map(finding).into_iter().collect(),
            rules: Some(Rules {
                name: Some("strict".into()),
                min_length: 12,
                ..Rules::default()
            }),
            set_at: Some(NOW),
            dn: Some("CN=Ada,OU=Staff".into()),
        },
    }
}

async fn save(bed: &Bed, user: UserId, why: Option<Obstacle>) {
    let examined = examined(user, why);
    bed.write(async |tx| tx.save_examination(&examined).await)
        .await;
}

on_both! {
    what_was_found_is_kept_until_somebody_looks_again, |bed| {
        let (ada, _) = synced(&bed, "ada").await;
        assert_eq!(bed.read(async |tx| tx.examination(ada.id).await).await, None);
        save(&bed, ada.id, Some(NO_RIGHT)).await;
        let kept = bed.read(async |tx| tx.examination(ada.id).await).await;
        assert_eq!(kept, Some(examined(ada.id, Some(NO_RIGHT))));
        save(&bed, ada.id, None).await;
        let kept = bed.read(async |tx| tx.examination(ada.id).await).await;
        assert_eq!(kept, Some(examined(ada.id, None)));
    }

    users_are_counted_and_listed_by_reason_and_by_name, |bed| {
        for (name, why) in [("cleo", Some(NO_RIGHT)), ("ada", Some(NO_RIGHT)), ("ben", None), ("gone", Some(NO_RIGHT))] {
            let (user, _) = synced(&bed, name).await;
            save(&bed, user.id, why).await;
            if name == "gone" {
                bed.write(async |tx| tx.delete_user(user.id, NOW).await).await;
            }
        }
        let sums = bed.read(async |tx| tx.examination_sums(NOW).await).await;
        let sum = |reason, users| ReasonSum { reason, users };
        assert_eq!(sums, [sum(Some(NO_RIGHT), 2), sum(None, 1)]);
        assert_eq!(bed.read(async |tx| tx.examination_sums(NOW + minutes(1)).await).await, []);
        let page = async |reason, after: Option<After>| {
            let page = bed.read(async |tx| tx.examinations(NOW, reason, after.as_ref(), 1).await).await;
            page.into_iter().next()
        };
        let first = page(Some(NO_RIGHT), None).await.unwrap();
        assert_eq!(first.upn, "ada@contoso.example");
        let after = |listed: &keyward_store::examination::ListedExamination| {
            Some(After { key: listed.name_key.clone(), id: listed.examined.user.0 })
        };
        let second = page(Some(NO_RIGHT), after(&first)).await.unwrap();
        assert_eq!(second.upn, "cleo@contoso.example");
        assert_eq!(page(Some(NO_RIGHT), after(&second)).await, None);
        let all = bed.read(async |tx| tx.examinations(NOW, None, None, 9).await).await;
        assert_eq!(all.len(), 3);
        assert_eq!(all[1].examined.found.reason(), None);
    }

    one_round_is_under_way_at_a_time_and_reaches_everybody_of_a_directory_once, |bed| {
        bed.add_user("here").await;
        let mut ids = Vec::new();
        for name in ["ada", "ben", "cleo"] {
            ids.push(synced(&bed, name).await.0.id);
        }
        ids.sort();
        let start = async || bed.write(async |tx| tx.start_round("boss", NOW).await).await;
        assert!(start().await && !start().await);
        let round = bed.write(async |tx| tx.lock_round().await).await.unwrap();
        assert_eq!((round.users, round.ended_at, round.started_by.as_str()), (3, None, "boss"));
        let next = async |after| bed.read(async |tx| tx.to_examine(after, 2).await).await;
        let two = next(round.reached).await;
        assert_eq!(two, ids[..2]);
        bed.write(async |tx| tx.advance_round(two[1]).await).await;
        let round = bed.read(async |tx| tx.round().await).await.unwrap();
        assert_eq!(round.reached, two[1]);
        assert_eq!(next(round.reached).await, ids[2..]);
        assert_eq!(next(ids[2]).await, []);
        let mut system = bed.db.system_read().await.unwrap();
        assert_eq!(system.tenants_in_rounds().await.unwrap(), [bed.tenant]);
        drop(system);
        let away = Some(Obstacle::AgentAway);
        let end = async |why| bed.write(async |tx| tx.end_round(why, NOW).await).await;
        assert!(end(away).await && !end(None).await, "it ends once");
        assert_eq!(bed.write(async |tx| tx.lock_round().await).await, None);
        let ended = bed.read(async |tx| tx.round().await).await.unwrap();
        assert_eq!((ended.stopped, ended.ended_at), (away, Some(NOW)));
        assert!(start().await, "and another may follow");
        let again = bed.read(async |tx| tx.round().await).await.unwrap();
        assert_eq!((again.reached.0.is_nil(), again.stopped, again.ended_at), (true, None, None));
    }

    operations_that_are_not_over_are_counted_by_what_they_ask, |bed| {
        let corp = directory(1, agent(bed.tenant, 1).id);
        let one = operation(corp.id, None, NOW);
        bed.write(async |tx| {
            tx.insert_directory(&corp).await?;
            tx.insert_operation(&one, &[]).await
        })
        .await;
        let open = async |request: &str| bed.read(async |tx| tx.count_open(request).await).await;
        assert_eq!((open("{}").await, open("[]").await), (1, 0));
        bed.write(async |tx| tx.expire_operation(one.id, "{}", NOW + minutes(2)).await).await;
        assert_eq!(open("{}").await, 0);
    }
}
