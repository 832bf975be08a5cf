//! Every message as it travels. A change of one of these files is a change of what agents and services in the field
//! say to each other: it must be one that the other side may be older or newer than.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use insta::assert_json_snapshot;
use keyward_wire::enrol::{Approval, EnrolPoll, EnrolRequest, EnrolStarted, EnrolState, Named};
use keyward_wire::link::{
    Accepted, DirectoryHealth, DirectoryKind, Features, Health, Job, Report, Reports, Settings,
    SignedTask, Task, WorkReply, WorkRequest,
};
use keyward_wire::outcome::{Denial, Examination, Finding, Outcome, PasswordPolicy};
use keyward_wire::seal::{Binding, Purpose, Sealing, seal};
use keyward_wire::session::{
    Challenge, ChallengeRequest, KeyRolled, RollKey, Session, SessionRequest,
};
use keyward_wire::sign::{self, Signing};
use keyward_wire::sync::{
    Batch, BatchReply, Changes, ChangesPage, Counts, EndRun, Explain, Explained, GroupRecord,
    MemberChange, Mode, ObjectChange, ObjectError, RunEnded, RunStarted, StartRun, Suffixes,
    UserRecord, Verified,
};
use keyward_wire::{Bytes, Trouble, VERSION, code};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn bytes(n: u8) -> Bytes {
    Bytes(vec![n; 32])
}

/// What is written is read again, with fields that a newer sender may add.
fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(message: &T) {
    let mut json = serde_json::to_value(message).unwrap();
    assert_eq!(&serde_json::from_value::<T>(json.clone()).unwrap(), message);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("of a later version".to_owned(), 1.into());
        assert_eq!(&serde_json::from_value::<T>(json).unwrap(), message);
    }
}

macro_rules! golden {
    ($($name:literal: $message:expr,)*) => {
        $(
            let message = $message;
            there_and_back(&message);
            assert_json_snapshot!($name, message);
        )*
    };
}

fn signing() -> Signing {
    Signing::from_seed(&[1; 32])
}

#[test]
fn enrolment() {
    golden! {
        "enrol-request": EnrolRequest {
            version: VERSION,
            host: "dc-side.corp.test".into(),
            agent_version: "0.1.0".into(),
            signing_key: bytes(1),
            sealing_key: bytes(2),
            signature: bytes(3),
            directories: vec![Named { id: id(4), name: "corp.test".into() }],
        },
        "enrol-started": EnrolStarted {
            enrolment: id(1),
            secret: bytes(4),
            user_code: "ABCD-2345".into(),
            verification_url: "https://password.example.org/admin/connect/enrol".into(),
            expires_in_s: 900,
            interval_s: 5,
        },
        "enrol-poll": EnrolPoll { enrolment: id(1), secret: bytes(4) },
        "enrol-waiting": EnrolState::Waiting,
        "enrol-refused": EnrolState::Refused,
        "enrol-expired": EnrolState::Expired,
        "enrol-approved": EnrolState::Approved(Approval {
            agent: id(2),
            tenant: id(3),
            tenant_name: "Example GmbH".into(),
            service_key: bytes(5),
            approved_by: "ada@example.org".into(),
        }),
        "trouble": Trouble { code: code::REVOKED.into(), message: "This agent was revoked.".into() },
    }
}

#[test]
fn sessions() {
    golden! {
        "challenge-request": ChallengeRequest { version: VERSION, agent: id(2) },
        "challenge": Challenge { challenge: bytes(6), now: 1_795_763_700_000_000 },
        "session-request": SessionRequest {
            agent: id(2),
            challenge: bytes(6),
            agent_version: "0.1.0".into(),
            signature: bytes(7),
        },
        "session": Session {
            token: "t0ken".into(),
            expires_in_s: 3_600,
            settings: Settings { writeback: true, unlock: false },
        },
        "roll-key": RollKey { sealing_key: bytes(8), signature: bytes(9) },
        "key-rolled": KeyRolled { fingerprint: "ABCD-EFGH".into() },
    }
}

#[test]
fn work() {
    golden! {
        "work-request": WorkRequest { health: Some(health()), wait_s: 25, most: 16, holds: Some(vec![id(1)]) },
        "work-request-plain": WorkRequest { health: None, wait_s: 25, most: 1, holds: None },
        "work-reply": WorkReply {
            tasks: vec![SignedTask { task: "{}".into(), signature: bytes(1) }],
            settings: Settings::default(),
            now: 1_795_763_700_000_000,
        },
        "reports": Reports { reports: outcomes().into_iter().map(|outcome| Report {
            operation: id(5),
            outcome,
            took_us: 1_234,
        }).collect() },
        "accepted": Accepted { operations: vec![id(5)] },
    }
}

fn health() -> Health {
    Health {
        directories: vec![DirectoryHealth {
            directory: id(4),
            name: "corp.test".into(),
            kind: DirectoryKind::ActiveDirectory,
            server: Some("dc1.corp.test".into()),
            suffixes: vec!["corp.test".into()],
            reachable: true,
            complaints: vec!["the agent's account lacks a right".into()],
            features: Features {
                sync: true,
                sign_in: true,
                writeback: true,
                policy_hints: false,
            },
        }],
        complaints: vec!["the disk is full".into()],
        staging: false,
        key_stuck: Some("no space left on device".into()),
    }
}

fn policy() -> PasswordPolicy {
    PasswordPolicy {
        name: Some("strict".into()),
        min_length: 14,
        complexity: true,
        history: 24,
        min_age_s: 86_400,
        max_age_s: 0,
        lockout_threshold: 10,
        lockout_window_s: 600,
        lockout_duration_s: 900,
    }
}

