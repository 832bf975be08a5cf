//! A tenant with one of everything in it.

use crate::bed::{Bed, NOW, mac, uuid};
use crate::hand_over::hand_over;
use crate::pass::pass;
use crate::things::{agent, beside, code, directory, event, job, operation, reset, session};
use crate::writeback::writeback;
use keyward_core::audit::{Activity, Actor};
use keyward_core::by_group::Reach;
use keyward_core::challenge::{Challenge, Proof, Purpose};
use keyward_core::ids::{EventId, GroupId, JobId, MethodId, OperationId, SessionId};
use keyward_core::licence::{DisabledPlans, Sku};
use keyward_core::method::MethodKind::Email;
use keyward_core::policy::{KindCode, Policy, Scope};
use keyward_core::reset::Reset;
use keyward_core::role::Role::GlobalAdministrator;
use keyward_core::signin::Lockout;
use keyward_core::throttle::Counter;
use keyward_core::time::hours;
use keyward_core::user::User;
use keyward_store::agent::Agent;
use keyward_store::agent_session::AgentSession;
use keyward_store::directory::{Beside, Does};
use keyward_store::group::Member;
use keyward_store::meter::Whose;
use keyward_store::operation::Operation;
use keyward_store::session::Session;
use keyward_store::sync::{
    DirectoryGroup, DirectoryUser, Held, HeldContact, Line, MemberList, Problem, Quarantined, Run,
};
use keyward_store::writeback::Writeback;

/// One of everything, in one tenant.
pub(crate) struct Theirs {
    pub(crate) user: User,
    pub(crate) deleted: User,
    pub(crate) group: GroupId,
    pub(crate) method: MethodId,
    pub(crate) session: Session,
    pub(crate) reset: Reset,
    pub(crate) code: Challenge,
    pub(crate) job: JobId,
    pub(crate) synced: (User, DirectoryUser),
    pub(crate) synced_group: DirectoryGroup,
    pub(crate) run: Run,
    pub(crate) held: Held,
    pub(crate) agent: Agent,
    pub(crate) operation: Operation,
}

