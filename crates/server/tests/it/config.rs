//! What an operator writes, and what is refused with which words.

use crate::support::{Files, from_environment};
use keyward_server::config::{Countries, Database, Encryption, Gateway, reference};
use std::time::Duration;

const URL: &str = "public_url = \"https://password.example.org\"\n";

#[test]
fn a_minimal_file_gives_the_defaults_of_the_reference() {
    let config = Files::new(URL).config().unwrap();
    assert_eq!(config.public_url.origin(), "https://password.example.org");
    assert!(config.public_url.is_https());
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.limits.code, Duration::from_mins(5));
    assert_eq!(config.limits.code_digits, 6);
    assert_eq!(config.limits.reset, Duration::from_mins(15));
    assert_eq!(
        (config.limits.proof_failures, config.limits.sms_per_hour),
        (5, 5)
    );
    assert_eq!(
        (config.limits.password_min, config.limits.password_max),
        (8, 256)
    );
    assert_eq!(config.sessions.admin_idle, Duration::from_mins(15));
    assert!(
        matches!(&config.database, Database::Sqlite(path) if path.ends_with("data/keyward.db"))
    );
    assert!(config.smtp.is_none() && config.sms.is_none() && config.tls.is_none());
}

#[test]
fn the_reference_itself_is_a_good_file_but_for_the_public_url() {
    let files = Files::new(reference::TEXT);
    assert!(files.refusal([]).starts_with("error: no public URL is set"));
    assert!(
        files
            .settings([("KEYWARD_PUBLIC_URL", "https://a.example")])
            .check()
            .is_ok()
    );
}

#[test]
fn variables_alone_are_enough_for_a_container() {
    let config = from_environment([
        ("KEYWARD_PUBLIC_URL", "https://password.example.org/"),
        ("KEYWARD_LISTEN", "[::]:8080"),
        ("KEYWARD_DATA_DIR", "/data/keyward"),
        ("KEYWARD_DATABASE_URL", "postgres://keyward:pw@db/keyward"),
        ("KEYWARD_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7"),
        ("KEYWARD_SMTP_HOST", "mail.example.org"),
        ("KEYWARD_SMTP_FROM", "no-reply@example.org"),
        ("KEYWARD_SMTP_USERNAME", "keyward"),
        ("KEYWARD_SMTP_PASSWORD", "s3cret"),
        ("KEYWARD_SMTP_ENCRYPTION", "implicit"),
        ("KEYWARD_SMS_PROVIDER", "webhook"),
        ("KEYWARD_SMS_COUNTRIES", "de,AT"),
        ("KEYWARD_SMS_WEBHOOK_URL", "https://sms.example.org/send"),
        ("KEYWARD_SMS_WEBHOOK_SECRET", "0123456789abcdef"),
        ("KEYWARD_LIMITS_CODE_DIGITS", "8"),
        ("KEYWARD_SMTP_CA_FILE", ""),
        ("PATH", "/bin"),
    ])
    .unwrap();
    assert_eq!(
        config.public_url.to_string(),
        "https://password.example.org"
    );
    assert!(matches!(config.database, Database::Postgres(_)));
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.limits.code_digits, 8);
    let smtp = config.smtp.unwrap();
    assert_eq!((smtp.port, smtp.encryption), (465, Encryption::Implicit));
    assert_eq!(smtp.credentials.unwrap().1.expose(), "s3cret");
    let sms = config.sms.unwrap();
    assert_eq!(
        sms.countries,
        Countries::Only(vec!["DE".into(), "AT".into()])
    );
    assert!(matches!(sms.gateway, Gateway::Webhook(_)));
}

