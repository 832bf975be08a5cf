//! Nothing of one tenant is seen or touched by another (INV-7).

use crate::bed::{Bed, NOW, mac, upn, uuid};
use crate::furniture::furnish;
use crate::things::{beside, directory};
use crate::writeback::writeback;
use keyward_core::audit::Activity;
use keyward_core::challenge::{Answer, Presented, Proof, Purpose};
use keyward_core::ids::UserId;
use keyward_core::licence::{DisabledPlans, Sku};
use keyward_core::method::MethodKind::{self, Email};
use keyward_core::policy::{Effective, Gates, Policy, Scope};
use keyward_core::reset::{Goal, State};
use keyward_core::role::Role::GlobalAdministrator;
use keyward_core::signin::Lockout;
use keyward_core::throttle::Counter;
use keyward_core::time::{days, hours};
use keyward_core::user::Profile;
use keyward_core::writeback::Ending;
use keyward_store::audit::EventFilter;
use keyward_store::directory::Need;
use keyward_store::group::Member;
use keyward_store::meter::Whose;
use keyward_store::report::{Facts, Home, Question};
use keyward_store::session::Session;
use keyward_store::user::UserFilter;

/// Everything in the database but what `own` has.
async fn rest(bed: &Bed, own: &Bed) -> Vec<String> {
    let mut text = Vec::new();
    bed.db.backup(&mut text).await.unwrap();
    let text = String::from_utf8(text).unwrap();
    let own = own.tenant.to_string();
    text.lines()
        .filter(|l| !l.contains(&own) && !l.contains("\"end\""))
        .map(str::to_owned)
        .collect()
}

