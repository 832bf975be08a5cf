//! An agent with a state directory of its own, a service and a directory of the test.

use crate::fake::Fake;
use crate::service::{Service, directory};
use keyward_connect::agent::Agent;
use keyward_connect::complaint::Complaints;
use keyward_connect::config::{
    Agent as AgentConfig, Config, DirectoryConfig, Service as Where, Switches,
};
use keyward_connect::directory::{Scope, SourceAnchor};
use keyward_connect::enrol::Enrolment;
use keyward_connect::journal::Journal;
use keyward_connect::keys::Keys;
use keyward_connect::link::{Client, Line};
use keyward_connect::private;
use keyward_connect::work::{Place, Work};
use keyward_wire::link::{DirectoryKind, Settings, SignedTask};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) fake: Arc<Fake>,
    pub(crate) config: Config,
    home: tempfile::TempDir,
}

impl World {
    /// An agent that was let in.
    pub(crate) fn new() -> Self {
        let world = Self::stranger();
        world.let_in();
        world
    }

    /// An agent that nobody knows yet.
    pub(crate) fn stranger() -> Self {
        let service = Service::start();
        let config = Config {
            service: Where {
                url: service.url(),
                proxy: None,
                ca: None,
            },
            agent: AgentConfig::default(),
            directories: vec![corp()],
        };
        let world = Self {
            service,
            fake: Arc::new(Fake::new()),
            config,
            home: tempfile::tempdir().unwrap(),
        };
        private::prepare(&world.state()).unwrap();
        world
    }

    fn let_in(&self) {
        let keys = Keys::load_or_make(&self.state()).unwrap();
        {
            let mut said = self.service.said();
            said.signing_key = keys.signing().public();
            said.sealing_key = keys.sealing_public();
        }
        let enrolment = Enrolment {
            service: self.service.url(),
            approval: Service::approval(),
        };
        enrolment.keep(&self.state()).unwrap();
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.home().join("state")
    }

    /// What does the tasks, without anything around it. Its directory is known.
    pub(crate) async fn work(&self) -> Arc<Work> {
        let keys = Keys::load_or_make(&self.state()).unwrap();
        let enrolment = Enrolment::required(&self.state()).unwrap();
        let line = Arc::new(Line::new(
            Client::new(&self.config.service).unwrap(),
            enrolment,
            keys,
        ));
        line.challenge().await.unwrap();
        let journal = Arc::new(Journal::open(&self.state()).unwrap());
        let fake = Arc::clone(&self.fake);
        let place = Arc::new(Place::new(self.config.directories[0].clone(), fake));
        place.look().await;
        assert_eq!(place.id(), Some(directory()));
        Arc::new(Work::new(line, journal, vec![place], &self.config.agent))
    }

    /// The whole agent, at work.
    pub(crate) fn run(&self) -> Running {
        let fake = Arc::clone(&self.fake);
        let place = Place::new(self.config.directories[0].clone(), fake);
        let agent = Agent::with(&self.config, &self.state(), vec![place]).unwrap();
        let (stop, stopped) = oneshot::channel();
        let mut set = JoinSet::new();
        set.spawn(async move {
            agent
                .run(async {
                    let _ = stopped.await;
                })
                .await
        });
        Running { set, stop }
    }
}

/// Does a task at once, as the agent does that asks for it.
pub(crate) async fn take(work: &Work, signed: &SignedTask, settings: &Settings) {
    if let Some(received) = work.receive(signed) {
        work.act(received, settings).await;
    }
}

pub(crate) struct Running {
    set: JoinSet<Result<(), Complaints>>,
    stop: oneshot::Sender<()>,
}

impl Running {
    /// Stopped as by SIGTERM.
    pub(crate) async fn stop(mut self) -> Result<(), Complaints> {
        let _ = self.stop.send(());
        self.set.join_next().await.unwrap().unwrap()
    }

    /// Waits until it ends by itself.
    pub(crate) async fn end(mut self) -> Result<(), Complaints> {
        self.set.join_next().await.unwrap().unwrap()
    }

    /// Nothing of it goes on, as after a power cut.
    pub(crate) async fn die(mut self) {
        self.set.shutdown().await;
    }
}

pub(crate) fn corp() -> DirectoryConfig {
    DirectoryConfig {
        name: "corp".to_owned(),
        kind: DirectoryKind::ActiveDirectory,
        servers: vec!["ldaps://127.0.0.1:1".to_owned()],
        discovery: None,
        ca: None,
        base: None,
        bind_dn: "CN=svc,DC=corp,DC=test".to_owned(),
        password_file: None,
        source_anchor: SourceAnchor::OwnId,
        dirsync: true,
        user_name: "userPrincipalName".to_owned(),
        switches: Switches {
            sync: true,
            sign_in: true,
            writeback: true,
        },
        scope: Scope::default(),
        rules: BTreeMap::new(),
    }
}
