//! Mail against a real SMTP server.

use crate::support::from_environment;
use keyward_app::ports::{Mailer, OutgoingMail, SendError};
use keyward_server::smtp::SmtpMailer;
use keyward_testbed::smtp::{ReceivedMail, ServerCertificate, SmtpOptions, SmtpServer, SmtpTls};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(10);

struct Rig {
    server: SmtpServer,
    _ca: tempfile::NamedTempFile,
    mailer: SmtpMailer,
}

fn mailer(
    port: u16,
    encryption: &str,
    ca: Option<&str>,
    login: Option<(&str, &str)>,
) -> SmtpMailer {
    let port = port.to_string();
    let (user, password) = login.unwrap_or_default();
    let config = from_environment([
        ("KEYWARD_PUBLIC_URL", "https://a.example"),
        ("KEYWARD_SMTP_HOST", "localhost"),
        ("KEYWARD_SMTP_PORT", &port),
        ("KEYWARD_SMTP_ENCRYPTION", encryption),
        ("KEYWARD_SMTP_FROM", "no-reply@keyward.example"),
        ("KEYWARD_SMTP_CA_FILE", ca.unwrap_or_default()),
        ("KEYWARD_SMTP_USERNAME", user),
        ("KEYWARD_SMTP_PASSWORD", password),
        ("KEYWARD_SMTP_TIMEOUT_SECONDS", "5"),
    ]);
    SmtpMailer::new(config.unwrap().smtp.unwrap()).unwrap()
}

fn rig(tls: SmtpTls, certificate: ServerCertificate, login: Option<(&str, &str)>) -> Rig {
    let auth = Some(("keyward".to_owned(), "right".to_owned())).filter(|_| login.is_some());
    let server = SmtpServer::start(&SmtpOptions {
        tls,
        certificate,
        auth,
    });
    let ca = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(ca.path(), server.ca_pem()).unwrap();
    let encryption = match tls {
        SmtpTls::None => "none",
        SmtpTls::StartTls => "starttls",
        SmtpTls::Implicit => "implicit",
    };
    let mailer = mailer(server.port(), encryption, ca.path().to_str(), login);
    Rig {
        server,
        _ca: ca,
        mailer,
    }
}

fn mail(to: &str) -> OutgoingMail {
    OutgoingMail {
        to: to.to_owned(),
        from_name: "Müller & Söhne".to_owned(),
        subject: "Ihr Prüfcode".to_owned(),
        text: "Ihr Code ist 123456.\n\nGrüße".to_owned(),
        html: "<p>Ihr Code ist <b>123456</b>.</p>".to_owned(),
        idempotency_key: "0190c3e2-job-7".to_owned(),
    }
}

async fn arrived(server: &SmtpServer, to: &str) -> ReceivedMail {
    server.wait_for(|mail| mail.is_for(to), WAIT).await
}

#[tokio::test]
async fn a_mail_arrives_whole_over_starttls_and_implicit_tls() {
    for tls in [SmtpTls::StartTls, SmtpTls::Implicit] {
        let rig = rig(tls, ServerCertificate::Good, Some(("keyward", "right")));
        let probe = rig.mailer.probe().await.unwrap();
        assert!(
            probe.contains("certificate verified; signed in as keyward"),
            "{probe}"
        );
        rig.mailer.send(&mail("ada@example.test")).await.unwrap();
        let got = arrived(&rig.server, "ada@example.test").await;
        assert_eq!(
            (got.from.as_str(), got.to.len()),
            ("no-reply@keyward.example", 1)
        );
        assert_eq!(got.subject, "Ihr Prüfcode");
        assert_eq!(
            got.text.trim_end().replace("\r\n", "\n"),
            "Ihr Code ist 123456.\n\nGrüße"
        );
        assert_eq!(got.html.trim_end(), "<p>Ihr Code ist <b>123456</b>.</p>");
        assert_eq!(
            got.header("From").unwrap(),
            "Müller & Söhne <no-reply@keyward.example>"
        );
        assert_eq!(
            got.header("Message-ID").unwrap(),
            "<0190c3e2-job-7@keyward.example>"
        );
        assert_eq!(got.header("Auto-Submitted").unwrap(), "auto-generated");
        assert!(got.header("Date").is_some());
        assert!(got.tls && got.user.as_deref() == Some("keyward"));
    }
}

