//! Who is in the directory of most tests.

use crate::browser::Browser;
use crate::site::Site;
use keyward_app::data::{
    Agent, Beside, Counts, Directory, Does, Held, HeldContact, HeldKind, Line, Member, Mode,
    Problem as Trouble, Run, RunState,
};
use keyward_app::testing::TestApp;
use keyward_core::by_group::GroupPolicy;
use keyward_core::ids::{
    AgentId, DirectoryId, GroupId, MethodId, PolicyId, RunId, TenantId, UserId,
};
use keyward_core::licence::Sku;
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, KindCode, Scope};
use keyward_core::role::Role;

/// Ada, who can reset; Bob, who can too; Eve of another organisation.
pub(crate) struct Cast {
    /// Somebody with a phone and a mailbox.
    pub(crate) ada: UserId,
    /// Somebody else with both.
    pub(crate) bob: UserId,
    /// Ada's phone and mailbox.
    pub(crate) methods: (MethodId, MethodId),
    /// A group with Ada in it.
    pub(crate) group: GroupId,
    /// Another organisation.
    pub(crate) other: TenantId,
    /// A user there.
    pub(crate) eve: UserId,
}

/// Ada's number.
pub(crate) const PHONE: &str = "+4915123456789";
/// Ada's other mailbox.
pub(crate) const MAIL: &str = "ada@home.example";
/// Bob's number.
pub(crate) const BOBS_PHONE: &str = "+4915123456700";
/// Bob's other mailbox.
pub(crate) const BOBS_MAIL: &str = "bob@home.example";

/// A run of a synchronisation that was a preview.
pub(crate) const RUN: &str = "00000000-0000-4000-8000-0000000000f1";
/// A directory of which a deletion waits for a decision.
pub(crate) const DIRECTORY: &str = "00000000-0000-4000-8000-0000000000d1";

impl Cast {
    /// Everybody who is active may reset, with two methods.
    pub(crate) async fn of(site: &Site) -> Self {
        site.set_policy(|p| {
            p.scope = Scope::All;
            p.gates = Gates::Two;
            // What they have, and what every name that nobody has looks like.
            p.methods = [MethodKind::MobilePhone, MethodKind::Email]
                .map(KindCode)
                .into();
        })
        .await;
        let (ada, bob) = (site.user("ada").await, site.user("bob").await);
        let methods = (
            site.register_phone(ada, PHONE).await,
            site.register_mail(ada, MAIL).await,
        );
        site.register_phone(bob, BOBS_PHONE).await;
        site.register_mail(bob, BOBS_MAIL).await;
        let group = site.group("Pilots", &[Member::User(ada)]).await;
        site.subscribe(Sku::EmsE3, Some(500)).await;
        site.agent_record(AgentId(ada.0), "dc1.contoso.example")
            .await;
        synchronised(site, ada).await;
        let other = site.organisation("Fabrikam", "fabrikam.example").await;
        let eve = site.person(other, "eve@fabrikam.example").await;
        site.policy_by_group(PolicyId(ada.0), "ada").await;
        Self {
            ada,
            bob,
            methods,
            group,
            other,
            eve,
        }
    }
}

