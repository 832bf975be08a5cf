//! The audit log.

use crate::bed::{Bed, NOW, uuid};
use crate::things::event;
use keyward_core::audit::{Activity, Actor, Change, Event, Outcome, Target};
use keyward_core::ids::{EventId, UserId};
use keyward_core::text::fold;
use keyward_core::time::seconds;
use keyward_store::audit::{EventFilter, StoredEvent};
use uuid::Uuid;

async fn record(bed: &Bed, e: &Event) -> EventId {
    let id = EventId(uuid());
    bed.write(async |tx| tx.record(id, e).await).await;
    id
}

async fn walk(bed: &Bed, filter: &EventFilter, limit: i64) -> Vec<StoredEvent> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = bed
            .read(async |tx| tx.events(filter, before, limit).await)
            .await;
        let Some(last) = page.last() else {
            return all;
        };
        before = Some((last.event.at, last.id));
        all.extend(page);
        assert!(all.len() < 1000, "pages that never end");
    }
}

fn ids(events: &[StoredEvent]) -> Vec<EventId> {
    events.iter().map(|e| e.id).collect()
}

on_both! {
    // case: L-02
    l_02_events_come_back_as_recorded, |bed| {
        let who = uuid();
        let target = |kind| Some(Target { kind, id: Some(uuid()), name: "Größe".into() });
        let mut events = Vec::new();
        for (i, activity) in Activity::ALL.iter().enumerate() {
            let mut e = event(NOW + seconds(i as u64), *activity);
            e.actor = match i % 4 {
                0 => Actor::User { id: who, name: "ada@contoso.example".into() },
                1 => Actor::Stranger,
                2 => Actor::LocalCommand,
                _ => Actor::System,
            };
            e.target = ["user", "group", "role", "policy", "job", "tenant"].get(i % 7).copied().and_then(target);
            if i % 2 == 0 {
                e.outcome = Outcome::Failure("too-few-methods".into());
                e.detail = Some("step 2".into());
                e.changes = vec![Change { property: "name".into(), old: None, new: Some("é".into()) }];
                e.ip = Some("2001:db8::1".into());
                e.user_agent = Some("Browser".into());
                e.request_id = Some("r-1".into());
            }
            record(&bed, &e).await;
            events.push(e);
        }
        events.reverse();
        let found = walk(&bed, &EventFilter::default(), 7).await;
        let found: Vec<_> = found.into_iter().map(|s| s.event).collect();
        assert_eq!(found, events);
    }

    pages_are_whole_among_events_of_one_instant, |bed| {
        let mut wanted = Vec::new();
        for i in 0..9 {
            let at = NOW + seconds(i / 4);
            wanted.push((at, record(&bed, &event(at, Activity::SignedIn)).await));
        }
        wanted.sort();
        wanted.reverse();
        let wanted: Vec<_> = wanted.into_iter().map(|(_, id)| id).collect();
        for limit in [1, 2, 3, 50] {
            assert_eq!(ids(&walk(&bed, &EventFilter::default(), limit).await), wanted);
        }
    }

    filters_narrow_and_combine, |bed| {
        let (ada, ben) = (uuid(), uuid());
        let mut all = Vec::new();
        for i in 0..48_u64 {
            let activity = [Activity::SignedIn, Activity::PasswordReset, Activity::UserAdded][i as usize % 3];
            let mut e = event(NOW + seconds(i), activity);
            if i % 2 == 0 {
                e.outcome = Outcome::Failure("no".into());
            }
            if i % 4 == 0 {
                e.actor = Actor::User { id: ada, name: "ada".into() };
            }
            if i % 8 < 2 {
                e.target = Some(Target { kind: "user", id: Some(if i % 16 < 8 { ada } else { ben }), name: "x".into() });
            }
            all.push((record(&bed, &e).await, e));
        }
        all.reverse();
        let about = |e: &Event, who: Uuid| {
            let actor = matches!(e.actor, Actor::User { id, .. } if id == who);
            actor || e.target.as_ref().is_some_and(|t| t.id == Some(who))
        };
        for activity in [None, Some(Activity::PasswordReset), Some(Activity::SignedOut)] {
            for success in [None, Some(true), Some(false)] {
                for who in [None, Some(ada), Some(ben), Some(uuid())] {
                    for (from, until) in [(None, None), (Some(NOW + seconds(5)), Some(NOW + seconds(40)))] {
                        let filter = EventFilter { from, until, activity, success, about: who, text: None };
                        let wanted: Vec<_> = all.iter().filter(|(_, e)| {
                            activity.is_none_or(|a| a == e.activity)
                                && success.is_none_or(|s| s == (e.outcome == Outcome::Success))
                                && who.is_none_or(|w| about(e, w))
                                && from.is_none_or(|f| e.at >= f)
                                && until.is_none_or(|u| e.at < u)
                        }).map(|(id, _)| *id).collect();
                        assert_eq!(ids(&walk(&bed, &filter, 5).await), wanted, "{filter:?}");
                    }
                }
            }
        }
    }

    // case: IN-01
    in_01_text_is_found_anywhere_and_wildcards_are_letters, |bed| {
        for (detail, ip) in [("100% of it", "192.0.2.1"), ("1000 of it", "192.0.2.2"), ("a_b", "::1"), ("axb!", "::2"), ("GRÖSSE", "::3")] {
            let mut e = event(NOW, Activity::UserUpdated);
            e.detail = Some(detail.into());
            e.ip = Some(ip.into());
            record(&bed, &e).await;
        }
        let find = async |text: &str| -> Vec<String> {
            let filter = EventFilter { text: Some(fold(text)), ..EventFilter::default() };
            let mut found: Vec<_> = walk(&bed, &filter, 9).await.into_iter().filter_map(|e| e.event.detail).collect();
            found.sort();
            found
        };
        assert_eq!(find("100%").await, ["100% of it"]);
        assert_eq!(find("a_b").await, ["a_b"]);
        assert_eq!(find("b!").await, ["axb!"]);
        assert_eq!(find("größe").await, Vec::<String>::new());
        assert_eq!(find("grösse").await, ["GRÖSSE"]);
        assert_eq!(find("192.0.2.2").await, ["1000 of it"]);
        assert_eq!(find("Update user").await.len(), 5);
        assert_eq!(find("").await.len(), 5);
        assert_eq!(find("' OR 1=1 --").await, Vec::<String>::new());
    }

    counts_tell_successes_from_failures, |bed| {
        for i in 0..5 {
            let mut e = event(NOW + seconds(i), Activity::PasswordReset);
            if i % 2 == 0 {
                e.outcome = Outcome::Failure("x".into());
            }
            record(&bed, &e).await;
        }
        record(&bed, &event(NOW, Activity::SignedIn)).await;
        let count = async |since| bed.read(async |tx| tx.count_events(Activity::PasswordReset, since).await).await;
        assert_eq!(count(NOW).await, (2, 3));
        assert_eq!(count(NOW + seconds(1)).await, (2, 2));
        assert_eq!(count(NOW + seconds(5)).await, (0, 0));
    }

    what_happened_to_somebody_is_not_what_they_did, |bed| {
        let (ada, bob) = (uuid(), uuid());
        let about = |who: Uuid| Some(Target { kind: "user", id: Some(who), name: "x".into() });
        let mut expected = Vec::new();
        for i in 0..6 {
            let activity = if i % 2 == 0 { Activity::PasswordReset } else { Activity::UserUpdated };
            for (actor, target) in [(ada, bob), (bob, ada)] {
                let mut e = event(NOW + seconds(i), activity);
                e.actor = Actor::User { id: actor, name: "x".into() };
                e.target = about(target);
                let id = record(&bed, &e).await;
                if target == ada && i % 2 == 0 {
                    expected.insert(0, id);
                }
            }
        }
        let told = [Activity::PasswordReset, Activity::SignedIn];
        let of = async |limit| bed.read(async |tx| tx.events_of(UserId(ada), &told, limit).await).await;
        assert_eq!(ids(&of(10).await), expected);
        assert_eq!(ids(&of(2).await), expected[..2]);
        assert!(bed.read(async |tx| tx.events_of(UserId(ada), &[], 10).await).await.is_empty());
    }
}
