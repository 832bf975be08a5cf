//! Operations: taken by one session of one agent, settled once, and nothing sealed stays.

use crate::agent::add_agent;
use crate::bed::{Bed, NOW, parallel, uuid};
use crate::things::{directory, operation};
use keyward_core::ids::{AgentId, OperationId, SessionId};
use keyward_core::time::{Timestamp, minutes, seconds};
use keyward_store::operation::{Operation, State};
use keyward_store::signal::Signal;
use uuid::Uuid;

/// Two agents beside one directory.
async fn pair(bed: &Bed) -> [AgentId; 2] {
    let agents = [add_agent(bed, 1).await.id, add_agent(bed, 2).await.id];
    let corp = directory(1, agents[0]);
    bed.write(async |tx| tx.insert_directory(&corp).await).await;
    agents
}

async fn ask(bed: &Bed, agents: &[AgentId], anchor: Option<Uuid>, at: Timestamp) -> OperationId {
    let asked = operation(directory(1, agents[0]).id, anchor, at);
    let offers: Vec<_> = agents
        .iter()
        .map(|a| (*a, a.0.as_bytes().to_vec()))
        .collect();
    bed.write(async |tx| tx.insert_operation(&asked, &offers).await)
        .await;
    asked.id
}

/// A session of an agent.
const SESSION: SessionId = SessionId(Uuid::from_u128(0x5e));

async fn take(bed: &Bed, agent: AgentId, at: Timestamp) -> Vec<OperationId> {
    let taken = bed
        .write(async |tx| tx.take_operations(agent, SESSION, 10, at).await)
        .await;
    for one in &taken {
        assert_eq!(
            one.sealed,
            agent.0.as_bytes(),
            "what was sealed to this one"
        );
        assert_eq!(
            (one.operation.state, one.operation.agent),
            (State::Sent, Some(agent))
        );
    }
    taken.into_iter().map(|t| t.operation.id).collect()
}

async fn get(bed: &Bed, id: OperationId) -> Operation {
    bed.read(async |tx| tx.operation(id).await).await.unwrap()
}

async fn offers(bed: &Bed) -> usize {
    let mut text = Vec::new();
    bed.db.backup(&mut text).await.unwrap();
    let text = String::from_utf8(text).unwrap();
    text.matches("\"operation_offers\"").count()
}

