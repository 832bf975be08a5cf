//! Facts about the installation, puzzles, and sweeping up.

use crate::bed::{Bed, NOW, mac, parallel};
use crate::things::{code, job, reset, session};
use keyward_core::challenge::{Challenge, Purpose};
use keyward_core::throttle::Counter;
use keyward_core::time::{Timestamp, days, hours};
use keyward_store::install::fact;
use keyward_store::session::Session;
use keyward_store::{Db, Engine};

async fn sweep(db: &Db, at: Timestamp) {
    let mut tx = db.system().await.unwrap();
    tx.sweep(at).await.unwrap();
    tx.commit().await.unwrap();
}

/// One of everything that is swept, all of it dead or untouched since [`NOW`].
async fn litter(bed: &Bed) -> (Challenge, Session) {
    let ada = bed.add_user("ada").await;
    let mut reset = reset(bed.tenant, Some(ada.id));
    reset.expires_at = NOW;
    let mut code = code(reset.id.0, Purpose::Reset, NOW);
    code.expires_at = NOW;
    let mut session = session(bed.tenant, ada.id, NOW);
    session.created_at = NOW - days(90);
    let mut job = job(bed.tenant, "a");
    job.expires_at = NOW;
    bed.write(async |tx| {
        tx.insert_reset(&reset, &mac(1), "Ada").await?;
        tx.insert_challenge(&code).await?;
        tx.insert_link(&mac(1), "p", ada.id, NOW, NOW).await?;
        tx.insert_session(&session, &mac(1)).await?;
        tx.lock_counter(&mac(1), NOW).await?;
        let hit = Counter {
            hits: vec![NOW],
            blocked_until: None,
        };
        tx.save_counter(&mac(1), &hit).await?;
        tx.lock_lockout(&mac(1), NOW).await?;
        tx.enqueue(&job).await
    })
    .await;
    let mut tx = bed.db.system().await.unwrap();
    let leased = tx
        .lease_jobs(keyward_store::job::Lane::Mail, NOW, NOW, 1)
        .await
        .unwrap();
    tx.fail_job(&leased[0], "no", None).await.unwrap();
    tx.commit().await.unwrap();
    (code, session)
}

on_both! {
    a_database_server_tells_its_time, |bed| {
        let time = bed.db.system_read().await.unwrap().engine_time().await.unwrap();
        match bed.db.engine() {
            Engine::Sqlite => assert_eq!(time, None),
            // 2023: microseconds, and not some other unit.
            Engine::Postgres => assert!(time.unwrap().0 > 1_700_000_000_000_000),
        }
    }

    facts_are_set_claimed_and_taken, |bed| {
        assert_eq!(bed.db.fact(fact::KEY_CANARY).await.unwrap(), None);
        let mut tx = bed.db.system().await.unwrap();
        tx.set_fact(fact::KEY_CANARY, &[0, 255]).await.unwrap();
        tx.set_fact(fact::KEY_CANARY, b"newer").await.unwrap();
        assert!(tx.claim_fact(fact::SET_UP, b"1").await.unwrap());
        assert!(!tx.claim_fact(fact::SET_UP, b"2").await.unwrap());
        assert!(!tx.take_fact(fact::SET_UP, b"2").await.unwrap());
        assert_eq!(tx.fact(fact::SET_UP).await.unwrap().as_deref(), Some(&b"1"[..]));
        assert!(tx.take_fact(fact::SET_UP, b"1").await.unwrap());
        assert!(!tx.take_fact(fact::SET_UP, b"1").await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(bed.db.fact(fact::KEY_CANARY).await.unwrap().as_deref(), Some(&b"newer"[..]));
    }

    // case: TR-02
    tr_02_a_puzzle_a_claim_and_a_fact_count_once, |bed| {
        let mut tx = bed.db.system().await.unwrap();
        tx.set_fact(fact::SETUP_LINK, b"mac").await.unwrap();
        tx.commit().await.unwrap();
        let won = parallel(24, |i| {
            let bed = bed.clone();
            async move {
                let mut tx = bed.db.system().await.unwrap();
                let won = match i % 3 {
                    0 => tx.spend_puzzle(&mac(1), NOW).await,
                    1 => tx.claim_fact(fact::SET_UP, &[i as u8]).await,
                    _ => tx.take_fact(fact::SETUP_LINK, b"mac").await,
                };
                tx.commit().await.unwrap();
                (i % 3, won.unwrap())
            }
        })
        .await;
        for kind in 0..3 {
            assert_eq!(won.iter().filter(|w| **w == (kind, true)).count(), 1);
        }
    }

    a_sweep_takes_what_is_of_no_use_any_more, |bed| {
        let (code, session) = litter(&bed).await;
        let left = async || {
            let (codes, sessions, reset, counter) = bed.read(async |tx| Ok((
                usize::from(tx.newest_challenge(code.owner, code.purpose).await?.is_some()),
                tx.sessions_of(session.user).await?.len(),
                usize::from(tx.reset_by_token(&mac(1)).await?.is_some()),
                tx.counter(&mac(1)).await?.hits.len(),
            ))).await;
            let jobs = bed.db.system_read().await.unwrap().job_counts().await.unwrap().1;
            (codes, sessions, reset, counter, jobs)
        };
        sweep(&bed.db, NOW + hours(24)).await;
        assert_eq!(left().await, (1, 1, 1, 1, 1));
        sweep(&bed.db, NOW + hours(25)).await;
        assert_eq!(left().await, (0, 1, 0, 1, 1));
        sweep(&bed.db, NOW + hours(168)).await;
        assert_eq!(left().await, (0, 1, 0, 1, 1));
        sweep(&bed.db, NOW + hours(169)).await;
        assert_eq!(left().await, (0, 1, 0, 0, 1));
        sweep(&bed.db, NOW + days(31)).await;
        assert_eq!(left().await, (0, 0, 0, 0, 0));
    }

    a_block_is_not_swept_away, |bed| {
        let until = NOW + days(9);
        let counter = Counter { hits: Vec::new(), blocked_until: Some(until) };
        bed.write(async |tx| {
            tx.lock_counter(&mac(1), NOW).await?;
            tx.save_counter(&mac(1), &counter).await
        })
        .await;
        sweep(&bed.db, until).await;
        assert_eq!(bed.read(async |tx| tx.counter(&mac(1)).await).await.blocked_until, Some(until));
        sweep(&bed.db, until + hours(1)).await;
        assert_eq!(bed.read(async |tx| tx.counter(&mac(1)).await).await.blocked_until, None);
    }

    a_spent_puzzle_is_forgotten_when_it_would_have_expired, |bed| {
        let spend = async || {
            let mut tx = bed.db.system().await.unwrap();
            let won = tx.spend_puzzle(&mac(1), NOW).await.unwrap();
            tx.commit().await.unwrap();
            won
        };
        assert!(spend().await);
        sweep(&bed.db, NOW).await;
        assert!(!spend().await);
        sweep(&bed.db, Timestamp(NOW.0 + 1)).await;
        assert!(spend().await);
    }
}