on_both! {
    // case: ID-01, TR-14, INV-7
    #[expect(clippy::too_many_lines, reason = "one line for each question")]
    id_01_nothing_of_another_tenant_is_found, |mine| {
        let bed = mine.other_tenant().await;
        let them = furnish(&bed).await;
        let (user, group) = (them.user.id, them.group);
        let mut tx = mine.db.read(mine.tenant).await.unwrap();
        assert!(tx.user(user).await.unwrap().is_none());
        assert!(tx.user_by_upn("ada@contoso.example").await.unwrap().is_none());
        for filter in [UserFilter::All, UserFilter::Enabled, UserFilter::Blocked, UserFilter::Held, UserFilter::Administrators, UserFilter::Deleted] {
            assert_eq!(tx.users(filter, "", None, 9).await.unwrap().len(), 0);
            assert_eq!(tx.users(filter, "a", None, 9).await.unwrap().len(), 0);
        }
        assert_eq!(tx.count_users().await.unwrap(), 0);
        assert_eq!(tx.verifier(user).await.unwrap(), None);
        assert!(tx.replaced_verifiers(user, 9).await.unwrap().is_empty());
        assert!(tx.group(group).await.unwrap().is_none());
        assert_eq!(tx.groups("", None, 9).await.unwrap().len(), 0);
        assert!(tx.scope_groups_above(group).await.unwrap().is_empty());
        assert!(tx.policy_groups_above(group).await.unwrap().is_empty());
        assert_eq!(tx.members(group, "", None, 9).await.unwrap().len(), 0);
        assert_eq!(tx.count_members(group).await.unwrap(), 0);
        assert_eq!(tx.groups_of(user).await.unwrap().len(), 0);
        assert!(tx.policy_groups_of(user).await.unwrap().is_empty());
        assert_eq!(tx.first_method_at(user).await.unwrap(), None);
        assert_eq!(tx.owners(group).await.unwrap().len(), 0);
        assert!(tx.roles_of(user).await.unwrap().is_empty());
        assert_eq!(tx.holders(GlobalAdministrator).await.unwrap().len(), 0);
        assert_eq!(tx.methods_of(user).await.unwrap().len(), 0);
        assert_eq!(tx.sessions_of(user).await.unwrap().len(), 0);
        assert!(tx.reset_by_token(&mac(2)).await.unwrap().is_none());
        assert_eq!(tx.reset_name(them.reset.id).await.unwrap(), None);
        assert!(tx.newest_challenge(them.code.owner, Purpose::Reset).await.unwrap().is_none());
        assert_eq!(tx.counter(&mac(4)).await.unwrap(), Counter::default());
        assert_eq!(tx.lockout(&mac(5)).await.unwrap(), Lockout::default());
        assert!(tx.meters(Whose::Tenant).await.unwrap().is_empty());
        assert_eq!(tx.count_blocked(NOW).await.unwrap(), 0);
        assert!(!tx.is_device_of(user, &mac(7)).await.unwrap());
        assert!(!tx.is_device(&mac(7)).await.unwrap());
        assert!(tx.devices_of(user).await.unwrap().is_empty());
        assert_eq!(tx.agent(them.agent.id).await.unwrap(), None);
        assert_eq!(tx.agents().await.unwrap(), []);
        let corp = them.operation.directory;
        assert_eq!(tx.directory(corp).await.unwrap(), None);
        assert_eq!(tx.directories().await.unwrap(), []);
        assert_eq!(tx.besides().await.unwrap(), []);
        assert_eq!(tx.watched_directories(NOW).await.unwrap(), []);
        assert_eq!(tx.is_allowed(them.agent.id, corp).await.unwrap(), None);
        assert_eq!(tx.allowances().await.unwrap(), []);
        for need in [Need::SignIn, Need::Writeback, Need::Sync] {
            assert_eq!(tx.able_agents(corp, need, NOW - days(1)).await.unwrap(), []);
        }
        assert_eq!(tx.operation(them.operation.id).await.unwrap(), None);
        assert!(!tx.has_work(them.agent.id, NOW).await.unwrap());
        assert_eq!(tx.agents_offered(corp, uuid()).await.unwrap(), []);
        assert_eq!(tx.given(them.session.id, NOW).await.unwrap(), []);
        assert!(tx.give_again(them.operation.id, them.session.id, NOW).await.unwrap().is_none());
        assert!(!tx.has_expired_offers(NOW + days(1)).await.unwrap());
        assert!(tx.writeback(them.operation.id).await.unwrap().is_none());
        assert!(tx.newest_writeback(them.session.id.0).await.unwrap().is_none());
        assert!(!tx.has_pending_writeback(user).await.unwrap());
        assert_eq!(tx.examination(them.synced.0.id).await.unwrap(), None);
        assert_eq!(tx.examination_sums(NOW).await.unwrap(), []);
        assert_eq!(tx.examinations(NOW, None, None, 9).await.unwrap(), []);
        assert_eq!(tx.round().await.unwrap(), None);
        assert_eq!(tx.to_examine(UserId(uuid::Uuid::nil()), 9).await.unwrap(), []);
        assert_eq!(tx.count_open(&them.operation.request).await.unwrap(), 0);
        assert_eq!(tx.reset_state(them.reset.id).await.unwrap(), None);
        assert_eq!(tx.overdue_operations(NOW + days(1), NOW + days(1)).await.unwrap(), []);
        assert_eq!(tx.dead_jobs(9).await.unwrap().len(), 0);
        assert_eq!(tx.waiting_jobs(9).await.unwrap().len(), 0);
        assert_eq!(tx.events(&EventFilter::default(), None, 9).await.unwrap().len(), 0);
        for activity in [None, Some(Activity::UserAdded)] {
            let about = EventFilter { about: Some(user.0), activity, ..EventFilter::default() };
            assert_eq!(tx.events(&about, None, 9).await.unwrap().len(), 0);
        }
        assert_eq!(tx.count_events(Activity::UserAdded, NOW).await.unwrap(), (0, 0));
        let question = Question { sets: vec![[group].into()], ripe: Vec::new() };
        assert_eq!(tx.classes(&question).await.unwrap().len(), 0);
        let facts = Facts {
            enabled: true, held: false, administrator: true, within: vec![true], home: Home::Here, kinds: vec![Email], waiting: Vec::new(),
        };
        let facts = [facts];
        assert_eq!(tx.users_of_classes(&question, &facts, None, 9).await.unwrap().len(), 0);
        let (here, (synced, known), team) = (crate::sync::DIRECTORY, &them.synced, &them.synced_group);
        let (run, anchors) = (them.run.id, [known.anchor, team.anchor, them.held.anchor]);
        assert!(tx.directory_user(synced.id).await.unwrap().is_none());
        assert!(tx.users_of(&[synced.id]).await.unwrap().is_empty());
        assert!(tx.known_users(here, &anchors).await.unwrap().is_empty());
        assert!(tx.known_groups(here, &anchors).await.unwrap().is_empty());
        assert!(tx.directory_group(team.group).await.unwrap().is_none());
        assert!(tx.group_named("synced").await.unwrap().is_none());
        assert!(tx.anchored_users(here, uuid::Uuid::nil(), 9).await.unwrap().is_empty());
        assert!(tx.anchored_groups(here).await.unwrap().is_empty());
        assert!(tx.anchored(here, &anchors).await.unwrap().is_empty());
        assert_eq!(tx.count_anchored(here).await.unwrap(), 0);
        assert!(tx.upn_holders(vec![synced.upn.key()]).await.unwrap().is_empty());
        assert!(tx.mail_holders(vec!["synced@mail.example".into()]).await.unwrap().is_empty());
        assert!(tx.directory_policies(here).await.unwrap().is_empty());
        assert!(tx.directory_names().await.unwrap().is_empty());
        assert!(tx.awaited(team.group).await.unwrap().is_empty());
        assert!(tx.members_with_anchors(team.group).await.unwrap().is_empty());
        assert!(tx.run(run).await.unwrap().is_none());
        assert!(tx.runs(None, 9).await.unwrap().is_empty());
        assert!(tx.problems(run, None, 9).await.unwrap().is_empty());
        assert!(tx.problems_of_batch(run, 1).await.unwrap().is_empty());
        assert_eq!(tx.count_problems(run).await.unwrap(), 0);
        assert!(tx.lines(run, 0, 9).await.unwrap().is_empty());
        assert!(tx.whole_lists(run).await.unwrap().is_empty());
        assert!(tx.seen_in(run).await.unwrap().0.is_empty());
        assert!(tx.quarantined(here, 9).await.unwrap().is_empty());
        assert_eq!(tx.full_at(here).await.unwrap(), None);
        assert!(tx.held_sums().await.unwrap().is_empty());
        assert!(tx.held_contact_sums().await.unwrap().is_empty());
        assert!(tx.held_contacts(here, None, 9).await.unwrap().is_empty());
        assert!(tx.whose_contacts_wait(here, &anchors).await.unwrap().is_empty());
        assert_eq!(tx.contact_changes(here, NOW - days(1)).await.unwrap(), 0);
        assert!(tx.held(here, None, 9).await.unwrap().is_empty());
        assert!(tx.subscriptions().await.unwrap().is_empty());
        assert_eq!(tx.subscription(Sku::P1).await.unwrap(), None);
        assert_eq!(tx.units_taken(Sku::P1).await.unwrap(), 0);
        assert!(tx.assignments(Sku::P1, "", None, 9).await.unwrap().is_empty());
        assert!(tx.licences_of(user).await.unwrap().is_empty());
        assert!(tx.licences_above(group).await.unwrap().is_empty());
        assert!(!tx.group_is_licensed(group).await.unwrap());
        assert_eq!(tx.domains().await.unwrap().len(), 0);
        assert_eq!(tx.policy().await.unwrap().policy, Policy::default());
        drop(tx);
        // The same questions find it all at home.
        assert_eq!(bed.read(async |tx| tx.users_of_classes(&question, &facts, None, 9).await).await.len(), 1);
        assert_eq!(bed.read(async |tx| tx.assignments(Sku::P1, "", None, 9).await).await.len(), 2);
        assert_eq!(bed.read(async |tx| tx.licences_of(user).await).await.len(), 2);
        assert_eq!(bed.read(async |tx| tx.units_taken(Sku::P1).await).await, 1);
        assert_eq!(bed.read(async |tx| tx.dead_jobs(9).await).await.len(), 1);
        assert_eq!(bed.read(async |tx| tx.waiting_jobs(9).await).await.len(), 1);
    }

    // case: ID-01, ID-06, INV-7
    #[expect(clippy::too_many_lines, reason = "one line for each act")]
    id_06_nothing_of_another_tenant_is_touched, |mine| {
        let bed = mine.other_tenant().await;
        let them = furnish(&bed).await;
        let (user, group) = (them.user.id, them.group);
        let own = mine.add_group("own").await.id;
        let before = rest(&bed, &mine).await;
        assert!(before.len() > 15);
        let (verified, again) = {
            let reset = bed.read(async |tx| tx.reset_by_token(&mac(2)).await).await.unwrap();
            let user = bed.read(async |tx| tx.user(user).await).await.unwrap();
            let methods = bed.read(async |tx| tx.methods_of(user.id).await).await;
            let rules = Effective { gates: Gates::One, ..Effective::administrator() };
            let key = || reset.verified(&user, &rules, &methods, NOW).unwrap();
            (key(), key())
        };
        let Answer::Right(answered) = them.code.clone().answer(Purpose::Reset, them.code.owner, &Presented::Sent(mac(7)), NOW) else {
            panic!("the right code")
        };
        let mut tx = mine.db.write(mine.tenant).await.unwrap();
        assert!(!tx.update_user(user, &upn("x"), &Profile::default()).await.unwrap());
        assert!(!tx.set_enabled(user, false).await.unwrap());
        assert!(!tx.set_held(user, Some(NOW)).await.unwrap());
        assert!(!tx.delete_user(user, NOW).await.unwrap());
        assert!(!tx.restore_user(them.deleted.id, NOW - days(1)).await.unwrap());
        assert_eq!(tx.purge_users(NOW + days(99)).await.unwrap(), []);
        assert!(!tx.set_verifier(user, 1, "mine", false, NOW).await.unwrap());
        tx.rehash(user, "sealed", "mine").await.unwrap();
        tx.mark_password_found(user, 1, NOW).await.unwrap();
        assert_eq!(tx.shorten_histories(0).await.unwrap(), 0);
        tx.confirm_registration(user, NOW).await.unwrap();
        tx.set_language(user, "xx").await.unwrap();
        assert!(!tx.update_group(group, "x", None).await.unwrap());
        assert!(!tx.delete_group(group).await.unwrap());
        assert!(!tx.add_member(own, Member::User(user)).await.unwrap());
        assert!(!tx.add_member(own, Member::Group(group)).await.unwrap());
        assert!(!tx.remove_member(group, Member::User(user)).await.unwrap());
        assert!(!tx.contains_group(group, own).await.unwrap());
        assert!(!tx.remove_owner(group, user).await.unwrap());
        assert!(!tx.remove_role(user, GlobalAdministrator).await.unwrap());
        assert_eq!(tx.other_global_administrators(UserId(uuid())).await.unwrap(), 0);
        assert!(!tx.remove_subscription(Sku::P1).await.unwrap());
        assert_eq!(tx.lock_subscription(Sku::P1).await.unwrap(), None);
        for from in [Member::User(user), Member::Group(group)] {
            assert!(!tx.take_licence(Sku::P1, from).await.unwrap());
        }
        assert!(!tx.delete_method(user, them.method).await.unwrap());
        tx.touch_method(them.method, NOW).await.unwrap();
        tx.session_proved(them.session.id, None, NOW).await.unwrap();
        assert!(!tx.end_session(them.session.id).await.unwrap());
        assert_eq!(tx.end_sessions(user, None).await.unwrap(), 0);
        tx.cap_sessions(user, 0).await.unwrap();
        assert!(!tx.set_goal(them.reset.id, Goal::Unlock, NOW).await.unwrap());
        let proof = Proof::stored(them.reset.id, user, them.method, MethodKind::MobilePhone);
        assert!(!tx.insert_proof(them.reset.id, user, &proof, NOW).await.unwrap());
        let operation = them.operation.id;
        assert!(!tx.spend_reset(verified, NOW).await.unwrap());
        assert!(!tx.submit_reset(again, operation, NOW).await.unwrap());
        assert!(!tx.settle_reset(them.reset.id, operation, State::Completed).await.unwrap());
        assert!(!tx.end_writeback(operation, &Ending::Done).await.unwrap());
        assert_eq!(tx.lock_round().await.unwrap(), None);
        tx.advance_round(user).await.unwrap();
        assert!(!tx.end_round(None, NOW).await.unwrap());
        assert!(!tx.password_set_elsewhere(user, true, NOW).await.unwrap());
        assert!(!tx.void_reset(them.reset.id).await.unwrap());
        tx.void_everything_of(user).await.unwrap();
        assert_eq!(tx.take_try(them.code.id, 5, NOW).await.unwrap(), None);
        assert!(!tx.spend_challenge(&answered).await.unwrap());
        tx.void_challenges(them.code.owner).await.unwrap();
        assert_eq!(tx.lock_counter(&mac(4), NOW).await.unwrap(), Counter::default());
        tx.clear_counter(&mac(4)).await.unwrap();
        assert_eq!(tx.lock_lockout(&mac(5), NOW).await.unwrap(), Lockout::default());
        tx.clear_lockout(&mac(5)).await.unwrap();
        assert!(!tx.restart_meter("sms DE").await.unwrap());
        assert_eq!(tx.forget_devices(user, None).await.unwrap(), 0);
        assert_eq!(tx.spend_link(&mac(3), "p", NOW).await.unwrap(), None);
        assert_eq!(tx.revive_job(them.job, NOW).await.unwrap(), None);
        assert_eq!(tx.drop_job(them.job).await.unwrap(), None);
        let (here, (synced, known), team) = (crate::sync::DIRECTORY, &them.synced, &them.synced_group);
        let (run, anchors) = (them.run.id, [known.anchor, team.anchor, them.held.anchor]);
        assert!(!tx.save_mastered(synced).await.unwrap());
        tx.park_names(&[synced.id]).await.unwrap();
        tx.forget_verifier(user).await.unwrap();
        tx.save_directory_user(known).await.unwrap();
        tx.cut_anchor(here, known.anchor).await.unwrap();
        tx.save_directory_group(team).await.unwrap();
        tx.forget_awaited(team.group, &anchors).await.unwrap();
        assert_eq!(tx.remove_members(group, &[Member::User(user)]).await.unwrap(), 0);
        assert!(tx.open_run(run, them.run.agent, NOW).await.unwrap().is_none());
        assert_eq!(tx.abandon_runs(here, them.run.agent, true, NOW, NOW).await.unwrap(), 0);
        tx.count_run(run, &keyward_store::sync::Counts { read: 1, ..Default::default() }).await.unwrap();
        tx.end_run(run, keyward_store::sync::RunState::Done, None, NOW).await.unwrap();
        assert_eq!(tx.forget_runs(NOW + days(99)).await.unwrap(), 0);
        assert_eq!(tx.drop_problems(run, &anchors).await.unwrap(), 0);
        assert_eq!(tx.release(here, &anchors).await.unwrap(), 0);
        assert_eq!(tx.unhold(here, &anchors).await.unwrap(), 0);
        assert_eq!(tx.unhold_all(here).await.unwrap(), 0);
        let (agent, asked) = (&them.agent, &them.operation);
        assert!(!tx.revoke_agent(agent.id, "x", NOW).await.unwrap());
        assert!(!tx.roll_agent_key(agent, &[9; 32], "x", NOW).await.unwrap());
        tx.agent_seen(agent.id, Some("x"), Some("x"), NOW).await.unwrap();
        tx.agent_version(agent.id, "x").await.unwrap();
        assert!(!tx.agent_doubled(agent.id, NOW, NOW).await.unwrap());
        assert!(!tx.spend_agent_challenge(&mac(6), agent.id, NOW).await.unwrap());
        tx.update_directory(&directory(1, agent.id)).await.unwrap();
        tx.begin_outage(asked.directory, NOW).await.unwrap();
        assert!(!tx.tell_outage(asked.directory, NOW, NOW).await.unwrap());
        assert!(!tx.end_outage(asked.directory).await.unwrap());
        assert!(!tx.tell_stuck_key(agent.id, NOW).await.unwrap());
        assert!(!tx.keep_directory(asked.directory, agent.id, NOW).await.unwrap());
        tx.end_beside(agent.id, asked.directory).await.unwrap();
        assert!(tx.take_operations(agent.id, keyward_core::ids::SessionId(uuid()), 9, NOW).await.unwrap().is_empty());
        assert_eq!(tx.erase_expired_offers(NOW + days(1)).await.unwrap(), 0);
        assert_eq!(tx.settle_operation(asked.id, agent.id, "x", 1, NOW).await.unwrap(), None);
        assert_eq!(tx.expire_operation(asked.id, "x", NOW + days(1)).await.unwrap(), None);
        assert_eq!(tx.lose_operation(asked.id, "x", NOW + days(1), NOW).await.unwrap(), None);
        tx.commit().await.unwrap();
        let session = Session { tenant: mine.tenant, ..them.session.clone() };
        mine.db.touch_session(&session, NOW + hours(1)).await.unwrap();

        // What the keys of the database refuse.
        mine.refused(async |tx| tx.assign_role(user, GlobalAdministrator).await).await;
        mine.refused(async |tx| tx.add_owner(own, user).await).await;
        mine.refused(async |tx| tx.insert_agent(agent).await).await;
        mine.refused(async |tx| tx.insert_agent_challenge(&mac(9), agent.id, NOW).await).await;
        mine.refused(async |tx| tx.set_beside(&beside(agent.id, asked.directory)).await).await;
        mine.refused(async |tx| tx.insert_operation(asked, &[]).await).await;
        let theirs = writeback(user, uuid());
        mine.refused(async |tx| tx.insert_writeback(&theirs).await).await;
        let found = crate::examination::examined(user, None);
        mine.refused(async |tx| tx.save_examination(&found).await).await;
        mine.refused(async |tx| tx.add_member(group, Member::Group(own)).await).await;
        mine.refused(async |tx| tx.insert_session(&session, &mac(9)).await).await;
        mine.refused(async |tx| tx.insert_method(&crate::bed::method(user, Email, "x@x.example")).await).await;
        mine.write(async |tx| tx.add_subscription(Sku::P1, Some(9), NOW).await).await;
        for to in [Member::User(user), Member::Group(group)] {
            mine.refused(async |tx| tx.give_licence(Sku::P1, to, &DisabledPlans::default()).await).await;
        }
        let policy = Policy { scope: Scope::Selected([group].into()), ..Policy::default() };
        mine.refused(async |tx| tx.set_policy(&policy, 1, NOW, "x").await).await;
        assert_eq!(rest(&bed, &mine).await, before);
    }
}
