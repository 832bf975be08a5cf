//! What a transaction promises.

use crate::bed::{Bed, NOW, parallel, user};
use keyward_store::Engine;
use std::time::Duration;

on_both! {
    // case: RL-04, ST-13
    rl_04_a_dropped_transaction_leaves_nothing, |bed| {
        let (ada, ben) = (user(bed.tenant, "ada"), user(bed.tenant, "ben"));
        let mut tx = bed.db.write(bed.tenant).await.unwrap();
        assert_eq!(tx.tenant(), bed.tenant);
        tx.insert_user(&ada).await.unwrap();
        drop(tx);
        assert!(bed.read(async |tx| tx.user(ada.id).await).await.is_none());
        bed.refused(async |tx| {
            tx.insert_user(&ben).await?;
            tx.insert_user(&ben).await
        })
        .await;
        assert!(bed.read(async |tx| tx.user(ben.id).await).await.is_none());
        bed.write(async |tx| tx.insert_user(&ben).await).await;
    }

    // case: OT-10
    ot_10_a_request_that_is_cut_off_gives_its_lock_back, |bed| {
        for i in 0..20 {
            let late = user(bed.tenant, &format!("late{i}"));
            let work = async {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                tx.insert_user(&late).await.unwrap();
                tokio::time::sleep(Duration::from_mins(1)).await;
            };
            tokio::time::timeout(Duration::from_millis(5), work).await.unwrap_err();
        }
        bed.add_user("ada").await;
        assert_eq!(bed.read(async |tx| tx.count_users().await).await, 1);
    }

    // case: OT-10
    ot_10_a_reader_that_is_given_up_while_it_begins_makes_no_writer_a_reader, |bed| {
        for polls in 0..40 {
            // Given up after so many polls: somewhere between asking for a connection and the answer to BEGIN.
            let begin = bed.db.read(bed.tenant);
            tokio::pin!(begin);
            let mut left = polls;
            std::future::poll_fn(|cx| {
                left -= 1;
                if left < 0 || begin.as_mut().poll(cx).is_ready() {
                    return std::task::Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                std::task::Poll::Pending
            })
            .await;
            let late = user(bed.tenant, &format!("writer{polls}"));
            bed.write(async |tx| tx.insert_user(&late).await).await;
        }
        assert_eq!(bed.read(async |tx| tx.count_users().await).await, 40);
    }

    a_reader_sees_one_instant, |bed| {
        bed.add_user("ada").await;
        let mut reader = bed.db.read(bed.tenant).await.unwrap();
        assert_eq!(reader.count_users().await.unwrap(), 1);
        bed.add_user("ben").await;
        assert_eq!(reader.count_users().await.unwrap(), 1);
        assert_eq!(bed.read(async |tx| tx.count_users().await).await, 2);
    }

    // case: INV-4
    inv_4_read_then_write_in_parallel_loses_nothing, |bed| {
        let ada = bed.add_user("ada").await;
        let done = parallel(32, |_| {
            let bed = bed.clone();
            async move {
                loop {
                    let mut tx = bed.db.write(bed.tenant).await.unwrap();
                    let epoch = tx.user(ada.id).await.unwrap().unwrap().credential_epoch;
                    if tx.set_verifier(ada.id, epoch, "v", false, NOW).await.unwrap() {
                        return tx.commit().await.unwrap();
                    }
                }
            }
        })
        .await;
        assert_eq!(done.len(), 32);
        assert_eq!(bed.read(async |tx| tx.user(ada.id).await).await.unwrap().credential_epoch, 32);
    }

    a_system_transaction_goes_on_for_a_tenant, |bed| {
        let ada = user(bed.tenant, "ada");
        let mut tx = bed.db.system().await.unwrap();
        tx.set_fact("f", b"v").await.unwrap();
        let mut tx = tx.for_tenant(bed.tenant);
        tx.insert_user(&ada).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bed.db.fact("f").await.unwrap().as_deref(), Some(&b"v"[..]));
        assert!(bed.read(async |tx| tx.user(ada.id).await).await.is_some());
    }

    // case: RL-04
    rl_04_who_waits_too_long_for_the_lock_is_told_that_it_is_busy, |bed| {
        let other = bed.second_node().await;
        let mut holder = bed.db.write(bed.tenant).await.unwrap();
        holder.set_language(user(bed.tenant, "x").id, "en").await.unwrap();
        if bed.db.engine() == Engine::Sqlite {
            assert!(other.db.write(bed.tenant).await.err().unwrap().is_busy());
            assert!(bed.db.write(bed.tenant).await.err().unwrap().is_busy());
        }
        bed.read(async |tx| tx.count_users().await).await;
        drop(holder);
        other.add_user("ada").await;
    }

    a_closed_database_refuses, |bed| {
        bed.db.close().await;
        assert!(bed.db.read(bed.tenant).await.is_err());
        assert!(bed.db.system().await.is_err());
    }
}

/// Two transactions that take two locks in opposite order: the database gives one up, and that one is told to come
/// back, as somebody whose turn did not come. It is no fault.
// case: RL-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rl_04_of_two_that_wait_for_each_other_one_is_told_that_it_is_busy() {
    let bed = Bed::postgres().await;
    let (ada, ben) = (bed.add_user("ada").await.id, bed.add_user("ben").await.id);
    let both_hold_one = std::sync::Arc::new(tokio::sync::Barrier::new(2));
    let results = parallel(2, |n| {
        let (bed, both_hold_one) = (bed.clone(), both_hold_one.clone());
        let (first, second) = if n == 0 { (ada, ben) } else { (ben, ada) };
        async move {
            let mut tx = bed.db.write(bed.tenant).await.unwrap();
            tx.set_language(first, "en").await.unwrap();
            both_hold_one.wait().await;
            tx.set_language(second, "de").await?;
            tx.commit().await
        }
    })
    .await;
    let (done, failed): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), failed.len()), (1, 1));
    let error = failed.into_iter().next().unwrap().unwrap_err();
    assert!(error.is_busy() && !error.is_away(), "{error}");
    // What was given up has left nothing, and works when it is tried again.
    let mut languages = Vec::new();
    for id in [ada, ben] {
        let user = bed.read(async |tx| tx.user(id).await).await.unwrap();
        languages.push(user.language.unwrap());
    }
    languages.sort();
    assert_eq!(languages, ["de", "en"]);
    bed.write(async |tx| tx.set_language(ada, "en").await).await;
}