/// Puts one of everything into a tenant.
#[expect(clippy::too_many_lines, reason = "there is so much of everything")]
pub(crate) async fn furnish(bed: &Bed) -> Theirs {
    let (user, deleted) = (bed.add_user("ada").await, bed.add_user("gone").await);
    let group = bed.add_group("all").await.id;
    let method = bed.add_method(user.id, Email, "ada@home.example").await.id;
    let session = session(bed.tenant, user.id, NOW);
    let mut reset = reset(bed.tenant, Some(user.id));
    reset.credential_epoch = 1;
    let mut code = code(reset.id.0, Purpose::Reset, NOW);
    (code.user, code.method) = (Some(user.id), Some(method));
    let mut event = event(NOW, Activity::UserAdded);
    event.actor = Actor::User {
        id: user.id.0,
        name: "ada".into(),
    };
    let policy = Policy {
        scope: Scope::Selected([group].into()),
        reach: [(
            KindCode(Email),
            Reach {
                included: None,
                excluded: [group].into(),
            },
        )]
        .into(),
        ..Policy::default()
    };
    bed.write(async |tx| {
        tx.add_domain("fabrikam.example", true).await?;
        tx.set_verifier(user.id, 0, "sealed", false, NOW).await?;
        tx.keep_replaced(user.id, 0, "before", 9, NOW).await?;
        tx.delete_user(deleted.id, NOW).await?;
        tx.add_member(group, Member::User(user.id)).await?;
        tx.add_owner(group, user.id).await?;
        tx.set_policy(&policy, 1, NOW, "x").await?;
        tx.assign_role(user.id, GlobalAdministrator).await?;
        tx.add_subscription(Sku::P1, Some(9), NOW).await?;
        for to in [Member::User(user.id), Member::Group(group)] {
            tx.give_licence(Sku::P1, to, &DisabledPlans::default())
                .await?;
        }
        tx.insert_session(&session, &mac(1)).await?;
        tx.insert_reset(&reset, &mac(2), "Ada").await?;
        let proof = Proof::stored(reset.id, user.id, method, Email);
        tx.insert_proof(reset.id, user.id, &proof, NOW).await?;
        tx.insert_challenge(&code).await?;
        tx.insert_link(&mac(3), "p", user.id, NOW, NOW + hours(1))
            .await?;
        tx.insert_hand_over(&hand_over(user.id, user.id), &mac(8))
            .await?;
        tx.insert_pass(&pass(user.id, true), "sealed").await?;
        tx.note_proof(session.id, Email, NOW).await?;
        tx.lock_counter(&mac(4), NOW).await?;
        tx.save_counter(
            &mac(4),
            &Counter {
                hits: vec![NOW],
                blocked_until: None,
            },
        )
        .await?;
        tx.lock_lockout(&mac(5), NOW).await?;
        tx.save_lockout(
            &mac(5),
            &Lockout {
                failures: 3,
                ..Lockout::default()
            },
        )
        .await?;
        tx.lock_meter(Whose::Tenant, "sms DE", NOW).await?;
        tx.remember_device(user.id, &mac(7), 9, NOW).await?;
        tx.enqueue(&job(bed.tenant, "one")).await?;
        tx.enqueue(&job(bed.tenant, "two")).await?;
        tx.record(EventId(uuid()), &event).await
    })
    .await;
    let (agent, operation) = connect(bed).await;
    let writeback = Writeback {
        operation: operation.id,
        ..writeback(user.id, session.id.0)
    };
    bed.write(async |tx| tx.insert_writeback(&writeback).await)
        .await;
    let mut tx = bed.db.system().await.unwrap();
    let leased = tx
        .lease_jobs(keyward_store::job::Lane::Mail, NOW, NOW, 9)
        .await
        .unwrap();
    tx.fail_job(&leased[0], "no", None).await.unwrap();
    tx.fail_job(&leased[1], "no", Some(NOW)).await.unwrap();
    tx.commit().await.unwrap();
    let synced = crate::sync::synced(bed, "synced").await;
    let synced_group = crate::sync::synced_group(bed, "synced").await;
    let run = crate::sync::run(1);
    let held = crate::sync::held(run.id);
    bed.write(async |tx| {
        let (directory, anchor) = (crate::sync::DIRECTORY, uuid());
        tx.insert_run(&run).await?;
        tx.begin_batch(run.id, 1, &[anchor], &[]).await?;
        let members = &[anchor];
        let list = MemberList {
            group: anchor,
            whole: true,
            members,
        };
        tx.keep_list(run.id, 1, &list).await?;
        tx.await_members(synced_group.group, members).await?;
        let text = String::new;
        let problem = Problem {
            anchor,
            code: text(),
            batch: 1,
            name: text(),
            detail: text(),
        };
        tx.note_problems(run.id, &[problem]).await?;
        let line = Line {
            action: text(),
            kind: text(),
            anchor,
            name: text(),
            changes: text(),
        };
        tx.note_lines(run.id, &[line]).await?;
        let waits = Quarantined {
            anchor,
            record: text(),
        };
        tx.quarantine(directory, &[waits], NOW).await?;
        tx.set_full_at(directory, NOW).await?;
        tx.set_directory_policies(directory, &[crate::sync::policy(None, 7)])
            .await?;
        tx.save_examination(&crate::examination::examined(synced.0.id, None))
            .await?;
        tx.start_round("boss", NOW).await?;
        let contact = HeldContact {
            anchor,
            user: synced.0.id,
            mail: None,
            mobile_phone: None,
            business_phone: None,
            held_at: NOW,
        };
        tx.hold_contacts(directory, &[contact]).await?;
        tx.count_contact_changes(directory, 1, NOW, NOW).await?;
        tx.hold(directory, std::slice::from_ref(&held)).await
    })
    .await;
    Theirs {
        synced,
        synced_group,
        run,
        held,
        user,
        deleted,
        group,
        method,
        session,
        reset,
        code,
        job: leased[0].id,
        agent,
        operation,
    }
}

/// An agent in session beside a directory, with two things to do.
async fn connect(bed: &Bed) -> (Agent, Operation) {
    let agent = agent(bed.tenant, 1);
    let agent_session = AgentSession {
        id: SessionId(uuid()),
        tenant: bed.tenant,
        agent: agent.id,
        ip: None,
        created_at: NOW,
        expires_at: NOW + hours(1),
        replaced_at: None,
    };
    let corp = directory(1, agent.id);
    let operation = operation(corp.id, None, NOW);
    let another = Operation {
        id: OperationId(uuid()),
        ..operation.clone()
    };
    bed.write(async |tx| {
        tx.insert_agent(&agent).await?;
        tx.insert_agent_challenge(&mac(6), agent.id, NOW + hours(1))
            .await?;
        tx.insert_agent_session(&agent_session, &mac(8)).await?;
        tx.insert_directory(&corp).await?;
        tx.set_beside(&Beside {
            does: Does {
                sync: true,
                sign_in: true,
                writeback: true,
                policy_hints: true,
            },
            ..beside(agent.id, corp.id)
        })
        .await?;
        tx.ask_allowance(agent.id, corp.id, &corp.name, NOW).await?;
        tx.insert_operation(&operation, &[(agent.id, vec![1])])
            .await?;
        tx.insert_operation(&another, &[(agent.id, vec![2])])
            .await?;
        Ok(())
    })
    .await;
    (agent, operation)
}
