//! What Windows answers and Samba doesn't: from [MS-ADTS] and from reports of real domain controllers.

pub(super) mod domain;

use super::scripted::{Reply, Scripted};
use super::{Taken, denial};
use domain::{Domain, HINTS, guid, result};
use keyward_connect::directory::{Directory, Error, ResetOptions, Scope, Settings, open};
use keyward_wire::link::DirectoryKind;
use keyward_wire::outcome::{Denial, Outcome};
use ldap3_proto::control::LdapControl;
use ldap3_proto::proto::{LdapModifyRequest, LdapMsg, LdapOp, LdapResult, LdapResultCode};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const HELD: ResetOptions = ResetOptions {
    enforce_policy: true,
    must_change: false,
};

fn directory_of(server: &Scripted) -> Arc<dyn Directory> {
    let mut settings = Settings::new(
        DirectoryKind::ActiveDirectory,
        vec![server.url()],
        domain::SERVICE.to_owned(),
        "secret".to_owned().into(),
    );
    settings.ca = Some(server.ca_file());
    open(settings).unwrap()
}

fn modified(server: &Scripted) -> Vec<(LdapModifyRequest, Vec<LdapControl>)> {
    let heard = server.heard().into_iter();
    heard
        .filter_map(|message| match message.op {
            LdapOp::ModifyRequest(request) => Some((request, message.ctrl)),
            _ => None,
        })
        .collect()
}

fn refused(code: LdapResultCode, text: &str) -> Vec<Reply> {
    vec![Reply::Say(
        LdapOp::ModifyResponse(result(code, text)),
        vec![],
    )]
}

const POLICY_53: &str =
    "0000052D: SvcErr: DSID-031A124C, problem 5003 (WILL_NOT_PERFORM), data 0\n\0";

// case: S77
#[tokio::test]
async fn the_policy_hints_go_out_exactly_where_they_are_listed_and_wanted() {
    let hints = LdapControl::Unknown {
        oid: HINTS.to_owned(),
        criticality: true,
        value: Some(vec![0x30, 3, 2, 1, 1]),
    };
    for (listed, options, sent) in [
        (true, HELD, vec![hints]),
        (true, ResetOptions::default(), vec![]),
        (false, HELD, vec![]),
    ] {
        let domain = Domain::of_users(1).hints(listed);
        let server = Scripted::start(move |message| domain.answer(message));
        let directory = directory_of(&server);
        assert_eq!(directory.identify().await.unwrap().policy_hints, listed);
        let outcome = directory.reset(guid(1), "Some-Passw0rd1", options).await;
        assert_eq!(outcome, Outcome::Done);
        let modified = modified(&server);
        let [(request, controls)] = modified.as_slice() else {
            panic!("{modified:?}");
        };
        assert_eq!(*controls, sent);
        assert_eq!(request.dn, format!("<GUID={}>", guid(1)));
        let named: Vec<&str> = request
            .changes
            .iter()
            .map(|change| change.modification.atype.as_str())
            .collect();
        assert_eq!(named, ["unicodePwd", "lockoutTime"]);
    }
}

// case: AD-09, AD-10, S75
#[tokio::test]
async fn a_policy_refusal_of_windows_is_worked_out() {
    let domain = Domain::of_users(1).hints(true);
    let server = Scripted::start(move |message| match message.op {
        LdapOp::ModifyRequest(_) => refused(LdapResultCode::UnwillingToPerform, POLICY_53),
        _ => domain.answer(message),
    });
    let directory = directory_of(&server);
    for (password, options, rule) in [
        ("Short-1", HELD, Denial::TooShort),
        ("all-of-it-lower", HELD, Denial::Complexity),
        ("Number-One-User1", HELD, Denial::Complexity),
        // Set a minute ago by the server's clock, and a day is demanded.
        ("Some-Passw0rd1", HELD, Denial::TooYoung),
        // Neither history nor age was asked: what is left is a filter of the server's own.
        ("Some-Passw0rd1", ResetOptions::default(), Denial::Banned),
    ] {
        let outcome = directory.reset(guid(1), password, options).await;
        assert_eq!(denial(&outcome), rule, "{password}");
        assert!(
            matches!(outcome, Outcome::Refused { code: Some(code), policy: Some(_), .. } if code == "0000052D")
        );
    }
}

