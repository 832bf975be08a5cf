//! The outbox.

use crate::bed::{Bed, NOW, parallel};
use crate::things::job;
use keyward_core::time::{Timestamp, days, hours, minutes, seconds};
use keyward_store::job::{Job, Lane};
use std::collections::BTreeSet;

async fn enqueue(bed: &Bed, job: &Job) {
    bed.write(async |tx| tx.enqueue(job).await).await;
}

async fn lease(bed: &Bed, now: Timestamp, limit: i64) -> Vec<Job> {
    lease_in(bed, Lane::Mail, now, limit).await
}

async fn lease_in(bed: &Bed, lane: Lane, now: Timestamp, limit: i64) -> Vec<Job> {
    let mut tx = bed.db.system().await.unwrap();
    let leased = tx.lease_jobs(lane, now, now + minutes(2), limit).await;
    let jobs = leased.unwrap();
    tx.commit().await.unwrap();
    jobs
}

async fn fail(bed: &Bed, job: &Job, run_at: Option<Timestamp>) {
    let mut tx = bed.db.system().await.unwrap();
    tx.fail_job(job, "421 busy", run_at).await.unwrap();
    tx.commit().await.unwrap();
}

async fn finish(bed: &Bed, job: &Job) {
    let mut tx = bed.db.system().await.unwrap();
    tx.finish_job(job).await.unwrap();
    tx.commit().await.unwrap();
}

async fn counts(bed: &Bed) -> (i64, i64) {
    let mut tx = bed.db.system_read().await.unwrap();
    tx.job_counts().await.unwrap()
}

async fn next(bed: &Bed) -> Option<Timestamp> {
    let mut tx = bed.db.system_read().await.unwrap();
    tx.next_job_at(Lane::Mail).await.unwrap()
}

async fn is_due(bed: &Bed, lane: Lane, now: Timestamp) -> bool {
    let mut tx = bed.db.system_read().await.unwrap();
    tx.is_job_due(lane, now).await.unwrap()
}

