//! An agent beside a directory, as far as the service can tell.

use super::TestApp;
use crate::link::{Caller, Result};
use crate::operations::{Request, Wanted};
use crate::{App, Principal};
use keyward_core::ids::{AgentId, DirectoryId, OperationId, TenantId};
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_wire::enrol::{Approval, EnrolPoll, EnrolRequest, EnrolStarted, EnrolState, Named};
use keyward_wire::link::{
    DirectoryHealth, DirectoryKind, Features, Health, Job, Report, Reports, Task, WorkReply,
    WorkRequest,
};
use keyward_wire::outcome::Outcome;
use keyward_wire::seal::{Binding, Purpose, Sealing};
use keyward_wire::session::{ChallengeRequest, RollKey, SessionRequest};
use keyward_wire::sign::{Signing, open};
use keyward_wire::{VERSION, sign};
use uuid::Uuid;

/// An agent with keys of its own.
pub struct TestAgent {
    seed: u8,
    /// The name of its host.
    pub host: String,
    /// Signs challenges.
    pub signing: Signing,
    /// Opens passwords.
    pub sealing: Sealing,
    /// What it was given when it was let in.
    pub approval: Option<Approval>,
    /// The token of the session that it opened last.
    pub token: String,
    /// How it says it is.
    pub health: Health,
}

