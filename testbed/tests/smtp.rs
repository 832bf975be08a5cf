//! The SMTP server, spoken to by the client that Keyward ships.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::time::Duration;

use keyward_testbed::smtp::{ServerCertificate, SmtpOptions, SmtpServer, SmtpTls};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

type Mailer = AsyncSmtpTransport<Tokio1Executor>;

const SOON: Duration = Duration::from_secs(10);

fn mailer(smtp: &SmtpServer, tls: SmtpTls, credentials: Option<(&str, &str)>) -> Mailer {
    let parameters = || {
        let authority = Certificate::from_pem(smtp.ca_pem().as_bytes()).unwrap();
        let builder = TlsParameters::builder("localhost".to_owned());
        builder.add_root_certificate(authority).build().unwrap()
    };
    let mut builder = Mailer::builder_dangerous("localhost")
        .port(smtp.port())
        .tls(match tls {
            SmtpTls::None => Tls::None,
            SmtpTls::StartTls => Tls::Required(parameters()),
            SmtpTls::Implicit => Tls::Wrapper(parameters()),
        });
    if let Some((user, password)) = credentials {
        builder = builder.credentials(Credentials::new(user.to_owned(), password.to_owned()));
    }
    builder.build()
}

fn mail(to: &str) -> Message {
    let parts = MultiPart::alternative_plain_html(
        "Grüße! Your code is 042137.\nhttps://keyward.test/it-was-not-me?t=abc.\n".to_owned(),
        "<p>Grüße! Your code is <b>042137</b></p>".to_owned(),
    );
    Message::builder()
        .from(Mailbox::new(
            Some("Exämple".to_owned()),
            "keyward@example.test".parse().unwrap(),
        ))
        .to(to.parse().unwrap())
        .subject("Prüfcode für Ihr Konto")
        .multipart(parts)
        .unwrap()
}

#[tokio::test]
async fn mail_arrives_decoded_over_each_kind_of_tls() {
    for tls in [SmtpTls::None, SmtpTls::StartTls, SmtpTls::Implicit] {
        let auth = Some(("relay".to_owned(), "s3cret".to_owned()));
        let smtp = SmtpServer::start(&SmtpOptions {
            tls,
            auth,
            ..Default::default()
        });
        mailer(&smtp, tls, Some(("relay", "s3cret")))
            .send(mail("ada@example.test"))
            .await
            .unwrap();
        let got = smtp
            .wait_for(|mail| mail.is_for("ADA@example.test"), SOON)
            .await;
        assert_eq!(got.from, "keyward@example.test");
        assert_eq!(got.subject, "Prüfcode für Ihr Konto");
        assert!(
            got.text.starts_with("Grüße!") && got.html.contains("<b>042137</b>"),
            "{got:?}"
        );
        assert_eq!(got.code(), "042137");
        assert_eq!(got.links(), ["https://keyward.test/it-was-not-me?t=abc"]);
        assert!(got.header("from").unwrap().contains("Exämple"), "{got:?}");
        assert!(got.raw.contains("Content-Type: multipart/alternative"));
        assert_eq!(
            (got.tls, got.user.as_deref()),
            (tls != SmtpTls::None, Some("relay"))
        );

        smtp.clear();
        assert_eq!(smtp.messages().len(), 0);
        let wrong = mailer(&smtp, tls, Some(("relay", "wrong")));
        let error = wrong.send(mail("ada@example.test")).await.unwrap_err();
        assert!(error.is_permanent(), "{error}");
        let nobody = mailer(&smtp, tls, None);
        assert!(nobody.send(mail("ada@example.test")).await.is_err());
        assert_eq!(smtp.messages().len(), 0);
    }
}

#[tokio::test]
async fn bad_certificates_are_there_to_be_refused() {
    for certificate in [
        ServerCertificate::WrongHost,
        ServerCertificate::Expired,
        ServerCertificate::UnknownIssuer,
    ] {
        for tls in [SmtpTls::StartTls, SmtpTls::Implicit] {
            let smtp = SmtpServer::start(&SmtpOptions {
                tls,
                certificate,
                auth: None,
            });
            let sent = mailer(&smtp, tls, None)
                .send(mail("ada@example.test"))
                .await;
            let error = sent.expect_err("a bad certificate is refused");
            assert!(
                format!("{error:?}").contains("ertificate"),
                "{certificate:?}: {error:?}"
            );
            assert_eq!(smtp.messages().len(), 0);
        }
    }
}

#[tokio::test]
async fn starttls_is_demanded() {
    let tls = SmtpTls::StartTls;
    let smtp = SmtpServer::start(&SmtpOptions {
        tls,
        ..Default::default()
    });
    let sent = mailer(&smtp, SmtpTls::None, None)
        .send(mail("ada@example.test"))
        .await;
    assert!(sent.unwrap_err().to_string().contains("530"));
}

#[tokio::test]
async fn recipients_are_refused_for_good_or_for_now() {
    let smtp = SmtpServer::start(&SmtpOptions::default());
    let mailer = mailer(&smtp, SmtpTls::None, None);
    smtp.refuse("gone@example.test");
    smtp.tempfail("Busy@example.test");
    assert!(
        mailer
            .send(mail("gone@example.test"))
            .await
            .unwrap_err()
            .is_permanent()
    );
    assert!(
        mailer
            .send(mail("busy@example.test"))
            .await
            .unwrap_err()
            .is_transient()
    );
    mailer.send(mail("ada@example.test")).await.unwrap();
    smtp.accept_all();
    mailer.send(mail("gone@example.test")).await.unwrap();
    smtp.wait_for(|mail| mail.is_for("gone@example.test"), SOON)
        .await;
    assert_eq!(smtp.messages().len(), 2);
}

#[tokio::test]
async fn it_goes_away_and_comes_back_on_the_same_port() {
    let smtp = SmtpServer::start(&SmtpOptions::default());
    let mailer = mailer(&smtp, SmtpTls::None, None);
    mailer.send(mail("ada@example.test")).await.unwrap();
    smtp.stop();
    assert!(mailer.send(mail("ada@example.test")).await.is_err());
    smtp.restart();
    mailer.send(mail("ada@example.test")).await.unwrap();
    assert_eq!(
        smtp.messages().len(),
        2,
        "what came before the pause is kept"
    );
}

#[tokio::test]
#[should_panic(expected = "the mail did not come")]
async fn waiting_for_a_mail_that_never_comes_fails() {
    let smtp = SmtpServer::start(&SmtpOptions::default());
    smtp.wait_for(|_| true, Duration::from_millis(50)).await;
}
