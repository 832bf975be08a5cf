//! The agent at work: everything that goes on at once, until it is stopped or revoked.

mod poll;
mod watch;

use crate::clock;
use crate::complaint::{Complaint, Complaints};
use crate::config::Config;
use crate::control::Control;
use crate::enrol::Enrolment;
use crate::journal::Journal;
use crate::keys::Keys;
use crate::link::{Client, Line};
use crate::private;
use crate::status::{LinkState, Lock};
use crate::sync::keep::Keeper;
use crate::work::{Place, Work};
use keyward_wire::Micros;
use keyward_wire::link::Health;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How long what is being done may take when the agent is to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// An agent.
pub struct Agent {
    config: Config,
    state: PathBuf,
    line: Arc<Line>,
    journal: Arc<Journal>,
    places: Vec<Arc<Place>>,
    keepers: Vec<(Arc<Place>, Keeper)>,
    work: Arc<Work>,
    started_at: Micros,
    link: Mutex<LinkState>,
    told: Mutex<Option<(Health, Instant)>>,
    /// Why the sealing key can't be rolled though it is time.
    key_stuck: Mutex<Option<String>>,
    /// Nobody else works in this state directory.
    _lock: Lock,
}

impl Agent {
    /// From settings and a state directory in which it was let in.
    pub fn open(config: &Config, state: &Path) -> Result<Self, Complaints> {
        let places = config.directories.iter().map(Place::open);
        Self::with(config, state, places.collect::<Result<_, _>>()?)
    }

    /// With directories that are open already, in the order of the settings.
    pub fn with(config: &Config, state: &Path, places: Vec<Place>) -> Result<Self, Complaints> {
        private::prepare(state)?;
        let lock = lock(state)?;
        let enrolment = Enrolment::required(state)?;
        let keys = Keys::load_or_make(state)?;
        if enrolment.service != config.service.url {
            tracing::warn!(
                enrolled = enrolment.service,
                configured = config.service.url,
                "the service has another address than the one where this agent was let in"
            );
        }
        let line = Arc::new(Line::new(Client::new(&config.service)?, enrolment, keys));
        let journal = Arc::new(Journal::open(state)?);
        let places: Vec<_> = places.into_iter().map(Arc::new).collect();
        let keepers = places
            .iter()
            .filter(|place| place.config().switches.sync)
            .map(|place| (Arc::clone(place), Keeper::new(state, place.config())))
            .collect();
        let work = Arc::new(Work::new(
            Arc::clone(&line),
            Arc::clone(&journal),
            places.clone(),
            &config.agent,
        ));
        Ok(Self {
            config: config.clone(),
            state: state.to_owned(),
            line,
            journal,
            places,
            keepers,
            work,
            started_at: clock::machine(),
            link: Mutex::new(LinkState::Starting),
            told: Mutex::default(),
            key_stuck: Mutex::default(),
            _lock: lock,
        })
    }

    /// The line to the service.
    #[must_use]
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The directories.
    #[must_use]
    pub fn places(&self) -> &[Arc<Place>] {
        &self.places
    }

    /// One synchronisation of each directory, by an agent that isn't [run](Agent::run).
    pub async fn synchronise(&self, full: bool, preview: bool) -> Vec<crate::sync::run::Run> {
        let mut runs = Vec::new();
        for (place, keeper) in &self.keepers {
            place.look().await;
            let preview = preview || self.config.agent.staging;
            let mut run = keeper.once(place, &self.line, full, preview).await;
            if run.end == crate::sync::run::End::FullNeeded {
                run = keeper.once(place, &self.line, true, preview).await;
            }
            runs.push(run);
        }
        runs
    }

    /// Works until `stop`. An error: it was revoked.
    pub async fn run(&self, stop: impl Future<Output = ()>) -> Result<(), Complaints> {
        let control = Control::listen(&self.state)?;
        self.keep_status();
        let mut stop = pin!(stop);
        let keeping = self.keepers.iter().filter_map(|(place, keeper)| {
            let wished = place.wished()?;
            Some(keeper.run(place, &self.line, wished, self.config.agent.staging))
        });
        let mut tasks = JoinSet::new();
        let ended = tokio::select! {
            () = &mut stop => None,
            failure = self.poll(&mut tasks) => Some(failure),
            failure = self.work.reports().run(&self.line, &self.journal) => Some(failure),
            () = all(self.places.iter().map(|place| watch::look(place))) => None,
            () = all(keeping) => None,
            () = control.run(&self.line, &self.places) => None,
            () = self.status() => None,
            () = self.roll() => None,
            () = async { self.work.recover().await; std::future::pending().await } => None,
        };
        if let Some(failure) = ended {
            let _ =
                tokio::time::timeout(DRAIN, async { while tasks.join_next().await.is_some() {} })
                    .await;
            self.set_link(LinkState::Revoked);
            self.keep_status();
            return Err(Complaints::revoked(
                failure.complaint(&self.config.service.url),
            ));
        }
        // Nothing new comes; what was begun is ended and told.
        let last = async {
            while tasks.join_next().await.is_some() {}
            self.work.reports().all_told().await;
        };
        let telling = self.work.reports().run(&self.line, &self.journal);
        tokio::select! {
            () = last => {}
            _ = telling => {}
            () = tokio::time::sleep(DRAIN) => tracing::warn!("stopped before everything was told"),
        }
        self.set_link(LinkState::Stopped);
        self.keep_status();
        Ok(())
    }
}

fn lock(state: &Path) -> Result<Lock, Complaint> {
    let place = state.display().to_string();
    match Lock::take(state) {
        Ok(Some(lock)) => Ok(lock),
        Ok(None) => Err(Complaint::new(
            "another agent works in this state directory",
            place,
            "stop it first (systemctl stop keyward-connect), or give this one its own with --state DIR",
        )),
        Err(error) => Err(Complaint::new(
            format!("the state directory can't be locked: {error}"),
            place,
            "keep it on a local file system",
        )),
    }
}

/// All of them at once; never done, as none of them ever is but when the agent was revoked, which the line notices.
async fn all(futures: impl Iterator<Item = impl Future<Output = ()>>) {
    let mut futures: Vec<_> = futures.map(|future| Some(Box::pin(future))).collect();
    std::future::poll_fn(|context| {
        for slot in &mut futures {
            if let Some(future) = slot
                && future.as_mut().poll(context).is_ready()
            {
                *slot = None;
            }
        }
        std::task::Poll::<()>::Pending
    })
    .await;
}