impl TestAgent {
    /// One that nobody knows. Another seed makes other keys.
    #[must_use]
    pub fn new(seed: u8) -> Self {
        let directory = DirectoryHealth {
            directory: TestApp::directory().0,
            name: "corp.contoso.example".into(),
            kind: DirectoryKind::ActiveDirectory,
            server: Some("ldaps://dc1.corp.contoso.example".into()),
            suffixes: vec!["corp.contoso.example".into()],
            reachable: true,
            complaints: Vec::new(),
            features: Features {
                sync: true,
                sign_in: true,
                writeback: true,
                policy_hints: true,
            },
        };
        Self {
            seed,
            host: format!("host{seed}.corp.contoso.example"),
            signing: Signing::from_seed(&[seed; 32]),
            sealing: Sealing::from_seed(&[seed ^ 0xff; 32]),
            approval: None,
            token: String::new(),
            health: Health {
                directories: vec![directory],
                ..Health::default()
            },
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> AgentId {
        AgentId(self.approval.as_ref().expect("it was let in").agent)
    }

    /// Its organisation.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        TenantId(self.approval.as_ref().expect("it was let in").tenant)
    }

    /// What it asks to be let in with.
    #[must_use]
    pub fn request(&self) -> EnrolRequest {
        let mut request = EnrolRequest {
            version: VERSION,
            host: self.host.clone(),
            agent_version: "1.0.0".into(),
            signing_key: self.signing.public(),
            sealing_key: self.sealing.public(),
            signature: keyward_wire::Bytes::default(),
            directories: self.health.directories.iter().map(named).collect(),
        };
        request.signature = self.signing.sign(&request.to_sign());
        request
    }

    /// What it asks a session with, for a challenge.
    #[must_use]
    pub fn session_request(&self, challenge: &[u8]) -> SessionRequest {
        let signed = SessionRequest::to_sign(self.id().0, self.tenant().0, challenge);
        SessionRequest {
            agent: self.id().0,
            challenge: challenge.into(),
            agent_version: "1.0.0".into(),
            signature: self.signing.sign(&signed),
        }
    }

    /// Opens another session.
    pub async fn open(&mut self, app: &TestApp) -> Result<()> {
        let asked = ChallengeRequest {
            version: VERSION,
            agent: self.id().0,
        };
        let challenge = app.agent_challenge(&app.ctx(), &asked).await?.challenge;
        let request = self.session_request(&challenge.0);
        let session = app.open_agent_session(&app.ctx(), &request).await?;
        self.token = app.plant(session.token);
        Ok(())
    }

    /// Who it is in its session.
    pub async fn caller(&self, app: &TestApp) -> Result<Caller> {
        app.agent_caller(&app.ctx(), &self.token).await
    }

    /// A request for work that doesn't wait, with its health.
    #[must_use]
    pub fn asking(&self, wait_s: u32) -> WorkRequest {
        WorkRequest {
            health: Some(self.health.clone()),
            wait_s,
            most: 10,
            holds: None,
        }
    }

    /// Asks for work without waiting.
    pub async fn ask(&self, app: &TestApp) -> Result<WorkReply> {
        self.ask_node(app, &app.app, 0).await
    }

    /// Asks one node for work.
    pub async fn ask_node(&self, app: &TestApp, node: &App, wait_s: u32) -> Result<WorkReply> {
        let caller = node.agent_caller(&app.ctx(), &self.token).await?;
        node.agent_work(&app.ctx(), &caller, &self.asking(wait_s))
            .await
    }

    /// The tasks that are there for it, opened as a real agent opens them.
    pub async fn tasks(&self, app: &TestApp) -> Vec<Task> {
        self.read(&self.ask(app).await.expect("an answer"))
    }

    /// Opens the tasks of an answer; each must be signed by the service, for this agent.
    #[must_use]
    pub fn read(&self, reply: &WorkReply) -> Vec<Task> {
        let approval = self.approval.as_ref().expect("it was let in");
        let tasks = reply.tasks.iter().map(|signed| {
            let task = open(&approval.service_key.0, signed).expect("signed by the service");
            assert_eq!((task.agent, task.tenant), (approval.agent, approval.tenant));
            task
        });
        tasks.collect()
    }

    /// The passwords in a task, as they were typed.
    #[must_use]
    pub fn passwords(&self, task: &Task) -> Vec<String> {
        let (anchor, sealed) = match &task.job {
            Job::Verify { anchor, password } => (*anchor, vec![(Purpose::Verify, password)]),
            Job::Reset {
                anchor, password, ..
            } => (Some(*anchor), vec![(Purpose::Reset, password)]),
            Job::Change { anchor, old, new } => (
                Some(*anchor),
                vec![(Purpose::Old, old), (Purpose::Change, new)],
            ),
            _ => return Vec::new(),
        };
        let opened = sealed.into_iter().map(|(purpose, sealed)| {
            let binding = Binding {
                tenant: task.tenant,
                agent: task.agent,
                operation: task.operation,
                directory: task.directory,
                anchor,
                purpose,
                expires_at: task.expires_at,
            };
            let opened = self.sealing.open(&binding, &sealed.0);
            opened.expect("sealed to this agent").to_string()
        });
        opened.collect()
    }

    /// Tells what became of an operation.
    pub async fn report(&self, app: &TestApp, operation: Uuid, outcome: Outcome) -> Result<()> {
        let caller = self.caller(app).await?;
        let reports = Reports {
            reports: vec![Report {
                operation,
                outcome,
                took_us: 1_000,
            }],
        };
        let accepted = app.take_reports(&app.ctx(), &caller, &reports).await?;
        assert_eq!(accepted.operations, [operation]);
        Ok(())
    }

    /// Takes what there is and answers each with what `directory` says to it; how many there were.
    pub async fn serve(
        &self,
        app: &TestApp,
        directory: impl Fn(&Task, &[String]) -> Outcome,
    ) -> usize {
        let tasks = self.tasks(app).await;
        for task in &tasks {
            let outcome = directory(task, &self.passwords(task));
            let told = self.report(app, task.operation, outcome).await;
            told.expect("the outcome is taken");
        }
        tasks.len()
    }

    /// Makes another sealing key and gives it to the service.
    pub async fn roll(&mut self, app: &TestApp) -> Result<()> {
        self.seed = self.seed.wrapping_add(100);
        let sealing = Sealing::from_seed(&[self.seed; 32]);
        let request = self.roll_request(&sealing);
        let caller = self.caller(app).await?;
        app.roll_agent_key(&app.ctx(), &caller, &request).await?;
        self.sealing = sealing;
        Ok(())
    }

    /// What it rolls its key with.
    #[must_use]
    pub fn roll_request(&self, sealing: &Sealing) -> RollKey {
        let key = sealing.public();
        let signature = self.signing.sign(&RollKey::to_sign(self.id().0, &key.0));
        assert!(sign::verify(
            &self.signing.public().0,
            &RollKey::to_sign(self.id().0, &key.0),
            &signature.0
        ));
        RollKey {
            sealing_key: key,
            signature,
        }
    }
}

fn named(directory: &DirectoryHealth) -> Named {
    Named {
        id: directory.directory,
        name: directory.name.clone(),
    }
}

impl TestApp {
    /// The directory that every [`TestAgent`] stands beside.
    #[must_use]
    pub fn directory() -> DirectoryId {
        DirectoryId(Uuid::from_u128(0xd1))
    }

