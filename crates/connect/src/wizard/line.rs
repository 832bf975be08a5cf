//! The wizard's line to the service: being let in, what the organisation may do, and introducing the directories.

use super::ask::{Asked, Choice, Halt, Question};
use super::{Wizard, pages};
use crate::complaint::Complaint;
use crate::enrol::{self, Enrolment, Pending};
use crate::keys::Keys;
use crate::link::{Client, Failure, Line};
use crate::work::Place;
use keyward_wire::enrol::EnrolState;
use keyward_wire::link::{Health, Settings, WorkReply, WorkRequest};
use keyward_wire::sync::{Suffixes, Verified};
use keyward_wire::{code, path};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How long one exchange may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often to look whether an administrator has decided, or somebody wants to go.
const LOOK: Duration = Duration::from_millis(300);

impl Wizard<'_> {
    /// Opens a line to the service of the draft, being let in first where that is needed.
    pub(super) fn connect(&mut self) -> Asked<Result<(), Complaint>> {
        self.line = None;
        self.plan = None;
        if let Err(complaint) = self.draft.check_service().and_then(|()| self.take_lock()) {
            return Ok(Err(complaint));
        }
        let url = self.draft.service.url.clone();
        let client = match Client::new(&self.draft.service) {
            Ok(client) => client,
            Err(complaint) => return Ok(Err(complaint)),
        };
        if let Some(enrolment) = self.enrolment()? {
            match self.open(client.clone(), enrolment)? {
                Ok(()) => return Ok(Ok(())),
                Err(failure) if is_unknown(&failure) => self.ask_to_enrol(&failure, &url)?,
                Err(failure) => return Ok(Err(failure.complaint(&url))),
            }
        }
        let approved = match self.enrol(&client)? {
            Ok(enrolment) => enrolment,
            Err(complaint) => return Ok(Err(complaint)),
        };
        let opened = self.open(client, approved)?;
        Ok(opened.map_err(|failure| failure.complaint(&url)))
    }

    /// The line; opened for a task that asks nothing about the service.
    pub(super) fn line(&mut self) -> Asked<Arc<Line>> {
        if self.line.is_none() {
            self.insist(Self::connect)?;
        }
        let fault = || {
            let fix = "report this: it is a fault of the program";
            Halt::from(Complaint::new(
                "no line to the service",
                "this program",
                fix,
            ))
        };
        self.line.clone().ok_or_else(fault)
    }

    /// What the service wants of this agent.
    pub(super) fn settings(&mut self) -> Asked<Settings> {
        self.line()?;
        Ok(self.plan.clone().unwrap_or_default())
    }

    /// The approval for the service of the draft, if there is one.
    fn enrolment(&self) -> Asked<Option<Enrolment>> {
        let known = match &self.draft.enrolment {
            Some(enrolment) => Some(enrolment.clone()),
            None => Enrolment::load(self.state)?,
        };
        Ok(known.filter(|known| known.service == self.draft.service.url))
    }

    fn open(&mut self, client: Client, enrolment: Enrolment) -> Asked<Result<(), Failure>> {
        let tenant = enrolment.approval.tenant_name.clone();
        let line = Line::new(client, enrolment, Keys::load_or_make(self.state)?);
        let asked = self.runtime.block_on(ask_for_nothing(&line, None));
        Ok(asked.map(|reply| {
            self.prompts
                .say(&format!("Connected. This agent is let in at {tenant}."));
            self.plan = Some(reply.settings);
            self.line = Some(Arc::new(line));
        }))
    }

    fn ask_to_enrol(&mut self, failure: &Failure, url: &str) -> Asked<()> {
        let complaint = failure.complaint(url);
        self.prompts.say(&format!(
            "The service knows this agent no longer: {}.",
            complaint.what
        ));
        let choices = [
            Choice::new("enrol", "Ask to be let in again"),
            Choice::new("stop", "Leave it so"),
        ];
        match self
            .prompts
            .one(Question::EnrolAgain, "And now?", &choices, 0)?
        {
            0 => Ok(()),
            _ => Err(Halt::Failed(complaint.into())),
        }
    }

    /// Shows the code, and waits until an administrator has decided.
    fn enrol(&mut self, client: &Client) -> Asked<Result<Enrolment, Complaint>> {
        let url = self.draft.service.url.clone();
        let keys = Keys::load_or_make(self.state)?;
        let pending = match self
            .runtime
            .block_on(enrol::begin(client, &keys, Vec::new()))
        {
            Ok(pending) => pending,
            Err(failure) => return Ok(Err(failure.complaint(&url))),
        };
        self.prompts.say(&pages::service::shown(&pending));
        let approval = match self.wait(client.clone(), pending)? {
            Ok(EnrolState::Approved(approval)) => approval,
            Ok(EnrolState::Refused) => {
                let fix = "ask who did it, and why; then go on here";
                return Ok(Err(Complaint::new(
                    "an administrator refused this agent",
                    url,
                    fix,
                )));
            }
            Ok(EnrolState::Expired | EnrolState::Waiting) => {
                let what = "nobody approved in time, and the code is worth nothing any more";
                let fix = "go on here for another code when an administrator is at hand";
                return Ok(Err(Complaint::new(what, url, fix)));
            }
            Err(failure) => return Ok(Err(failure.complaint(&url))),
        };
        self.prompts
            .say(&format!("Approved by {}.", approval.approved_by));
        let enrolment = Enrolment {
            service: url,
            approval,
        };
        if Enrolment::load(self.state)?.is_none() {
            // There is nothing that it could put out of order, and whoever leaves now need not be approved twice.
            enrolment.keep(self.state)?;
            self.let_in = true;
        } else {
            self.draft.enrolment = Some(enrolment.clone());
        }
        Ok(Ok(enrolment))
    }

    fn wait(&mut self, client: Client, pending: Pending) -> Asked<Result<EnrolState, Failure>> {
        let mut waiting = JoinSet::new();
        waiting.spawn_on(
            async move { enrol::wait(&client, &pending).await },
            self.runtime.handle(),
        );
        loop {
            match waiting.try_join_next() {
                Some(Ok(decided)) => return Ok(decided),
                Some(Err(error)) => return Ok(Err(Failure::Away(error.to_string()))),
                None => self.prompts.pause(LOOK)?,
            }
        }
    }

    /// Which endings of user names are domains of the organisation.
    pub(super) fn verified(&mut self, suffixes: &[String]) -> Asked<Result<Vec<String>, Failure>> {
        let line = self.line()?;
        let ask = Suffixes {
            suffixes: suffixes.to_vec(),
        };
        let said = line.say::<Verified>(path::SUFFIXES, &ask, PATIENCE);
        let said = self.runtime.block_on(said);
        Ok(said.map(|verified| verified.suffixes))
    }

    /// Tells the service which directories there are, so that it can say what would become of their users. As long as
    /// this agent doesn't run it is said to change nothing.
    pub(super) fn introduce(&mut self, places: &[Place]) -> Asked<Result<(), Complaint>> {
        let line = self.line()?;
        let health = Health {
            directories: places
                .iter()
                .filter_map(|place| place.health(true))
                .collect(),
            complaints: Vec::new(),
            staging: true,
            key_stuck: None,
        };
        let asked = self.runtime.block_on(ask_for_nothing(&line, Some(health)));
        let url = &self.draft.service.url;
        Ok(asked.map(drop).map_err(|failure| failure.complaint(url)))
    }
}

/// An agent that the service threw out, or never knew.
fn is_unknown(failure: &Failure) -> bool {
    failure.is_revoked() || failure.code() == code::NOT_FOUND
}

/// Says how the agent is, and takes no work.
async fn ask_for_nothing(line: &Line, health: Option<Health>) -> Result<WorkReply, Failure> {
    let request = WorkRequest {
        health,
        wait_s: 0,
        most: 0,
        holds: None,
    };
    line.say(path::WORK, &request, PATIENCE).await
}
