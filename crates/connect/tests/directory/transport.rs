//! Certificates, servers that are away, and answers that aren't well-formed.

use super::scripted::{Reply, Scripted};
use super::windows::domain::{Domain, SERVICE, result};
use keyward_connect::directory::{Directory, Error, Settings, open};
use keyward_testbed::tls::TestCa;
use keyward_wire::link::DirectoryKind;
use ldap3_proto::proto::{LdapMsg, LdapOp, LdapResultCode};
use std::sync::Arc;
use std::time::Duration;

fn directory_of(servers: &[&Scripted], ca: &Scripted, password: &str) -> Arc<dyn Directory> {
    let urls = servers.iter().map(|server| server.url()).collect();
    of_urls(urls, ca, password)
}

fn of_urls(urls: Vec<String>, ca: &Scripted, password: &str) -> Arc<dyn Directory> {
    let mut settings = Settings::new(
        DirectoryKind::ActiveDirectory,
        urls,
        SERVICE.to_owned(),
        password.to_owned().into(),
    );
    settings.ca = Some(ca.ca_file());
    open(settings).unwrap()
}

fn domain() -> impl Fn(&LdapMsg) -> Vec<Reply> + Send + Sync + 'static {
    let domain = Domain::of_users(1);
    move |message| domain.answer(message)
}

// case: AD-04, AD-05, S82
#[tokio::test]
async fn a_certificate_that_is_not_the_servers_gets_no_password() {
    let ca = TestCa::new();
    let other = TestCa::new();
    let names = ["127.0.0.1", "localhost"];
    let good = Scripted::with(&ca, &ca.issue(&names), domain());
    for (what, certificate) in [
        ("expired", ca.expired(&names)),
        ("for another name", ca.issue(&["dc1.evil.test"])),
        ("of somebody else's authority", other.issue(&names)),
    ] {
        let bad = Scripted::with(&ca, &certificate, domain());
        let refused = directory_of(&[&bad], &good, "secret").identify().await;
        assert!(
            matches!(refused, Err(Error::Certificate(_))),
            "{what}: {refused:?}"
        );
        // The next server is asked, and the bad one never hears a word.
        let directory = directory_of(&[&bad, &good], &good, "secret");
        assert_eq!(directory.identify().await.unwrap().name, "corp.win");
        assert!(bad.heard().is_empty(), "{what}");
    }
}

// case: AD-06, AD-07
#[test]
fn a_server_in_the_clear_is_refused_before_anything_is_sent() {
    for url in ["ldap://127.0.0.1:389", "ldap://dc1", "http://dc1"] {
        let settings = Settings::new(
            DirectoryKind::ActiveDirectory,
            vec![url.to_owned()],
            SERVICE.to_owned(),
            "secret".to_owned().into(),
        );
        assert!(open(settings).is_err(), "{url}");
    }
    let settings = Settings::new(
        DirectoryKind::ActiveDirectory,
        vec!["ldaps://dc1".to_owned()],
        SERVICE.to_owned(),
        "secret".to_owned().into(),
    );
    assert!(!format!("{settings:?}").contains("secret"));
}

#[tokio::test]
async fn a_wrong_password_of_the_agent_is_tried_at_one_server_once() {
    let ca = TestCa::new();
    let certificate = ca.issue(&["127.0.0.1"]);
    let first = Scripted::with(&ca, &certificate, domain());
    let second = Scripted::with(&ca, &certificate, domain());
    let refused = directory_of(&[&first, &second], &first, "wrong")
        .identify()
        .await;
    assert!(matches!(refused, Err(Error::Account(_))), "{refused:?}");
    assert_eq!((first.heard().len(), second.heard().len()), (1, 0));
}

#[tokio::test]
async fn the_next_server_takes_over() {
    let ca = TestCa::new();
    let certificate = ca.issue(&["127.0.0.1"]);
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("ldaps://{}", listener.local_addr().unwrap())
    };
    let second = Scripted::with(&ca, &certificate, domain());
    let directory = of_urls(vec![closed.clone(), second.url()], &second, "secret");
    assert_eq!(directory.identify().await.unwrap().name, "corp.win");
    let nobody = of_urls(vec![closed], &second, "secret").identify().await;
    assert!(matches!(nobody, Err(Error::Unreachable(_))), "{nobody:?}");
}

#[tokio::test]
async fn a_server_that_hangs_loses_its_turn_and_one_that_was_not_waited_for_does_not() {
    let ca = TestCa::new();
    let certificate = ca.issue(&["127.0.0.1"]);
    let hanging = Scripted::with(&ca, &certificate, |message| match &message.op {
        LdapOp::BindRequest(_) => Domain::of_users(1).answer(message),
        _ => vec![],
    });
    let second = Scripted::with(&ca, &certificate, domain());
    let mut settings = Settings::new(
        DirectoryKind::ActiveDirectory,
        vec![hanging.url(), second.url()],
        SERVICE.to_owned(),
        "secret".to_owned().into(),
    );
    settings.ca = Some(second.ca_file());
    settings.operation_timeout = Duration::from_millis(300);
    let directory = open(settings).unwrap();
    // Given up before the server's time is over.
    let waited = tokio::time::timeout(Duration::from_millis(100), directory.identify()).await;
    assert!(waited.is_err());
    let read = directory.identify().await;
    assert!(matches!(read, Err(Error::Unreachable(_))), "{read:?}");
    assert!(second.heard().is_empty());
    assert_eq!(directory.identify().await.unwrap().name, "corp.win");
}

#[tokio::test]
async fn what_is_not_well_formed_ends_the_connection_and_nothing_else() {
    // A diagnostic that isn't UTF-8; a result without its parts; an operation that isn't one.
    let bodies: [&[u8]; 3] = [
        &[0x61, 9, 0x0a, 1, 49, 4, 0, 4, 2, 0xff, 0xfe],
        &[0x61, 0],
        &[0x7f, 0],
    ];
    for body in bodies {
        let server = Scripted::start(move |message: &LdapMsg| {
            let id = message.msgid as u8;
            let head = [0x30, body.len() as u8 + 3, 2, 1, id];
            vec![Reply::Raw([&head[..], body].concat()), Reply::HangUp]
        });
        let read = directory_of(&[&server], &server, "secret").identify().await;
        assert!(
            matches!(read, Err(Error::Answer(_) | Error::Unreachable(_))),
            "{read:?}"
        );
    }
    let server = Scripted::start(|message: &LdapMsg| match &message.op {
        LdapOp::BindRequest(_) => Domain::of_users(1).answer(message),
        LdapOp::SearchRequest(_) => vec![Reply::Say(
            LdapOp::SearchResultDone(result(LdapResultCode::Busy, "00002024: busy")),
            vec![],
        )],
        _ => vec![],
    });
    let read = directory_of(&[&server], &server, "secret").identify().await;
    assert!(matches!(read, Err(Error::Unreachable(_))), "{read:?}");
}