on_both! {
    // case: AG-20, INV-1
    ag_20_an_operation_goes_to_one_agent_once, |bed| {
        let agents = pair(&bed).await;
        let mut asked = Vec::new();
        for i in 0..40 {
            // Half of them writes at the same ten accounts.
            let anchor = Uuid::from_u128(if i % 2 == 0 { i % 20 } else { 1000 + i });
            asked.push(ask(&bed, &agents, Some(anchor), NOW).await);
        }
        let second = bed.second_node().await;
        let taken = parallel(8, |i| {
            let bed = if i % 2 == 0 { bed.clone() } else { second.clone() };
            async move {
                let mut mine = Vec::new();
                for _ in 0..12 {
                    let mut tx = bed.db.write(bed.tenant).await.unwrap();
                    match tx.take_operations(agents[i % 2], SESSION, 3, NOW).await {
                        Ok(taken) => {
                            mine.extend(taken.into_iter().map(|t| t.operation.id));
                            tx.commit().await.unwrap();
                        }
                        Err(error) => assert!(error.is_conflict() || error.is_busy(), "{error}"),
                    }
                }
                mine
            }
        })
        .await;
        let mut taken: Vec<_> = taken.into_iter().flatten().collect();
        let all = taken.len();
        taken.sort_unstable();
        taken.dedup();
        assert_eq!(taken.len(), all, "none was taken twice");
        // Of those at the same account, one.
        assert_eq!(all, 30);
        let left = 2 * (asked.len() - all) + all;
        assert_eq!(offers(&bed).await, left, "what was taken is sealed to who took it, and to nobody else");
    }

    // case: AG-21, WB-07
    ag_21_writes_at_one_account_follow_each_other, |bed| {
        let [one, two] = pair(&bed).await;
        let anchor = Some(Uuid::from_u128(7));
        let first = ask(&bed, &[one, two], anchor, NOW).await;
        let second = ask(&bed, &[one, two], anchor, NOW + seconds(1)).await;
        let elsewhere = ask(&bed, &[one, two], Some(Uuid::from_u128(8)), NOW + seconds(2)).await;
        let at = NOW + seconds(3);
        assert_eq!(take(&bed, one, at).await, [first, elsewhere]);
        assert!(!bed.read(async |tx| tx.has_work(two, at).await).await);
        assert_eq!(take(&bed, two, at).await, []);
        // Only who took it says what became of it, and once.
        let settle = async |who| bed.write(async |tx| tx.settle_operation(first, who, "{}", 5, at).await).await;
        assert_eq!(settle(two).await, None);
        assert_eq!(settle(one).await.unwrap().state, State::Settled);
        assert_eq!(settle(one).await, None);
        let offered = bed.read(async |tx| tx.agents_offered(directory(1, one).id, Uuid::from_u128(7)).await).await;
        assert_eq!(offered.len(), 2, "who has waited for it");
        assert!(bed.read(async |tx| tx.has_work(two, at).await).await);
        assert_eq!(take(&bed, two, at).await, [second]);
        for (who, id) in [(one, elsewhere), (two, second)] {
            bed.write(async |tx| tx.settle_operation(id, who, "{}", 5, at).await).await.unwrap();
        }
        assert_eq!(offers(&bed).await, 0);
    }

    // case: AG-11, AG-20
    ag_20_what_was_handed_out_is_given_again_in_its_own_session_only, |bed| {
        let [one, two] = pair(&bed).await;
        let id = ask(&bed, &[one, two], Some(Uuid::from_u128(7)), NOW).await;
        let end = get(&bed, id).await.expires_at;
        let given = async |session, at| bed.read(async |tx| tx.given(session, at).await).await;
        let again = async |session, at| {
            let taken = bed.read(async |tx| tx.give_again(id, session, at).await).await;
            taken.map(|t| (t.operation.id, t.sealed))
        };
        assert_eq!(again(SESSION, NOW).await, None, "nobody has taken it");
        assert_eq!(take(&bed, one, NOW).await, [id]);
        let copy = SessionId(uuid());
        let last = Timestamp(end.0 - 1);
        assert_eq!(given(SESSION, last).await, [id]);
        assert_eq!(again(SESSION, last).await, Some((id, one.0.as_bytes().to_vec())));
        assert_eq!((given(copy, last).await, again(copy, last).await), (vec![], None));
        assert_eq!((given(SESSION, end).await, again(SESSION, end).await), (vec![], None));
        let left = async |at| bed.read(async |tx| tx.has_expired_offers(at).await).await;
        assert!(!left(last).await && left(end).await);
        let erase = async |at| bed.write(async |tx| tx.erase_expired_offers(at).await).await;
        assert_eq!((erase(last).await, erase(end).await, offers(&bed).await), (0, 1, 0));
        assert!(!left(end).await);
        // What was told of, or whose agent was shut out, is given to nobody.
        let told = ask(&bed, &[one], None, NOW).await;
        assert_eq!(take(&bed, one, NOW).await, [told]);
        bed.write(async |tx| tx.settle_operation(told, one, "{}", 5, NOW).await).await.unwrap();
        assert_eq!((given(SESSION, NOW).await, offers(&bed).await), (vec![id], 0));
        let lost = ask(&bed, &[two], None, NOW).await;
        assert_eq!(take(&bed, two, NOW).await, [lost]);
        bed.write(async |tx| tx.revoke_agent(two, "ada", NOW).await).await;
        let none = bed.read(async |tx| tx.give_again(lost, SESSION, NOW).await).await;
        assert!(none.is_none());
    }

    what_only_looks_waits_for_nobody, |bed| {
        let [one, two] = pair(&bed).await;
        let anchor = Some(Uuid::from_u128(7));
        ask(&bed, &[one], anchor, NOW).await;
        let look = Operation { writes: false, ..operation(directory(1, one).id, anchor, NOW + seconds(1)) };
        bed.write(async |tx| tx.insert_operation(&look, &[(two, two.0.as_bytes().to_vec())]).await).await;
        let at = NOW + seconds(2);
        assert_eq!(take(&bed, one, at).await.len(), 1);
        assert_eq!(take(&bed, two, at).await, [look.id]);
    }

    // case: WB-09, WB-12
    wb_09_what_nobody_took_in_time_is_over_and_erased, |bed| {
        let [one, two] = pair(&bed).await;
        let anchor = Some(Uuid::from_u128(7));
        let old = ask(&bed, &[one, two], anchor, NOW).await;
        let new = ask(&bed, &[one, two], anchor, NOW + seconds(30)).await;
        let end = get(&bed, old).await.expires_at;
        let expire = async |id, at| bed.write(async |tx| tx.expire_operation(id, "{}", at).await).await;
        assert_eq!(expire(old, Timestamp(end.0 - 1)).await, None);
        assert_eq!(take(&bed, one, end).await, [new], "it isn't handed out, and holds nobody up");
        let long_ago = NOW - minutes(10);
        assert_eq!(bed.read(async |tx| tx.overdue_operations(long_ago, end).await).await, [old]);
        assert_eq!(offers(&bed).await, 3);
        let ended = parallel(8, |_| {
            let bed = bed.clone();
            async move { bed.write(async |tx| tx.expire_operation(old, "{}", end).await).await.is_some() }
        })
        .await;
        assert_eq!(ended.into_iter().filter(|e| *e).count(), 1);
        assert_eq!(offers(&bed).await, 1, "of the one that was taken");
        assert_eq!(get(&bed, old).await.outcome.as_deref(), Some("{}"));
        assert_eq!(bed.write(async |tx| tx.settle_operation(old, one, "{}", 0, end).await).await, None);
        assert!(bed.read(async |tx| tx.overdue_operations(long_ago, end).await).await.is_empty());
    }

    // case: WB-01
    wb_01_a_lost_operation_can_still_be_told_of, |bed| {
        let [one, _] = pair(&bed).await;
        let id = ask(&bed, &[one], Some(uuid()), NOW).await;
        assert_eq!(take(&bed, one, NOW).await, [id]);
        let later = NOW + minutes(10);
        assert_eq!(bed.read(async |tx| tx.overdue_operations(NOW, later).await).await, [id]);
        let lose = async |before| bed.write(async |tx| tx.lose_operation(id, "lost", before, later).await).await;
        assert_eq!(lose(Timestamp(NOW.0 - 1)).await, None);
        assert_eq!(offers(&bed).await, 1);
        assert_eq!(lose(NOW).await.unwrap().state, State::Lost);
        assert_eq!(offers(&bed).await, 0);
        assert_eq!(lose(NOW).await, None);
        let told = bed.write(async |tx| tx.settle_operation(id, one, "done", 7, later).await).await;
        assert_eq!(told.unwrap().outcome.as_deref(), Some("done"));
        assert_eq!(lose(later).await, None);
    }

    // case: AG-12
    an_agent_that_was_shut_out_takes_nothing, |bed| {
        let [one, two] = pair(&bed).await;
        let id = ask(&bed, &[one, two], None, NOW).await;
        bed.write(async |tx| tx.revoke_agent(one, "ada", NOW).await).await;
        assert!(!bed.read(async |tx| tx.has_work(one, NOW).await).await);
        assert_eq!(take(&bed, one, NOW).await, []);
        assert_eq!(take(&bed, two, NOW).await, [id], "the other one does it");
    }

    who_waits_hears_what_was_committed, |bed| {
        let (agent, node) = (AgentId(uuid()), bed.second_node().await);
        let mut here = bed.db.signals();
        let mut listener = node.db.listener().await.unwrap();
        let mut tx = bed.db.write(bed.tenant).await.unwrap();
        tx.signal(Signal::Agent(agent)).await.unwrap();
        drop(tx);
        let operation = OperationId(uuid());
        bed.write(async |tx| tx.signal(Signal::Operation(operation)).await).await;
        assert_eq!(here.recv().await.unwrap(), Signal::Operation(operation), "what was rolled back is not told");
        if let Some(listener) = &mut listener {
            assert_eq!(listener.next().await.unwrap(), Signal::Operation(operation));
        }
        assert_eq!(listener.is_some(), bed.db.engine() == keyward_store::Engine::Postgres);
    }
}
