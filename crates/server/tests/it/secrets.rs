//! Where secrets come from, who may read them, and that nobody is shown them.

use crate::support::Files;
use keyward_server::config::show;

const URL: &str = "public_url = \"https://password.example.org\"\n";

#[test]
fn db_11_files_with_secrets_that_others_can_read_are_refused() {
    let inline = format!(
        "{URL}[smtp]\nhost = \"m\"\nfrom = \"a@b.example\"\nusername = \"u\"\npassword = \"p\"\n"
    );
    let files = Files::new(&inline);
    assert!(files.config().is_ok());
    files.write("keyward.toml", &inline, 0o640);
    insta::assert_snapshot!(files.refusal([]), @r#"
    error: a file with the secret `smtp.password` in it can be read or changed by other users (mode 0640)
       at: DIR/keyward.toml, line 6
      fix: chmod 600 DIR/keyward.toml
    "#);

    let by_file = inline.replace("password = \"p\"", "password_file = \"smtp.secret\"");
    let files = Files::new(&by_file);
    files.write("keyward.toml", &by_file, 0o644);
    files.write("smtp.secret", "p4ss\n", 0o644);
    insta::assert_snapshot!(files.refusal([]), @r#"
    error: `smtp.password_file` can be read or changed by other users (mode 0644)
       at: DIR/smtp.secret, set in DIR/keyward.toml, line 6
      fix: chmod 600 DIR/smtp.secret
    "#);
    files.write("smtp.secret", "p4ss\n", 0o600);
    let smtp = files.config().unwrap().smtp.unwrap();
    assert_eq!(smtp.credentials.unwrap().1.expose(), "p4ss");

    let files = Files::new(&format!(
        "{URL}[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n"
    ));
    files.write("key.pem", "a key\n", 0o604);
    insta::assert_snapshot!(files.refusal([]), @r#"
    error: `tls.key` can be read or changed by other users (mode 0604)
       at: DIR/key.pem, set in DIR/keyward.toml, line 4
      fix: chmod 600 DIR/key.pem
    "#);
}

#[test]
fn a_secret_is_given_once_and_a_variable_overrides_either_form() {
    let toml = format!(
        "{URL}[smtp]\nhost = \"m\"\nfrom = \"a@b.example\"\nusername = \"u\"\npassword_file = \"missing\"\n"
    );
    let files = Files::new(&toml);
    assert!(files.refusal([]).contains("can't be read"));
    let smtp = files
        .settings([("KEYWARD_SMTP_PASSWORD", "direct")])
        .check()
        .unwrap()
        .smtp
        .unwrap();
    assert_eq!(smtp.credentials.unwrap().1.expose(), "direct");
    let both = [
        ("KEYWARD_SMTP_PASSWORD", "a"),
        ("KEYWARD_SMTP_PASSWORD_FILE", "b"),
    ];
    insta::assert_snapshot!(files.refusal(both), @r#"
    error: `smtp.password` and `smtp.password_file` are both set
       at: environment variable KEYWARD_SMTP_PASSWORD_FILE
      fix: keep one of the two
    "#);
}

#[test]
fn systemd_hands_over_credentials_and_its_state_directory() {
    let toml = format!("{URL}[smtp]\nhost = \"m\"\nfrom = \"a@b.example\"\nusername = \"u\"\n");
    let files = Files::new(&toml);
    // As systemd writes them when it works by ACL: the mask shows as a group bit.
    files.write("keyward-smtp-password", "from systemd\n", 0o440);
    let folder = files.path().display().to_string();
    let variables = [
        ("CREDENTIALS_DIRECTORY", &*folder),
        ("STATE_DIRECTORY", "/var/lib/keyward:/var/lib/other"),
    ];
    let settings = files.settings(variables);
    let config = settings.check().unwrap();
    assert_eq!(config.data_dir.to_str(), Some("/var/lib/keyward"));
    assert_eq!(
        config.smtp.unwrap().credentials.unwrap().1.expose(),
        "from systemd"
    );
    let shown = show::list(&settings);
    let password = shown
        .iter()
        .find(|shown| shown.name == "smtp.password")
        .unwrap();
    assert!(password.origin.starts_with("systemd credential"));
    files.write("keyward-smtp-password", "from systemd\n", 0o444);
    assert!(files.refusal(variables).contains("mode 0444"));
}

#[test]
fn show_hides_secrets_says_where_values_come_from_and_reads_back() {
    let files = Files::new(&format!(
        "{URL}[sms.webhook]\nsecret = \"canary-canary-canary\"\n"
    ));
    let settings = files.settings([
        ("KEYWARD_DATABASE_URL", "postgres://u:canary-canary@db/k"),
        ("KEYWARD_SMTP_PORT", "2525"),
    ]);
    let text = show::toml(&settings, true).replace(&files.path().display().to_string(), "DIR");
    assert!(!text.contains("canary"));
    insta::assert_snapshot!(text, @r#"
    public_url = "https://password.example.org" # DIR/keyward.toml, line 1

    [database]
    url = "[set]"                            # environment variable KEYWARD_DATABASE_URL

    [sms.webhook]
    secret = "[set]"                         # DIR/keyward.toml, line 3

    [smtp]
    port = 2525                              # environment variable KEYWARD_SMTP_PORT
    "#);
    // The whole listing is a file that Keyward would read.
    let mut all = show::toml(&settings, false);
    all = all.replace("\"[set]\"", "\"\"");
    assert!(Files::new(&all).config().is_ok(), "{all}");
}