    /// An agent begins to ask.
    pub async fn enrol(&self, agent: &TestAgent) -> EnrolStarted {
        let started = self.start_enrolment(&self.ctx(), &agent.request()).await;
        let started = started.expect("it may ask");
        self.plant(&started.user_code);
        self.plant(started.user_code.replace('-', ""));
        started
    }

    /// What became of its asking.
    pub async fn enrolled(&self, started: &EnrolStarted) -> EnrolState {
        let poll = EnrolPoll {
            enrolment: started.enrolment,
            secret: started.secret.clone(),
        };
        let state = self.poll_enrolment(&self.ctx(), &poll).await;
        state.expect("an answer")
    }

    /// An administrator lets it in.
    pub async fn let_in(&self, me: &Principal, mut agent: TestAgent) -> TestAgent {
        let started = self.enrol(&agent).await;
        let print = agent.request().fingerprint();
        self.approve_agent(&self.ctx(), me, &started.user_code, &print)
            .await
            .expect("it is let in");
        let EnrolState::Approved(approval) = self.enrolled(&started).await else {
            panic!("it was let in");
        };
        agent.approval = Some(approval);
        agent
    }

    /// An agent that was let in, has a session, and has told how it is. Nobody looked at the mails about it.
    pub async fn agent(&self, seed: u8) -> TestAgent {
        let upn = format!("connects{seed}@contoso.example");
        let boss = self.person(self.tenant, &upn).await;
        self.give_role(boss, Role::HybridIdentityAdministrator)
            .await;
        let boss = self.session_of(boss).await;
        let mut agent = self.let_in(&boss, TestAgent::new(seed)).await;
        agent.open(self).await.expect("a session");
        agent.ask(self).await.expect("an answer");
        agent
    }

    /// Asks the directory for something; the operation.
    pub async fn asks_directory(&self, task: Wanted<'_>) -> crate::Result<OperationId> {
        let mut tx = self.db.write(self.tenant).await?;
        let request = Request {
            directory: Self::directory(),
            task,
        };
        let id = self.ask_directory(&mut tx, &self.ctx(), request).await?;
        self.commit(tx).await?;
        Ok(id)
    }

    /// Asks the directory to set a password.
    pub async fn asks_for_reset(&self, anchor: Uuid, password: &str) -> OperationId {
        self.plant(password);
        let password = Secret::new(password.into());
        let wanted = Wanted::Reset {
            anchor,
            password: &password,
            enforce_policy: true,
            must_change: false,
        };
        let asked = self.asks_directory(wanted).await;
        asked.expect("an agent is up")
    }

    /// What became of an operation so far.
    pub async fn outcome(&self, id: OperationId) -> Option<Outcome> {
        let waited = self.wait_for(self.tenant, id, std::time::Duration::ZERO);
        waited.await.expect("the operation is known")
    }
}