// case: AD-09
#[tokio::test]
async fn each_other_refusal_is_what_it_is_and_a_lost_answer_is_unknown() {
    for (code, text, told) in [
        (
            LdapResultCode::InsufficentAccessRights,
            "00000005: SecErr: DSID-031A1190",
            Some(Denial::NoRight),
        ),
        (
            LdapResultCode::UnwillingToPerform,
            "0000001F: SvcErr: DSID-031A12D2",
            Some(Denial::Policy),
        ),
        (
            LdapResultCode::ConstraintViolation,
            "00000056: AtrErr: DSID-03191083",
            Some(Denial::WrongPassword),
        ),
        (
            LdapResultCode::ConstraintViolation,
            "00000775: AtrErr: DSID-03191083",
            Some(Denial::Locked),
        ),
        (
            LdapResultCode::NoSuchObject,
            "0000208D: NameErr: DSID-0310021C",
            Some(Denial::NotFound),
        ),
        (LdapResultCode::Busy, "00002024: SvcErr", None),
        (
            LdapResultCode::UnavailableCriticalExtension,
            "00000057: LdapErr",
            None,
        ),
    ] {
        let domain = Domain::of_users(1);
        let text = text.to_owned();
        let server = Scripted::start({
            let code = code.clone();
            move |message| match message.op {
                LdapOp::ModifyRequest(_) => refused(code.clone(), &text),
                _ => domain.answer(message),
            }
        });
        let outcome = directory_of(&server)
            .reset(guid(1), "Some-Passw0rd1", HELD)
            .await;
        match told {
            Some(told) => assert_eq!(denial(&outcome), told, "{code:?}"),
            None => assert!(
                matches!(outcome, Outcome::Unreachable { .. }),
                "{outcome:?}"
            ),
        }
    }
    // Neither done nor not done.
    let domain = Domain::of_users(1);
    let server = Scripted::start(move |message| match message.op {
        LdapOp::ModifyRequest(_) => vec![Reply::HangUp],
        _ => domain.answer(message),
    });
    let directory = directory_of(&server);
    let outcome = directory.reset(guid(1), "Some-Passw0rd1", HELD).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    // And it isn't sent a second time.
    assert_eq!(modified(&server).len(), 1);
}

// case: AD-03, AD-13
#[tokio::test]
async fn a_referral_is_never_followed() {
    let lure = Scripted::start(|_| vec![Reply::HangUp]);
    let domain = Domain::of_users(2);
    let elsewhere = lure.url();
    let server = Scripted::start(move |message| match message.op {
        LdapOp::ModifyRequest(_) => {
            let answer = LdapResult {
                referral: vec![format!("{elsewhere}/DC=corp,DC=win")],
                ..result(LdapResultCode::Referral, "0000202B: RefErr: DSID-0310063C")
            };
            vec![Reply::Say(LdapOp::ModifyResponse(answer), vec![])]
        }
        _ => domain.referring(message, &elsewhere),
    });
    let directory = directory_of(&server);
    let outcome = directory.reset(guid(1), "Some-Passw0rd1", HELD).await;
    assert!(
        matches!(outcome, Outcome::Unreachable { .. }),
        "{outcome:?}"
    );
    let all = Taken::all(&directory, &Scope::default()).await;
    assert_eq!(all.accounts(), ["user1", "user2"]);
    assert!(lure.heard().is_empty());
}