#[test]
fn a_missing_public_url_is_refused() {
    insta::assert_snapshot!(Files::new("").refusal([]), @r#"
    error: no public URL is set; links in mails are built from it, never from a request
       at: `public_url` in keyward.toml, or KEYWARD_PUBLIC_URL
      fix: write the address people type, as https://password.example.org
    "#);
}

#[test]
fn unknown_names_and_wrong_kinds_name_their_line_and_what_was_meant() {
    let toml = "public_ulr = \"https://a.example\"\nlisten = 8080\n\n[smtp]\nhots = \"mail\"\nport = \"587\"\n\
        [smpt]\nhost = \"x\"\n[sms]\ntwilio = \"yes\"\n[limits]\nfavourite_colour = 3\ncode_digits = 4\n";
    insta::assert_snapshot!(Files::new(toml).refusal([]), @r#"
    error: unknown setting `public_ulr`
       at: DIR/keyward.toml, line 1
      fix: did you mean public_url? `keyward config show` lists every setting

    error: `listen` has a value of the wrong kind
       at: DIR/keyward.toml, line 2
      fix: write text in quotes

    error: unknown setting `smtp.hots`
       at: DIR/keyward.toml, line 5
      fix: did you mean smtp.host? `keyward config show` lists every setting

    error: `smtp.port` has a value of the wrong kind
       at: DIR/keyward.toml, line 6
      fix: write a whole number without quotes

    error: unknown section `smpt`
       at: DIR/keyward.toml, line 7
      fix: did you mean [smtp]? `keyward config show` lists every setting

    error: `sms.twilio` is a section, not a setting
       at: DIR/keyward.toml, line 10
      fix: write [sms.twilio] on a line of its own and its settings below

    error: unknown setting `limits.favourite_colour`
       at: DIR/keyward.toml, line 12
      fix: remove it; `keyward config show` lists every setting

    error: `limits.code_digits` is 4
       at: `limits.code_digits` in DIR/keyward.toml, line 13
      fix: write a number from 6 to 8
    "#);
}

#[test]
fn what_is_no_toml_names_its_line() {
    let toml = format!("{URL}[smtp\nhost = \"x\"\n");
    insta::assert_snapshot!(Files::new(&toml).refusal([]), @r#"
    error: this is not TOML: unclosed table, expected `]`
       at: DIR/keyward.toml, line 2
      fix: mend the line; text needs quotes, sections are written [smtp]
    "#);
}

#[test]
fn unknown_variables_are_refused_and_kubernetes_links_are_not() {
    let variables = [
        ("KEYWARD_SMTP_HOTS", "mail"),
        ("KEYWARD_LIMITS_CODE_DIGITS", "six"),
        ("KEYWARD_INSECURE_HTTP", "yes"),
        ("KEYWARD_SERVICE_HOST", "10.0.0.1"),
        ("KEYWARD_SERVICE_PORT_HTTP", "80"),
        ("KEYWARD_PORT", "tcp://10.0.0.1:80"),
        ("KEYWARD_PORT_80_TCP_ADDR", "10.0.0.1"),
    ];
    insta::assert_snapshot!(Files::new(URL).refusal(variables), @r#"
    error: the value of KEYWARD_INSECURE_HTTP can't be read
       at: environment variable KEYWARD_INSECURE_HTTP
      fix: write true or false

    error: the value of KEYWARD_LIMITS_CODE_DIGITS can't be read
       at: environment variable KEYWARD_LIMITS_CODE_DIGITS
      fix: write a whole number, as in 5

    error: unknown environment variable KEYWARD_SMTP_HOTS
       at: environment variable KEYWARD_SMTP_HOTS
      fix: did you mean KEYWARD_SMTP_HOST? `keyward config show` lists every setting
    "#);
}

#[test]
fn values_that_make_no_sense_are_refused_all_at_once() {
    let toml = "public_url = \"http://password.example.org/sub?x\"\nlisten = \"localhost:80\"\n\
        trusted_proxies = [\"10.1.2.3/8\", \"proxy\"]\n[database]\nurl = \"mysql://root:hunter2@db/x\"\n\
        [tls]\ncertificate = \"c.pem\"\n[smtp]\nhost = \"mail.example.org\"\nencryption = \"none\"\n\
        from = \"Keyward <a@b.example>\"\nusername = \"u\"\n[sms]\nprovider = \"twilio\"\n\
        [sms.twilio]\naccount_sid = \"../x\"\nfrom = \"+1\"\nmessaging_service_sid = \"MG\"\n\
        base_url = \"http://gateway.example\"\n[limits]\ncode_minutes = 30\npassword_min = 4\n\
        [log]\nlevel = \"a=b=c\"\nformat = \"xml\"\n";
    let refusal = Files::new(toml).refusal([]);
    assert!(!refusal.contains("hunter2"));
    insta::assert_snapshot!(refusal, @r#"
    error: "http://password.example.org/sub?x" holds more than scheme, host and port
       at: `public_url` in DIR/keyward.toml, line 1
      fix: Keyward lives at the root of its own host: remove the rest

    error: "http://password.example.org/sub?x" is not https: passwords would cross the network in clear text
       at: `public_url` in DIR/keyward.toml, line 1
      fix: write https:// (tls.certificate, or a reverse proxy), or set insecure_http = true in a lab

    error: `listen` is "localhost:80", which is no IP address with a port
       at: `listen` in DIR/keyward.toml, line 2
      fix: write it as 127.0.0.1:8080 or [::1]:8080

    error: "10.1.2.3/8" in `trusted_proxies`: has bits behind the prefix; write 10.0.0.0/8 for the network
       at: `trusted_proxies` in DIR/keyward.toml, line 3
      fix: correct or remove this entry

    error: "proxy" in `trusted_proxies`: not an address or network, as 10.0.0.1 or 10.0.0.0/8
       at: `trusted_proxies` in DIR/keyward.toml, line 3
      fix: correct or remove this entry

    error: `database.url` is no PostgreSQL URL
       at: `database.url` in DIR/keyward.toml, line 5
      fix: write postgres://USER:PASSWORD@HOST:PORT/DATABASE, or remove it for the embedded SQLite

    error: `tls.certificate` is set without `tls.key`
       at: `tls.key` in keyward.toml, or KEYWARD_TLS_KEY
      fix: set both or none

    error: mail to mail.example.org would cross the network in clear text, with codes in it
       at: `smtp.encryption` in DIR/keyward.toml, line 10
      fix: write starttls or implicit; none is for a mail server on this machine

    error: `smtp.from` is "Keyward <a@b.example>", which is no plain mail address
       at: `smtp.from` in DIR/keyward.toml, line 11
      fix: write an address alone, as no-reply@example.org

    error: `smtp.username` is set without a password
       at: `smtp.password` in keyward.toml, or KEYWARD_SMTP_PASSWORD
      fix: set smtp.password_file, or remove the user name

    error: `sms.twilio.account_sid` is "../x", not letters and digits
       at: `sms.twilio.account_sid` in DIR/keyward.toml, line 16
      fix: copy the Account SID, which begins with AC

    error: a message needs one sender
       at: `sms.twilio.from` in DIR/keyward.toml, line 17
      fix: set either sms.twilio.from or sms.twilio.messaging_service_sid

    error: `sms.twilio.auth_token` is not set
       at: `sms.twilio.auth_token` in keyward.toml, or KEYWARD_SMS_TWILIO_AUTH_TOKEN
      fix: set sms.twilio.auth_token_file to a file that holds it (chmod 600)

    error: `sms.twilio.base_url` is "http://gateway.example"
       at: `sms.twilio.base_url` in DIR/keyward.toml, line 19
      fix: write a URL that begins with https:// (http:// only to this machine)

    error: no country is listed that text messages may go to
       at: `sms.countries` in keyward.toml, or KEYWARD_SMS_COUNTRIES
      fix: list them, as in countries = ["DE", "AT"]; ["*"] allows all

    error: `limits.password_min` is 4
       at: `limits.password_min` in DIR/keyward.toml, line 22
      fix: write a number from 8 to 64

    error: a code would be good for longer than the reset it belongs to
       at: `limits.code_minutes` in DIR/keyward.toml, line 21
      fix: make limits.code_minutes no larger than limits.reset_minutes

    error: `log.format` can't be "xml"
       at: `log.format` in DIR/keyward.toml, line 25
      fix: write one of auto, json, text

    error: `log.level` is "a=b=c", which is no level
       at: `log.level` in DIR/keyward.toml, line 24
      fix: write error, warn, info, debug or trace
    "#);
}

#[test]
fn public_urls_are_https_or_this_machine() {
    for good in [
        "https://password.example.org",
        "https://password.example.org:8443/",
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
    ] {
        assert!(
            from_environment([("KEYWARD_PUBLIC_URL", good)]).is_ok(),
            "{good}"
        );
    }
    for bad in [
        "http://password.example.org",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "ftp://password.example.org",
        "password.example.org",
        "https://",
        "https://user@password.example.org",
        "https://password.example.org/keyward",
        "javascript:alert(1)",
    ] {
        assert!(
            from_environment([("KEYWARD_PUBLIC_URL", bad)]).is_err(),
            "{bad}"
        );
    }
    let lab = [
        ("KEYWARD_PUBLIC_URL", "http://lab.example"),
        ("KEYWARD_INSECURE_HTTP", "true"),
    ];
    assert!(!from_environment(lab).unwrap().public_url.is_https());
}