on_both! {
    work_is_leased_when_due_and_gone_when_done, |bed| {
        assert_eq!(next(&bed).await, None);
        let (now, later) = (job(bed.tenant, "now"), Job { run_at: NOW + hours(1), ..job(bed.tenant, "later") });
        enqueue(&bed, &later).await;
        enqueue(&bed, &now).await;
        assert_eq!(counts(&bed).await, (2, 0));
        assert_eq!(next(&bed).await, Some(NOW));
        assert_eq!(lease(&bed, NOW - seconds(1), 9).await.len(), 0);
        assert!(!is_due(&bed, Lane::Mail, NOW - seconds(1)).await);
        assert!(is_due(&bed, Lane::Mail, NOW).await && !is_due(&bed, Lane::Sms, NOW).await);
        let leased = lease(&bed, NOW, 9).await;
        assert_eq!(leased.len(), 1);
        assert!(!is_due(&bed, Lane::Mail, NOW).await, "somebody is at it");
        assert!(is_due(&bed, Lane::Mail, NOW + minutes(2)).await, "the lease has run out");
        assert_eq!(format!("{:?}", leased[0]), format!("{:?}", Job { attempts: 1, ..now }));
        assert_eq!(lease(&bed, NOW, 9).await.len(), 0);
        assert_eq!(next(&bed).await, Some(NOW + minutes(2)), "when the lease runs out");
        finish(&bed, &leased[0]).await;
        assert_eq!(counts(&bed).await, (1, 0));
        assert_eq!(next(&bed).await, Some(NOW + hours(1)));
    }

    the_longest_due_goes_first_and_the_limit_holds, |bed| {
        for minute in [3, 1, 2] {
            enqueue(&bed, &Job { run_at: NOW + minutes(minute), ..job(bed.tenant, &minute.to_string()) }).await;
        }
        let about = |jobs: Vec<Job>| jobs.into_iter().map(|j| j.about).collect::<Vec<_>>();
        assert_eq!(about(lease(&bed, NOW + hours(1), 2).await), ["1", "2"]);
        assert_eq!(about(lease(&bed, NOW + hours(1), 2).await), ["3"]);
    }

    // case: INV-1
    inv_1_parallel_workers_never_hold_the_same_job, |bed| {
        for i in 0..60 {
            enqueue(&bed, &job(bed.tenant, &i.to_string())).await;
        }
        let leased = parallel(12, |_| {
            let bed = bed.clone();
            async move {
                let mut mine = Vec::new();
                loop {
                    let jobs = lease(&bed, NOW, 4).await;
                    assert!(jobs.len() <= 4);
                    if jobs.is_empty() {
                        return mine;
                    }
                    mine.extend(jobs.into_iter().map(|j| j.id));
                }
            }
        })
        .await;
        let all: Vec<_> = leased.into_iter().flatten().collect();
        assert_eq!(all.len(), 60);
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 60);
    }

    // case: RL-08
    rl_08_the_work_of_a_dead_worker_is_taken_up, |bed| {
        enqueue(&bed, &job(bed.tenant, "a")).await;
        let first = lease(&bed, NOW, 9).await.remove(0);
        assert_eq!(lease(&bed, NOW + minutes(2) - seconds(1), 9).await.len(), 0);
        let second = lease(&bed, NOW + minutes(2), 9).await.remove(0);
        assert_eq!((second.id, second.attempts), (first.id, 2));
        // The first worker was only slow: what it says now must not end the lease of the second.
        fail(&bed, &first, Some(NOW)).await;
        assert_eq!(lease(&bed, NOW + minutes(3), 9).await.len(), 0);
        fail(&bed, &first, None).await;
        assert_eq!(counts(&bed).await, (1, 0));
        finish(&bed, &second).await;
        assert_eq!(counts(&bed).await, (0, 0));
    }

    // case: RL-07
    rl_07_failed_work_waits_dies_and_is_revived, |bed| {
        enqueue(&bed, &job(bed.tenant, "a***@e***.org")).await;
        let first = lease(&bed, NOW, 9).await.remove(0);
        assert_eq!(bed.read(async |tx| tx.waiting_jobs(9).await).await.len(), 0, "its first try runs");
        fail(&bed, &first, Some(NOW + minutes(1))).await;
        let waiting = bed.read(async |tx| tx.waiting_jobs(9).await).await;
        assert_eq!((waiting[0].attempts, waiting[0].last_error.as_deref()), (1, Some("421 busy")));
        assert_eq!(lease(&bed, NOW, 9).await.len(), 0);
        let second = lease(&bed, NOW + minutes(1), 9).await.remove(0);
        fail(&bed, &second, None).await;
        assert_eq!(counts(&bed).await, (0, 1));
        assert_eq!(lease(&bed, NOW + hours(1), 9).await.len(), 0);
        assert_eq!(bed.read(async |tx| tx.dead_jobs(9).await).await[0].id, first.id);

        let revive = async |at| bed.write(async |tx| tx.revive_job(first.id, at).await).await;
        assert_eq!(revive(NOW + days(1)).await, None, "too old to be of use");
        assert_eq!(revive(NOW + hours(1)).await.as_deref(), Some("a***@e***.org"));
        assert_eq!(revive(NOW + hours(1)).await, None);
        let third = lease(&bed, NOW + hours(1), 9).await.remove(0);
        assert_eq!((third.id, third.attempts), (first.id, 1));
        assert_eq!(bed.write(async |tx| tx.drop_job(first.id).await).await, None, "only what is dead");
        fail(&bed, &third, None).await;
        assert_eq!(bed.write(async |tx| tx.drop_job(first.id).await).await.as_deref(), Some("a***@e***.org"));
        assert_eq!(counts(&bed).await, (0, 0));
    }

    // case: RL-07
    rl_07_text_messages_have_a_lane_of_their_own, |bed| {
        let sms = Job { kind: "sms".into(), run_at: NOW + seconds(5), ..job(bed.tenant, "a text") };
        enqueue(&bed, &sms).await;
        assert_eq!(next(&bed).await, None);
        enqueue(&bed, &job(bed.tenant, "a mail")).await;
        enqueue(&bed, &Job { kind: "nothing".into(), ..job(bed.tenant, "nobody") }).await;
        let mut tx = bed.db.system_read().await.unwrap();
        assert_eq!(tx.next_job_at(Lane::Sms).await.unwrap(), Some(NOW + seconds(5)));
        drop(tx);
        let texts = lease_in(&bed, Lane::Sms, NOW + hours(1), 9).await;
        assert_eq!(texts.iter().map(|j| j.id).collect::<Vec<_>>(), [sms.id]);
        let call = Job { kind: "call".into(), ..job(bed.tenant, "a call") };
        enqueue(&bed, &call).await;
        assert_eq!(lease_in(&bed, Lane::Sms, NOW + hours(1), 9).await.len(), 0);
        assert_eq!(lease_in(&bed, Lane::Mail, NOW + hours(1), 9).await.len(), 2);
        assert!(is_due(&bed, Lane::Voice, NOW).await);
        let calls = lease_in(&bed, Lane::Voice, NOW, 9).await;
        assert_eq!(calls.iter().map(|j| j.id).collect::<Vec<_>>(), [call.id]);
    }

    a_lease_is_given_back_by_its_holder_only, |bed| {
        enqueue(&bed, &job(bed.tenant, "a")).await;
        let first = lease(&bed, NOW, 9).await.remove(0);
        let second = lease(&bed, NOW + minutes(2), 9).await.remove(0);
        let release = async |job: &Job| {
            let mut tx = bed.db.system().await.unwrap();
            tx.release_job(job).await.unwrap();
            tx.commit().await.unwrap();
        };
        release(&first).await;
        assert_eq!(lease(&bed, NOW + minutes(2), 9).await.len(), 0);
        release(&second).await;
        assert_eq!(lease(&bed, NOW + minutes(2), 9).await.len(), 1);
        let mut tx = bed.db.system().await.unwrap();
        assert_eq!(tx.release_jobs().await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(lease(&bed, NOW + minutes(2), 9).await.len(), 1);
    }
}