// case: AD-16
#[tokio::test]
async fn the_limits_of_windows_cut_nothing_off() {
    let domain = Domain::of_users(2_300).group(3_700);
    let server = Scripted::start(move |message| domain.answer(message));
    let directory = directory_of(&server);
    let all = Taken::all(&directory, &Scope::default()).await;
    let people: BTreeSet<_> = all
        .objects
        .iter()
        .filter(|object| !object.group)
        .collect::<Vec<_>>()
        .iter()
        .map(|object| object.anchor)
        .collect();
    assert_eq!(people.len(), 2_300);
    let group = all.named("Everybody").anchor;
    let members: BTreeSet<_> = all.members_of(group).into_iter().collect();
    assert_eq!(members.len(), 3_700);
    assert!(all.most_objects <= 500 && all.most_members <= 4_000);
}

// case: AD-15, S81
#[tokio::test]
async fn a_result_that_is_cut_off_is_an_error_and_never_an_end() {
    let pages = Arc::new(AtomicUsize::new(0));
    let domain = Domain::of_users(1_300);
    let count = Arc::clone(&pages);
    let server = Scripted::start(move |message| {
        let answer = domain.answer(message);
        if domain::is_page_of_people(message) && count.fetch_add(1, Ordering::Relaxed) == 1 {
            // Half of the second page.
            return answer
                .into_iter()
                .take(250)
                .chain([Reply::HangUp])
                .collect();
        }
        answer
    });
    let directory = directory_of(&server);
    let mut taken = Taken::default();
    let read = directory.read_all(&Scope::default(), &mut taken).await;
    assert!(matches!(read, Err(Error::Unreachable(_))), "{read:?}");
    assert_eq!(taken.objects.len(), 500);
    // The next time it comes whole.
    let all = Taken::all(&directory, &Scope::default()).await;
    assert_eq!(all.objects.len(), 1_300);

    // A page without its cookie is no last page.
    let domain = Domain::of_users(1_300);
    let server = Scripted::start(move |message: &LdapMsg| {
        let mut answer = domain.answer(message);
        if domain::is_page_of_people(message)
            && let Some(Reply::Say(_, controls)) = answer.last_mut()
        {
            controls.clear();
        }
        answer
    });
    let mut taken = Taken::default();
    let read = directory_of(&server)
        .read_all(&Scope::default(), &mut taken)
        .await;
    assert!(matches!(read, Err(Error::Answer(_))), "{read:?}");
}

#[tokio::test]
async fn changes_are_asked_for_until_there_are_no_more() {
    let domain = Domain::of_users(5).changing(vec![vec![1, 2], vec![3], vec![4]]);
    let server = Scripted::start(move |message| domain.answer(message));
    let directory = directory_of(&server);
    let mut taken = Taken::default();
    let position = directory
        .read_all(&Scope::default(), &mut taken)
        .await
        .unwrap();
    directory.changed(&position).await.unwrap();
    let mut taken = Taken::default();
    let next = directory
        .read_changes(&Scope::default(), &position, &mut taken)
        .await
        .unwrap();
    assert_eq!(taken.accounts(), ["user1", "user2", "user3", "user4"]);
    assert_ne!(next, position);
}

/// How often the number of the last write was asked for.
fn looks(server: &Scripted) -> usize {
    let heard = server.heard().into_iter();
    let asked = heard.filter(|message| {
        matches!(&message.op, LdapOp::SearchRequest(request)
            if request.attrs == ["highestCommittedUSN"])
    });
    asked.count()
}

