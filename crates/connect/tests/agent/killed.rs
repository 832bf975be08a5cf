//! The real program beside a real Active Directory: killed at any moment of a write, and on a disk without room.

use crate::command::{Home, PROGRAM, printed};
use crate::service::{Service, WAIT};
use keyward_connect::config::Switches;
use keyward_connect::journal;
use keyward_testbed::ldap::{Account, Person};
use keyward_testbed::process::{Launch, Process};
use keyward_testbed::samba::Samba;
use keyward_wire::outcome::{Denial, Outcome};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// An agent beside a domain controller of its own.
struct Site {
    samba: Samba,
    home: Home,
    directory: Uuid,
}

impl Site {
    fn new(people: &[&str]) -> (Self, Process, Vec<(Account, Uuid)>) {
        let samba = Samba::start();
        let accounts: Vec<_> = people
            .iter()
            .map(|name| samba.user(&Person::new(name)))
            .collect();
        let mut home = Home::new();
        home.private("password", &samba.service().password);
        let directory = &mut home.config.directories[0];
        directory.servers = vec![samba.url()];
        directory.ca = Some(samba.ca_file());
        directory.bind_dn.clone_from(&samba.service().dn);
        directory.password_file = Some(home.dir.path().join("password"));
        directory.switches = Switches {
            sync: true,
            sign_in: true,
            writeback: true,
        };
        home.write_config();
        home.enrol();
        let agent = home.run();
        let anchors = accounts.into_iter().map(|account| {
            let anchor = home.service.until("the user", |said| {
                let mut users = said.batches.iter().flat_map(|batch| &batch.users);
                let user =
                    users.find(|user| user.account_name.as_deref() == Some(&account.login))?;
                Some(user.anchor)
            });
            (account, anchor)
        });
        let anchors = anchors.collect();
        let directory = home.service.until("health", |said| {
            Some(said.health.as_ref()?.directories.first()?.directory)
        });
        let site = Self {
            samba,
            home,
            directory,
        };
        (site, agent, anchors)
    }

    fn service(&self) -> &Service {
        &self.home.service
    }
}

