//! Agents: let in, in session, shut out.

use crate::bed::{Bed, NOW, mac, parallel, uuid};
use crate::things::{agent, enrolment};
use keyward_core::ids::{AgentId, SessionId};
use keyward_core::time::{Timestamp, hours, minutes};
use keyward_store::agent::Agent;
use keyward_store::agent_session::AgentSession;
use keyward_store::enrolment::State;

/// An agent that is in the database.
pub(crate) async fn add_agent(bed: &Bed, n: u8) -> Agent {
    let agent = agent(bed.tenant, n);
    bed.write(async |tx| tx.insert_agent(&agent).await).await;
    agent
}

fn session(bed: &Bed, agent: AgentId, at: Timestamp) -> AgentSession {
    AgentSession {
        id: SessionId(uuid()),
        tenant: bed.tenant,
        agent,
        ip: None,
        created_at: at,
        expires_at: at + hours(1),
        replaced_at: None,
    }
}

on_both! {
    // case: AG-10
    ag_10_an_enrolment_is_decided_once_by_one_organisation, |bed| {
        let asked = enrolment(1);
        let mut tx = bed.db.system().await.unwrap();
        tx.insert_enrolment(&asked, &mac(1), &mac(2)).await.unwrap();
        tx.commit().await.unwrap();
        let other = bed.other_tenant().await;
        let decided = parallel(16, |i| {
            let (bed, other) = (bed.clone(), other.clone());
            async move {
                let mut tx = bed.db.system().await.unwrap();
                let tenant = if i % 2 == 0 { bed.tenant } else { other.tenant };
                let who = (i % 3 > 0).then(|| AgentId(uuid()));
                let done = tx.decide_enrolment(&mac(2), tenant, who, NOW).await.unwrap();
                tx.commit().await.unwrap();
                done.map(|e| (e.state, tenant, who))
            }
        })
        .await;
        let decided: Vec<_> = decided.into_iter().flatten().collect();
        let [(state, tenant, who)] = decided[..] else { panic!("{decided:?}") };
        assert_eq!(state, who.map_or(State::Refused, |agent| State::Approved(tenant, agent)));
        let mut tx = bed.db.system_read().await.unwrap();
        let kept = tx.enrolment(asked.id, &mac(1)).await.unwrap().unwrap();
        assert_eq!(kept.state, state);
        assert_eq!(tx.enrolment(asked.id, &mac(3)).await.unwrap(), None, "another secret");
        assert_eq!(tx.enrolment_by_code(&mac(2), NOW).await.unwrap(), None, "it waits no more");
    }

    an_enrolment_waits_until_its_time_is_over, |bed| {
        let asked = enrolment(1);
        let mut tx = bed.db.system().await.unwrap();
        tx.insert_enrolment(&asked, &mac(1), &mac(2)).await.unwrap();
        assert!(tx.agent_key_is_known(&asked.signing_key).await.is_ok_and(|known| !known));
        let here = asked.ip.as_deref();
        let end = asked.expires_at;
        assert_eq!(tx.count_enrolments(here, NOW).await.unwrap(), (1, 1));
        assert_eq!(tx.count_enrolments(Some("192.0.2.99"), NOW).await.unwrap(), (0, 1));
        assert_eq!(tx.count_enrolments(here, end).await.unwrap(), (0, 0));
        assert_eq!(tx.enrolment_by_code(&mac(2), NOW).await.unwrap(), Some(asked.clone()));
        assert_eq!(tx.enrolment_by_code(&mac(2), end).await.unwrap(), None);
        assert_eq!(tx.decide_enrolment(&mac(2), bed.tenant, None, end).await.unwrap(), None);
        tx.commit().await.unwrap();
        let mut tx = bed.db.system().await.unwrap();
        let twice = tx.insert_enrolment(&enrolment(2), &mac(3), &mac(2)).await;
        assert!(twice.unwrap_err().is_conflict(), "the same code");
    }

    // case: AG-12
    ag_12_a_key_is_let_in_once_and_stays_out_when_it_was_shut_out, |bed| {
        let one = add_agent(&bed, 1).await;
        bed.write(async |tx| tx.revoke_agent(one.id, "ada", NOW).await).await;
        let again = Agent { id: AgentId(uuid()), ..one.clone() };
        let error = bed.refused(async |tx| tx.insert_agent(&again).await).await;
        assert!(error.is_conflict());
        let other = bed.other_tenant().await;
        let error = other.refused(async |tx| tx.insert_agent(&again).await).await;
        assert!(error.is_conflict(), "not elsewhere either");
        let mut tx = bed.db.system_read().await.unwrap();
        assert!(tx.agent_key_is_known(&one.signing_key).await.unwrap());
        let rolled = bed.write(async |tx| tx.roll_agent_key(&one, &[9; 32], "print", NOW).await).await;
        assert!(!rolled, "nor does it get another key");
    }

    // case: TR-02
    a_challenge_opens_one_session, |bed| {
        let (one, two) = (add_agent(&bed, 1).await.id, add_agent(&bed, 2).await.id);
        let end = NOW + minutes(1);
        bed.write(async |tx| tx.insert_agent_challenge(&mac(1), one, end).await).await;
        let spend = async |who, at| bed.write(async |tx| tx.spend_agent_challenge(&mac(1), who, at).await).await;
        assert!(!spend(two, NOW).await, "somebody else's");
        assert!(!spend(one, end).await, "too late");
        let spent = parallel(16, |_| {
            let bed = bed.clone();
            async move { bed.write(async |tx| tx.spend_agent_challenge(&mac(1), one, NOW).await).await }
        })
        .await;
        assert_eq!(spent.into_iter().filter(|s| *s).count(), 1);
    }

    a_session_is_replaced_by_the_next, |bed| {
        let (one, two) = (add_agent(&bed, 1).await.id, add_agent(&bed, 2).await.id);
        let later = NOW + minutes(5);
        for (n, who, at) in [(1, one, NOW), (2, two, NOW), (3, one, later)] {
            let session = session(&bed, who, at);
            assert!(bed.write(async |tx| tx.insert_agent_session(&session, &mac(n)).await).await);
        }
        let find = async |n| bed.db.system_read().await.unwrap().agent_session(&mac(n)).await.unwrap();
        let replaced = async |n| find(n).await.unwrap().replaced_at;
        assert_eq!((replaced(1).await, replaced(2).await, replaced(3).await), (Some(later), None, None));
        assert_eq!(find(9).await, None);
        assert_eq!(find(3).await.unwrap().agent, one);
    }

    revoking_takes_everything_at_once, |bed| {
        let one = add_agent(&bed, 1).await;
        bed.write(async |tx| {
            tx.insert_agent_challenge(&mac(1), one.id, NOW + minutes(1)).await?;
            tx.insert_agent_session(&session(&bed, one.id, NOW), &mac(2)).await
        })
        .await;
        let done = parallel(8, |_| {
            let bed = bed.clone();
            async move { bed.write(async |tx| tx.revoke_agent(one.id, "ada", NOW).await).await }
        })
        .await;
        assert_eq!(done.into_iter().filter(|d| *d).count(), 1);
        assert_eq!(bed.db.system_read().await.unwrap().agent_session(&mac(2)).await.unwrap(), None);
        assert!(!bed.write(async |tx| tx.spend_agent_challenge(&mac(1), one.id, NOW).await).await);
        let late = session(&bed, one.id, NOW);
        assert!(!bed.write(async |tx| tx.insert_agent_session(&late, &mac(3)).await).await);
        bed.write(async |tx| tx.agent_seen(one.id, None, Some("{}"), NOW).await).await;
        let kept = bed.read(async |tx| tx.agent(one.id).await).await.unwrap();
        assert_eq!(kept.revoked, Some(("ada".into(), NOW)));
        assert_eq!((kept.seen_at, kept.health.clone(), kept.is_active()), (Some(NOW), None, false));
        assert_eq!(bed.db.system_read().await.unwrap().agent(one.id).await.unwrap(), Some(kept));
    }

    what_is_noted_of_an_agent, |bed| {
        let (one, two) = (add_agent(&bed, 1).await, add_agent(&bed, 2).await);
        let later = NOW + minutes(5);
        bed.write(async |tx| {
            tx.agent_seen(one.id, Some("192.0.2.1"), Some("{}"), NOW).await?;
            tx.agent_seen(one.id, Some("192.0.2.2"), None, later).await?;
            tx.agent_version(one.id, "2.0").await?;
            assert!(tx.roll_agent_key(&one, &[9; 32], "print", later).await?);
            assert!(!tx.roll_agent_key(&one, &[8; 32], "print", later).await?, "that key is gone");
            assert!(tx.agent_doubled(one.id, NOW, NOW).await?);
            assert!(!tx.agent_doubled(one.id, NOW, later).await?, "it was told");
            assert!(tx.agent_doubled(one.id, later, later).await?);
            tx.revoke_agent(two.id, "ada", later).await
        })
        .await;
        let now = Agent {
            version: "2.0".into(),
            sealing_key: vec![9; 32],
            sealing_key_at: later,
            fingerprint: "print".into(),
            seen_at: Some(later),
            ip: Some("192.0.2.2".into()),
            health: Some("{}".into()),
            doubled_at: Some(later),
            ..one
        };
        let all = bed.read(async |tx| tx.agents().await).await;
        assert_eq!(all[0], now);
        assert_eq!((all.len(), all[1].id), (2, two.id), "who was shut out comes last");
    }
}