#[tokio::test]
async fn without_encryption_mail_goes_to_this_machine() {
    let rig = rig(SmtpTls::None, ServerCertificate::Good, None);
    rig.mailer.send(&mail("ada@example.test")).await.unwrap();
    assert!(!arrived(&rig.server, "ada@example.test").await.tls);
}

// case: S62
#[tokio::test]
async fn wrong_certificates_are_refused_and_nothing_is_said_to_them() {
    use ServerCertificate::{Expired, UnknownIssuer, WrongHost};
    for tls in [SmtpTls::StartTls, SmtpTls::Implicit] {
        for certificate in [WrongHost, Expired, UnknownIssuer] {
            let rig = rig(tls, certificate, Some(("keyward", "right")));
            let error = rig
                .mailer
                .send(&mail("ada@example.test"))
                .await
                .unwrap_err();
            assert!(
                matches!(&error, SendError::Retry(_)),
                "{certificate:?}: {error}"
            );
            assert!(
                error.to_string().contains("certificate"),
                "{certificate:?}: {error}"
            );
            assert!(rig.server.messages().is_empty());
        }
    }
}

#[tokio::test]
async fn the_authorities_of_the_system_are_not_mixed_with_a_private_one() {
    let server = SmtpServer::start(&SmtpOptions {
        tls: SmtpTls::StartTls,
        ..SmtpOptions::default()
    });
    let error = mailer(server.port(), "starttls", None, None)
        .probe()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn in_14_a_server_without_starttls_gets_no_mail_and_no_password() {
    let server = SmtpServer::start(&SmtpOptions::default());
    let mailer = mailer(server.port(), "starttls", None, Some(("keyward", "right")));
    let error = mailer.send(&mail("ada@example.test")).await.unwrap_err();
    assert!(
        error.to_string().to_lowercase().contains("starttls"),
        "{error}"
    );
    assert!(server.messages().is_empty());
}

/// A server that says 220 to STARTTLS and, in the same packet, what it wants the client to take for the answers to
/// commands that it hasn't sent yet.
#[tokio::test]
async fn in_14_plain_text_behind_starttls_is_not_taken_for_an_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let liar = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(WAIT)).unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).split(b'\n');
        stream.write_all(b"220 liar ESMTP\r\n").unwrap();
        lines.next();
        stream.write_all(b"250-liar\r\n250 STARTTLS\r\n").unwrap();
        lines.next();
        let injected = b"220 go\r\n250-liar\r\n250 AUTH PLAIN\r\n235 in\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n";
        stream.write_all(injected).unwrap();
        // What comes now must be a TLS handshake, and never a command.
        let next = lines.next().and_then(Result::ok).unwrap_or_default();
        assert!(
            !next.starts_with(b"EHLO") && !next.starts_with(b"AUTH") && !next.starts_with(b"MAIL")
        );
    });
    let mailer = mailer(port, "starttls", None, Some(("keyward", "right")));
    assert!(mailer.send(&mail("ada@example.test")).await.is_err());
    drop(mailer);
    liar.join().unwrap();
}