fn outcomes() -> Vec<Outcome> {
    let finding = |what| Finding {
        what,
        blocks: true,
        mend: Some("samba-tool dsacl set".into()),
    };
    vec![
        Outcome::Done,
        Outcome::refused(Denial::NoJournal),
        Outcome::Refused {
            refusal: Denial::TooShort,
            code: Some("0000052D".into()),
            policy: Some(policy()),
        },
        Outcome::Unreachable {
            message: "no route".into(),
        },
        Outcome::Unknown {
            message: "no answer".into(),
        },
        Outcome::Examined(Examination {
            findings: vec![finding(Denial::NoRight)],
            policy: policy(),
            password_set_at: Some(1),
            dn: "CN=Ada,DC=corp,DC=test".into(),
        }),
        Outcome::Started,
    ]
}

#[test]
fn every_job_is_signed_as_it_travels() {
    let anchor = id(6);
    let jobs = [
        (
            "job-verify",
            Job::Verify {
                anchor: None,
                password: bytes(1),
            },
        ),
        (
            "job-reset",
            Job::Reset {
                anchor,
                password: bytes(1),
                enforce_policy: true,
                must_change: false,
            },
        ),
        (
            "job-change",
            Job::Change {
                anchor,
                old: bytes(1),
                new: bytes(2),
            },
        ),
        ("job-unlock", Job::Unlock { anchor }),
        ("job-force-change", Job::ForceChange { anchor }),
        ("job-examine", Job::Examine { anchor }),
        (
            "job-sync",
            Job::Sync {
                full: true,
                preview: false,
            },
        ),
    ];
    for (name, job) in jobs {
        let task = Task {
            operation: id(5),
            tenant: id(3),
            agent: id(2),
            directory: id(4),
            issued_at: 1,
            expires_at: 2,
            job,
        };
        let signed = signing().task(&task).unwrap();
        assert_eq!(
            sign::open(&signing().public().0, &signed),
            Some(task.clone())
        );
        there_and_back(&task);
        assert_json_snapshot!(name, (task, signed.signature));
    }
}

/// What an agent of today opens, an agent of tomorrow must open as well.
#[test]
fn the_layout_of_what_is_sealed() {
    let key = Sealing::from_seed(&[7; 32]);
    let binding = Binding {
        tenant: id(3),
        agent: id(2),
        operation: id(5),
        directory: id(4),
        anchor: Some(id(6)),
        purpose: Purpose::Reset,
        expires_at: 2,
    };
    let sealed = seal(&key.public().0, &binding, "lamp on the hill", |bytes| {
        bytes.fill(9);
    })
    .unwrap();
    assert_eq!(*key.open(&binding, &sealed.0).unwrap(), "lamp on the hill");
    assert_json_snapshot!("sealed", sealed);
}

#[test]
fn synchronisation() {
    golden! {
        "start-run": StartRun {
            directory: id(4),
            mode: Mode::Full,
            preview: true,
            policies: vec![policy(), PasswordPolicy::default()],
        },
        "run-started": RunStarted { run: id(7), full_needed: true },
        "batch": Batch {
            run: id(7),
            number: 1,
            users: vec![user(), UserRecord { anchor: id(9), upn: "b@corp.test".into(), ..UserRecord::default() }],
            groups: vec![GroupRecord {
                anchor: id(10),
                dn: "CN=Pilot,DC=corp,DC=test".into(),
                name: "Pilot".into(),
                description: Some("They go first".into()),
            }],
            members: vec![MemberChange { group: id(10), whole: true, add: vec![id(8)], remove: vec![id(9)] }],
            gone: vec![id(11)],
        },
        "batch-reply": BatchReply { errors: vec![ObjectError {
            anchor: id(9),
            code: "bad-upn".into(),
            message: "This is no user name.".into(),
        }] },
        "end-run": EndRun { run: id(7), complete: false, message: Some("cut off".into()) },
        "run-ended": RunEnded {
            counts: Counts {
                read: 1,
                added: 2,
                updated: 3,
                deleted: 4,
                joined: 5,
                members_added: 6,
                members_removed: 7,
                errors: 8,
            },
            held: 9,
        },
        "changes": Changes { run: id(5), after: 7 },
        "changes-page": ChangesPage {
            changes: vec![ObjectChange {
                action: "update".into(),
                kind: "user".into(),
                anchor: id(8),
                name: "ada@corp.test".into(),
                changes: vec![("title".into(), None, Some("Countess".into()))],
            }],
            next: None,
        },
        "suffixes": Suffixes { suffixes: vec!["corp.test".into()] },
        "verified": Verified { suffixes: Vec::new() },
        "explain": Explain { directory: id(4), user: user() },
        "explained": Explained {
            action: "update".into(),
            message: "Two attributes change.".into(),
            changes: vec![("mobile".into(), None, Some("+49 151 1".into()))],
        },
    }
}

fn user() -> UserRecord {
    UserRecord {
        anchor: id(8),
        dn: "CN=Ada,DC=corp,DC=test".into(),
        upn: "ada@corp.test".into(),
        enabled: true,
        account_name: Some("ada".into()),
        sid: Some("S-1-5-21-1-2-3-1104".into()),
        display_name: Some("Ada Lovelace".into()),
        given_name: Some("Ada".into()),
        surname: Some("Lovelace".into()),
        mail: Some("ada@corp.test".into()),
        proxy_addresses: vec!["SMTP:ada@corp.test".into()],
        mobile: Some("+49 151 1".into()),
        telephone: Some("+49 30 1".into()),
        department: Some("Engines".into()),
        job_title: Some("Countess".into()),
        manager: Some(id(9)),
        usage_location: Some("GB".into()),
        password_set_at: Some(1),
        must_change: true,
        protected: true,
        policy: Some("strict".into()),
        extensions: [("cost".to_owned(), "42".to_owned())].into(),
    }
}
