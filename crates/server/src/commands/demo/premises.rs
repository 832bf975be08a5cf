//! An Active Directory beside the demo, with an agent that has been let in.

use super::agent::Agent;
use super::checkout::{Programs, Source};
use super::child::Child;
use super::directory::Directory;
use crate::cli::Demo;
use crate::commands::terminal::line;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::wiring;
use keyward_app::{App, Error, Principal};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A handful of users takes a second; a machine with something else to do, more.
const FIRST_SYNC: Duration = Duration::from_mins(2);

/// What runs beside the service.
pub(super) struct Premises {
    programs: Programs,
    skip_install: bool,
    domain_controller: Option<Child>,
    agent: Option<Child>,
}

/// Refuses what can't work, before anything is done; where the programs will come from.
pub(super) fn check(options: &Demo) -> Result<Source, Complaint> {
    let source = Source::find(options.no_build)?;
    if !rustix::process::geteuid().is_root() {
        return Err(Complaint::new(
            "the sample domain controller takes ports below 1024 (LDAP, Kerberos), which only root may take",
            "--with-ad",
            "run it as root, best in a container or a virtual machine; without --with-ad the demo needs no rights",
        ));
    }
    let filled = |folder: &std::path::PathBuf| folder.join("keyward.db").exists();
    match options.data.as_ref().filter(|folder| filled(folder)) {
        None => Ok(source),
        Some(folder) => Err(Complaint::new(
            "the sample domain controller is a new one at each start, and this data directory knows others",
            folder.display().to_string(),
            "name one that doesn't exist yet, or leave out --data",
        )),
    }
}

impl Premises {
    /// Nothing runs yet.
    pub(super) fn new(programs: Programs, skip_install: bool) -> Self {
        Self {
            programs,
            skip_install,
            domain_controller: None,
            agent: None,
        }
    }

    /// Starts everything beside the service, which answers already, and returns when the users are in.
    pub(super) async fn start(
        &mut self,
        app: &App,
        config: &Config,
    ) -> Result<Directory, Complaint> {
        line("Starting the sample domain controller (the first time on a machine takes longer) …");
        let started = Directory::start(&self.programs.xtask, self.skip_install).await;
        let (directory, child) = started?;
        self.domain_controller = Some(child);
        let fault = |error: Error| wiring::fault(config, &error);
        let me = app.demo_administrator().await.map_err(fault)?;
        app.demo_expects_directory(&me, &directory.domain)
            .await
            .map_err(fault)?;
        line("Letting the agent in …");
        let home = std::path::absolute(&config.data_dir).unwrap_or_default();
        let agent = Agent::configure(
            self.programs.agent.clone(),
            home.join("connect"),
            config.public_url.origin(),
            &directory,
        )?;
        agent
            .enrol(async |asked| {
                let (code, print) = (asked.user_code, asked.fingerprint);
                let ctx = app.local_ctx();
                let let_in = app.approve_agent(&ctx, &me, &code, &print);
                let_in.await.map(drop).map_err(fault)
            })
            .await?;
        let mut child = agent.run()?;
        line("Bringing the users in …");
        let synchronised = tokio::select! {
            done = synchronised(app, &me) => done.map_err(fault)?,
            _ = child.succeeded() => false,
        };
        self.agent = Some(child);
        if !synchronised {
            return Err(agent.complaint("did not bring the users in"));
        }
        for person in &directory.people {
            if let Some(mail) = &person.private_mail {
                app.demo_registers(&me, &person.upn, &person.mobile, mail)
                    .await
                    .map_err(fault)?;
            }
        }
        app.sign_out(&app.local_ctx(), &me).await.map_err(fault)?;
        Ok(directory)
    }

    /// Waits until something ends that shouldn't.
    pub(super) async fn watch(&mut self) -> Complaint {
        let ended = async |child: &mut Option<Child>| match child {
            Some(child) => child.ended().await,
            None => std::future::pending().await,
        };
        tokio::select! {
            complaint = ended(&mut self.agent) => complaint,
            complaint = ended(&mut self.domain_controller) => complaint,
        }
    }

    /// Ends everything, the agent first.
    pub(super) async fn end(self) {
        for child in [self.agent, self.domain_controller].into_iter().flatten() {
            child.end().await;
        }
    }
}

/// Waits for the first synchronisation; whether it came in time.
async fn synchronised(app: &App, me: &Principal) -> Result<bool, Error> {
    let until = Instant::now() + FIRST_SYNC;
    while Instant::now() < until {
        if app.demo_is_synchronised(me).await? {
            return Ok(true);
        }
        sleep(Duration::from_millis(200)).await;
    }
    Ok(false)
}