// case: S62
#[tokio::test]
async fn in_12_names_and_subjects_can_not_add_headers_or_recipients() {
    let rig = rig(SmtpTls::None, ServerCertificate::Good, None);
    let mut evil = mail("ada@example.test");
    evil.from_name = "x\r\nBcc: eve@evil.test\r\nX: \u{2028}\0\"<eve@evil.test>,".to_owned();
    evil.subject = "Hi\r\nBcc: eve@evil.test\r\n\r\nbody\u{202e}".to_owned();
    evil.idempotency_key = "a>\r\nBcc: eve@evil.test".to_owned();
    evil.text = "line\r\n.\r\nMAIL FROM:<eve@evil.test>\r\n".to_owned();
    rig.mailer.send(&evil).await.unwrap();
    let got = arrived(&rig.server, "ada@example.test").await;
    assert_eq!(got.to, ["ada@example.test"]);
    assert_eq!(got.from, "no-reply@keyward.example");
    for (name, _) in &got.headers {
        assert!(
            !name.eq_ignore_ascii_case("bcc") && !name.eq_ignore_ascii_case("x"),
            "{}",
            got.raw
        );
    }
    assert!(
        got.subject.starts_with("Hi") && got.subject.contains("body"),
        "{}",
        got.subject
    );
    assert!(
        got.text.contains("MAIL FROM:<eve@evil.test>"),
        "{}",
        got.text
    );
    assert_eq!(rig.server.messages().len(), 1);
}

#[tokio::test]
async fn in_12_anything_but_one_plain_mailbox_is_refused() {
    let rig = rig(SmtpTls::None, ServerCertificate::Good, None);
    let long = format!("{}@example.test", "a".repeat(65));
    for to in [
        "a@b.test\r\nRCPT TO:<c@d.test>",
        "\"a b\"@c.test",
        "<a@b.test>,<c@d.test>",
        "a@b.test,c@d.test",
        "a@b.test (comment)",
        "a@[127.0.0.1]",
        "a@b.test\u{2028}",
        "a\0@b.test",
        "@b.test",
        "a@",
        "",
        &long,
    ] {
        let result = rig.mailer.send(&mail(to)).await;
        assert!(matches!(result, Err(SendError::Permanent(_))), "{to:?}");
    }
    // Percent signs are letters to a mail address: it goes to whoever is called that, and nobody else.
    rig.mailer
        .send(&mail("a%0d%0ab@example.test"))
        .await
        .unwrap();
    rig.server.wait_for(|_| true, WAIT).await;
    assert_eq!(rig.server.messages().len(), 1);
    assert_eq!(rig.server.messages()[0].to, ["a%0d%0ab@example.test"]);
}

#[tokio::test]
async fn rl_07_refusals_are_final_and_troubles_are_not() {
    let rig = rig(SmtpTls::None, ServerCertificate::Good, None);
    rig.server.refuse("bad@example.test");
    rig.server.tempfail("busy@example.test");
    let refused = rig
        .mailer
        .send(&mail("bad@example.test"))
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, SendError::Permanent(why) if why.contains("550")),
        "{refused}"
    );
    assert!(!refused.to_string().contains("bad@"), "{refused}");
    let busy = rig
        .mailer
        .send(&mail("busy@example.test"))
        .await
        .unwrap_err();
    assert!(
        matches!(&busy, SendError::Retry(why) if why.contains("451")),
        "{busy}"
    );
    rig.mailer.send(&mail("ada@example.test")).await.unwrap();
    rig.server.stop();
    let away = rig
        .mailer
        .send(&mail("ada@example.test"))
        .await
        .unwrap_err();
    assert!(matches!(away, SendError::Retry(_)), "{away}");
    rig.server.restart();
    rig.mailer.send(&mail("ada@example.test")).await.unwrap();
    tokio::time::timeout(WAIT, async {
        while rig.server.messages().len() != 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn rl_07_a_wrong_password_is_told_apart_and_buries_no_mail() {
    let rig = rig(
        SmtpTls::StartTls,
        ServerCertificate::Good,
        Some(("keyward", "wrong")),
    );
    for result in [
        rig.mailer.probe().await.map(drop),
        rig.mailer.send(&mail("ada@example.test")).await,
    ] {
        let error = result.unwrap_err();
        assert!(
            matches!(&error, SendError::Retry(why) if why.contains("535")),
            "{error}"
        );
        assert!(!error.to_string().contains("wrong"));
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_on() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mailer = mailer(
        listener.local_addr().unwrap().port(),
        "starttls",
        None,
        None,
    );
    let error = mailer.send(&mail("ada@example.test")).await.unwrap_err();
    assert!(matches!(error, SendError::Retry(_)), "{error}");
}