// case: WB-03, S76
#[test]
fn wb_03_killed_at_any_moment_of_a_write_it_tells_the_truth() {
    let (site, mut agent, people) = Site::new(&["ada"]);
    let (ada, anchor) = &people[0];
    let mut now = ada.password.clone();
    let mut done = 0;
    // So many milliseconds after the task was given; none: as soon as the journal says that it has begun.
    for (round, delay) in [
        None,
        Some(0),
        Some(10),
        None,
        Some(25),
        Some(50),
        Some(2_000),
        None,
    ]
    .iter()
    .enumerate()
    {
        let new = format!("Lamp-on-the-h1ll-{round}");
        let task = site.service().reset(site.directory, *anchor, &new);
        site.service().give(&task);
        if let Some(ms) = delay {
            std::thread::sleep(Duration::from_millis(*ms));
        } else {
            let begun = |entry: &journal::Entry| entry.begun.operation == task.operation;
            while !journal::look(&site.home.state()).0.iter().any(begun) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        agent.kill();
        agent = site.home.run();
        // Killed before it came, it comes again, as the service gives what nobody took.
        let (entries, _) = journal::look(&site.home.state());
        let known = entries
            .iter()
            .any(|entry| entry.begun.operation == task.operation);
        let mut told = site.service().said().reports.clone();
        told.retain(|report| report.operation == task.operation);
        // What was answered is over: the agent may have said that it has not reached its directory yet.
        if !known && told.is_empty() {
            site.service().give(&task);
        }
        match site.service().outcome(task.operation) {
            Outcome::Done => {
                done += 1;
                assert_eq!(site.samba.kinit(&ada.login, &new), Ok(()), "round {round}");
                assert!(site.samba.kinit(&ada.login, &now).is_err(), "round {round}");
                now = new;
            }
            Outcome::Unreachable { message } => {
                assert_eq!(
                    site.samba.kinit(&ada.login, &now),
                    Ok(()),
                    "round {round}: {message}"
                );
            }
            other => panic!("round {round}: {other:?}"),
        }
    }
    assert!(done > 0);
    agent.terminate();
    assert!(agent.wait(WAIT).success());
}

// case: WB-11
#[test]
fn wb_11_on_a_full_disk_it_begins_nothing_and_says_so() {
    let (site, mut agent, people) = Site::new(&["ada"]);
    let (ada, anchor) = &people[0];
    let room = |bytes: &str| {
        let limit = format!("--fsize={bytes}:unlimited");
        let status = std::process::Command::new("prlimit")
            .args(["--pid", &agent.pid().to_string(), &limit])
            .status();
        assert!(status.unwrap().success());
    };
    let reset = |password: &str| {
        let task = site.service().reset(site.directory, *anchor, password);
        site.service().give(&task);
        site.service().outcome(task.operation)
    };
    room("0");
    let refused = Outcome::refused(Denial::NoJournal);
    assert_eq!(reset("Lamp-on-the-h1ll"), refused);
    let told = site.service().until("the complaint", |said| {
        said.health.as_ref()?.complaints.first().cloned()
    });
    assert!(told.contains("make room"), "{told}");
    assert_eq!(site.samba.kinit(&ada.login, &ada.password), Ok(()));
    room("unlimited");
    assert_eq!(reset("Lamp-on-the-h1ll"), Outcome::Done);
    assert_eq!(site.samba.kinit(&ada.login, "Lamp-on-the-h1ll"), Ok(()));
    agent.terminate();
    assert!(agent.wait(WAIT).success());
}

// case: AG-19
#[test]
fn ag_19_no_password_stays_in_memory_or_in_the_most_talkative_log_and_no_core_is_written() {
    let (site, mut agent, people) = Site::new(&["ada"]);
    let (ada, anchor) = &people[0];
    let pid = agent.pid();
    let canary = "Canary-on-the-h1ll-";
    for round in 0..3 {
        let password = format!("{canary}{round}");
        let task = site.service().reset(site.directory, *anchor, &password);
        site.service().give(&task);
        assert_eq!(site.service().outcome(task.operation), Outcome::Done);
        let check = site
            .service()
            .verify(site.directory, Some(*anchor), &password);
        site.service().give(&check);
        assert_eq!(site.service().outcome(check.operation), Outcome::Done);
    }
    assert_eq!(site.samba.kinit(&ada.login, &format!("{canary}2")), Ok(()));
    // Nobody but root may look.
    if rustix::process::geteuid().is_root() {
        let times = |bytes: &[u8]| agent.times_in_memory(bytes).unwrap();
        // What it needs is there, so this would be found; what it has written is gone.
        assert_ne!(times(site.samba.service().password.as_bytes()), 0);
        let sixteen: Vec<_> = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
        // The buffers of its connections go a few seconds later, with them.
        let deadline = Instant::now() + WAIT;
        let mut held = [usize::MAX; 2];
        while held != [0, 0] && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(250));
            held = [canary.as_bytes(), &sixteen].map(times);
        }
        assert_eq!(held, [0, 0], "as UTF-8 and as UTF-16");
    } else {
        assert!(agent.times_in_memory(canary.as_bytes()).is_err());
    }
    // No core is written.
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core"));
    assert!(core.unwrap().matches(" 0 ").count() == 2, "{core:?}");
    agent.terminate();
    assert!(agent.wait(WAIT).success());
    let said = printed(&agent);
    assert!(said.contains("done with a task"), "{said}");
    for secret in [canary, site.samba.service().password.as_str()] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn the_doctor_knows_what_the_account_may_do() {
    let (site, agent, _) = Site::new(&["ada"]);
    let mut doctor = Launch::new(PROGRAM)
        .args(site.home.options())
        .arg("doctor")
        .spawn();
    doctor.wait(WAIT);
    let said = printed(&doctor);
    assert!(said.contains("ok   service"), "{said}");
    assert!(said.contains("may: "), "{said}");
    drop(agent);
}