/// A run with one of everything, and a deletion that waits.
async fn synchronised(site: &Site, user: UserId) {
    let run = Run {
        id: RunId::parse(RUN).unwrap(),
        directory: DirectoryId::parse(DIRECTORY).unwrap(),
        agent: uuid::Uuid::from_u128(0xa1),
        mode: Mode::Full,
        preview: true,
        initial: false,
        state: RunState::Running,
        started_at: site.now(),
        touched_at: site.now(),
        ended_at: None,
        message: None,
        counts: Counts::default(),
    };
    let anchor = uuid::Uuid::from_u128(0xf2);
    let problem = Trouble {
        anchor,
        code: "unknown-domain".into(),
        batch: 1,
        name: "kim@elsewhere.example".into(),
        detail: "CN=Kim".into(),
    };
    let line = Line {
        action: "update".into(),
        kind: "user".into(),
        anchor,
        name: "ada@contoso.example".into(),
        changes: r#"[{"property":"surname","old":null,"new":"Lovelace"}]"#.into(),
    };
    let held = Held {
        anchor,
        kind: HeldKind::User,
        name: "ada@contoso.example".into(),
        run: run.id,
        held_at: site.now(),
    };
    let mut tx = site.db.write(site.tenant).await.unwrap();
    tx.insert_run(&run).await.unwrap();
    tx.note_problems(run.id, &[problem]).await.unwrap();
    tx.note_lines(run.id, &[line]).await.unwrap();
    let now = site.now();
    tx.end_run(run.id, RunState::Held, None, now).await.unwrap();
    tx.hold(run.directory, &[held]).await.unwrap();
    let contact = HeldContact {
        anchor,
        user,
        mail: None,
        mobile_phone: Some("+4915112345678".into()),
        business_phone: None,
        held_at: now,
    };
    tx.hold_contacts(run.directory, &[contact]).await.unwrap();
    tx.commit().await.unwrap();
}

impl Site {
    /// A policy for a group of its own with nobody in it.
    pub(crate) async fn policy_by_group(&self, id: PolicyId, local: &str) {
        let group = self.group(&format!("Ruled by {local}"), &[]).await;
        self.set_policy(|p| {
            p.by_group.push(GroupPolicy {
                id,
                name: format!("Policy of {local}"),
                group,
                gates: Gates::Two,
                methods: p.methods.clone(),
                mail_alone: false,
            });
        })
        .await;
    }

    /// An agent beside a directory, put there directly. Ids of different kinds don't meet, so it may have a user's.
    pub(crate) async fn agent_record(&self, id: AgentId, host: &str) {
        let now = self.now();
        let directory = Directory {
            id: TestApp::directory(),
            kind: "active-directory".into(),
            name: "corp.contoso.test".into(),
            suffixes: vec!["corp.contoso.test".into()],
            first_agent: id,
            first_seen_at: now,
            keeper: None,
        };
        let agent = Agent {
            id,
            tenant: self.tenant,
            host: host.into(),
            version: "0.1.0".into(),
            signing_key: id.0.as_bytes().to_vec(),
            sealing_key: vec![2; 32],
            sealing_key_at: now,
            fingerprint: "7Q2K-0000-M4XZ-9999-ABCD-EFGH".into(),
            approved_by: "ada@contoso.example".into(),
            approved_at: now,
            revoked: None,
            seen_at: None,
            ip: None,
            health: None,
            doubled_at: None,
        };
        let said = r#"{"directories":[],"complaints":["The clock is 7 minutes wrong"]}"#;
        let beside = Beside {
            agent: id,
            directory: directory.id,
            server: Some("dc1.corp.contoso.test".into()),
            reachable: true,
            does: Does {
                sync: true,
                sign_in: true,
                writeback: true,
                policy_hints: false,
            },
            complaints: r#"["No right to set passwords in OU=Sales"]"#.into(),
            seen_at: now,
        };
        let mut tx = self.db.write(self.tenant).await.unwrap();
        tx.insert_agent(&agent).await.unwrap();
        tx.agent_seen(id, Some("192.0.2.44"), Some(said), now)
            .await
            .unwrap();
        tx.insert_directory(&directory).await.unwrap();
        tx.set_beside(&beside).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A browser in which somebody is signed in.
    pub(crate) async fn as_user(&self, id: UserId) -> Browser<'_> {
        self.as_user_of(self.tenant, id).await
    }

    /// The same in any organisation.
    pub(crate) async fn as_user_of(&self, tenant: TenantId, id: UserId) -> Browser<'_> {
        let token = self.session_token(tenant, id).await;
        let mut browser = self.browser();
        browser.hold("session", &token);
        browser
    }

    /// A browser in which an administrator is signed in.
    pub(crate) async fn as_admin(&self, role: Role) -> Browser<'_> {
        let me = self.admin(role).await;
        self.as_user(me.user.id).await
    }
}