#[tokio::test]
async fn a_change_is_told_and_not_asked_for_where_the_server_tells() {
    let domain = Domain::of_users(2).quiet().notifying();
    let server = Scripted::start(move |message| {
        if Domain::is_notification(message) {
            return vec![Reply::Wait(Duration::from_millis(2_500)), Domain::told()];
        }
        domain.answer(message)
    });
    let directory = directory_of(&server);
    let position = directory
        .read_all(&Scope::default(), &mut Taken::default())
        .await
        .unwrap();
    let begun = Instant::now();
    directory.changed(&position).await.unwrap();
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(2_500), "{took:?}");
    assert!(
        took < Duration::from_secs(10),
        "it waited for a look: {took:?}"
    );
    // One look, after the search began; asking each second would have been three.
    assert_eq!(looks(&server), 1);

    // A server that lists it and refuses it is asked as any other.
    let refused = Arc::new(AtomicUsize::new(0));
    let domain = Arc::new(Mutex::new(Domain::of_users(2).quiet().notifying()));
    let (count, inside) = (Arc::clone(&refused), Arc::clone(&domain));
    let server = Scripted::start(move |message| {
        if Domain::is_notification(message) {
            count.fetch_add(1, Ordering::Relaxed);
            let text = "000020B9: SvcErr: DSID-0314026C";
            let op = LdapOp::SearchResultDone(result(LdapResultCode::UnwillingToPerform, text));
            return vec![Reply::Say(op, vec![])];
        }
        inside.lock().unwrap().answer(message)
    });
    let directory = directory_of(&server);
    let position = directory
        .read_all(&Scope::default(), &mut Taken::default())
        .await
        .unwrap();
    let (changed, ()) = tokio::join!(directory.changed(&position), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        domain.lock().unwrap().write(1);
    });
    changed.unwrap();
    assert_eq!(refused.load(Ordering::Relaxed), 1);
}

// case: AG-16
#[tokio::test]
async fn where_dirsync_is_refused_changes_are_read_by_their_numbers() {
    let domain = Arc::new(Mutex::new(Domain::of_users(5).quiet().numbers_only()));
    let inside = Arc::clone(&domain);
    let server = Scripted::start(move |message| inside.lock().unwrap().answer(message));
    let directory = directory_of(&server);
    let scope = Scope::default();
    let position = directory
        .read_all(&scope, &mut Taken::default())
        .await
        .unwrap();
    {
        let mut domain = domain.lock().unwrap();
        domain.write(2);
        domain.write(4);
    }
    directory.changed(&position).await.unwrap();
    let mut taken = Taken::default();
    let next = directory
        .read_changes(&scope, &position, &mut taken)
        .await
        .unwrap();
    assert_eq!(taken.accounts(), ["user2", "user4"]);
    // Nothing twice.
    domain.lock().unwrap().write(5);
    let mut taken = Taken::default();
    let last = directory.read_changes(&scope, &next, &mut taken).await;
    assert_eq!(taken.accounts(), ["user5"]);
    // The numbers are this server's own, and of this life of it.
    domain.lock().unwrap().restore();
    let mut taken = Taken::default();
    let followed = directory
        .read_changes(&scope, &last.unwrap(), &mut taken)
        .await;
    assert!(matches!(followed, Err(Error::PositionLost)), "{followed:?}");
}

// case: AG-16
#[tokio::test]
async fn a_right_to_follow_that_is_lost_costs_a_full_reading_and_misses_nothing() {
    let refuses = Arc::new(AtomicBool::new(false));
    let domain = Domain::of_users(3).quiet();
    let numbered = Arc::new(Mutex::new(Domain::of_users(3).quiet().numbers_only()));
    numbered.lock().unwrap().write(1);
    let (inside, later) = (Arc::clone(&refuses), Arc::clone(&numbered));
    let server = Scripted::start(move |message| {
        if inside.load(Ordering::Relaxed) {
            later.lock().unwrap().answer(message)
        } else {
            domain.answer(message)
        }
    });
    let directory = directory_of(&server);
    let scope = Scope::default();
    let position = directory
        .read_all(&scope, &mut Taken::default())
        .await
        .unwrap();
    refuses.store(true, Ordering::Relaxed);
    let mut taken = Taken::default();
    let followed = directory.read_changes(&scope, &position, &mut taken).await;
    assert!(matches!(followed, Err(Error::PositionLost)), "{followed:?}");
    let mut taken = Taken::default();
    let position = directory.read_all(&scope, &mut taken).await.unwrap();
    assert_eq!(taken.accounts(), ["user1", "user2", "user3"]);
    // And it goes on by numbers.
    numbered.lock().unwrap().write(2);
    let mut taken = Taken::default();
    directory
        .read_changes(&scope, &position, &mut taken)
        .await
        .unwrap();
    assert_eq!(taken.accounts(), ["user2"]);
}
