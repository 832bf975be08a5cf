//! Counters and lockouts.

use crate::bed::{NOW, mac, parallel};
use keyward_core::signin::{Lockout, LockoutRule};
use keyward_core::throttle::{Counter, Rule};
use keyward_core::time::{hours, minutes, seconds};

const RULE: Rule = Rule {
    limit: 5,
    window: hours(1),
    block: hours(24),
};

on_both! {
    a_counter_comes_back_as_saved, |bed| {
        assert_eq!(bed.read(async |tx| tx.counter(&mac(1)).await).await, Counter::default());
        let counter = Counter { hits: vec![NOW, NOW + seconds(1)], blocked_until: Some(NOW + hours(1)) };
        let locked = async |tx: &mut keyward_store::Tx| {
            let fresh = tx.lock_counter(&mac(1), NOW).await?;
            tx.save_counter(&mac(1), &counter).await?;
            Ok(fresh)
        };
        assert_eq!(bed.write(locked).await, Counter::default());
        assert_eq!(bed.read(async |tx| tx.counter(&mac(1)).await).await, counter);
        assert_eq!(bed.write(async |tx| tx.lock_counter(&mac(1), NOW).await).await, counter);
        assert_eq!(bed.read(async |tx| tx.counter(&mac(2)).await).await, Counter::default());
        bed.write(async |tx| tx.clear_counter(&mac(1)).await).await;
        assert_eq!(bed.read(async |tx| tx.counter(&mac(1)).await).await, Counter::default());
    }

    // case: OT-11, OT-24
    ot_11_of_forty_hits_at_once_exactly_five_pass, |bed| {
        let passed = parallel(40, |_| {
            let bed = bed.clone();
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                let counter = tx.lock_counter(&mac(1), NOW).await.unwrap();
                let (counter, verdict) = counter.hit(RULE, NOW);
                tx.save_counter(&mac(1), &counter).await.unwrap();
                tx.commit().await.unwrap();
                verdict.is_ok()
            }
        })
        .await;
        assert_eq!(passed.iter().filter(|p| **p).count(), 5);
        let second = bed.second_node().await;
        assert!(second.read(async |tx| tx.counter(&mac(1)).await).await.check(NOW).is_err());
    }

    buckets_taken_in_order_do_not_deadlock, |bed| {
        let done = parallel(24, |i| {
            let bed = bed.clone();
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                for n in [1, 2 + i as u8 % 3, 9] {
                    let counter = tx.lock_counter(&mac(n), NOW).await.unwrap();
                    let (counter, _) = counter.hit(Rule { limit: 100, ..RULE }, NOW);
                    tx.save_counter(&mac(n), &counter).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
        })
        .await;
        assert_eq!(done.len(), 24);
        for (n, hits) in [(1, 24), (2, 8), (3, 8), (4, 8), (9, 24)] {
            assert_eq!(bed.read(async |tx| tx.counter(&mac(n)).await).await.hits.len(), hits);
        }
    }

    a_lockout_comes_back_as_saved, |bed| {
        let saved = Lockout { failures: 12, locked_until: Some(NOW), recent: vec![*b"12345678", *b"abcdefgh"] };
        assert_eq!(bed.read(async |tx| tx.lockout(&mac(1)).await).await, Lockout::default());
        assert_eq!(bed.write(async |tx| tx.lock_lockout(&mac(1), NOW).await).await, Lockout::default());
        bed.write(async |tx| tx.save_lockout(&mac(1), &saved).await).await;
        assert_eq!(bed.read(async |tx| tx.lockout(&mac(1)).await).await, saved);
        assert_eq!(bed.write(async |tx| tx.lock_lockout(&mac(1), NOW).await).await, saved);
        assert_eq!(bed.read(async |tx| tx.lockout(&mac(2)).await).await, Lockout::default());
        bed.write(async |tx| tx.clear_lockout(&mac(1)).await).await;
        assert_eq!(bed.read(async |tx| tx.lockout(&mac(1)).await).await, Lockout::default());
    }

    // case: OT-11
    ot_11_parallel_wrong_passwords_are_all_counted, |bed| {
        let rule = LockoutRule { threshold: 10, duration: minutes(1) };
        parallel(24, |i| {
            let bed = bed.clone();
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                let lockout = tx.lock_lockout(&mac(1), NOW).await.unwrap();
                let lockout = lockout.failed([i as u8; 8], rule, NOW);
                tx.save_lockout(&mac(1), &lockout).await.unwrap();
                tx.commit().await.unwrap();
            }
        })
        .await;
        assert_eq!(bed.read(async |tx| tx.lockout(&mac(1)).await).await.failures, 24);
    }
}
