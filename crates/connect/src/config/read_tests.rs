use super::*;

const GOOD: &str = r#"[service]
url = "https://password.example.org/"

[[directory]]
name = "corp"
kind = "active-directory"
servers = ["ldaps://dc1.corp.test", "ldaps://dc2.corp.test:3269"]
bind_dn = "CN=svc,DC=corp,DC=test"
password_file = "corp.password"
sync = true

[directory.rules]
usage_location = { constant = "DE" }
extension.cost = "employeeType"
"#;

fn complaints(text: &str) -> Vec<Complaint> {
    read(text, Path::new("/etc/x/connect.toml"))
        .unwrap_err()
        .list
}

/// The text with one line changed is refused at that line, with a word about it.
fn refused(from: &str, to: &str, word: &str) {
    assert!(GOOD.contains(from), "{from}");
    let text = GOOD.replace(from, to);
    let line = GOOD[..GOOD.find(from).unwrap()].matches('\n').count() + 1;
    let found = complaints(&text);
    let complaint = &found[0];
    assert_eq!(
        complaint.place,
        format!("/etc/x/connect.toml, line {line}"),
        "{complaint}"
    );
    let said = complaint.to_string();
    assert!(said.contains(word), "{word}: {said}");
}

#[test]
fn good_settings_are_taken() {
    let config = read(GOOD, Path::new("/etc/x/connect.toml")).unwrap();
    assert_eq!(config.service.url, "https://password.example.org");
    let corp = &config.directories[0];
    let password = corp.password_file.as_deref();
    assert_eq!(password, Some(Path::new("/etc/x/corp.password")));
    assert_eq!(corp.user_name, "userPrincipalName");
    assert!(corp.switches.sync && !corp.switches.writeback && corp.is_whole());
    assert_eq!(corp.rules.len(), 2);
    let read = corp.reading_scope().attributes;
    assert!(read.contains(&"employeetype".to_owned()), "{read:?}");
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    refused(
        "url = \"https://password.example.org/\"",
        "url = \"http://password.example.org\"",
        "not https",
    );
    refused(
        "url = \"https://password.example.org/\"",
        "url = \"https://a.test/path\"",
        "more than",
    );
    refused(
        "url = \"https://password.example.org/\"",
        "url = \"https://u:p@a.test\"",
        "more than",
    );
    refused(
        "kind = \"active-directory\"",
        "kind = \"domain\"",
        "no kind",
    );
    refused(
        "kind = \"active-directory\"",
        "kin = \"active-directory\"",
        "kin",
    );
    refused("name = \"corp\"", "name = \"Corp 1\"", "can't be the name");
    refused(
        "ldaps://dc1.corp.test",
        "https://dc1.corp.test",
        "no address",
    );
    refused(
        "ldaps://dc1.corp.test",
        "ldaps://dc1.corp.test/DC=x",
        "no address",
    );
    // case: AD-07
    refused(
        "ldaps://dc1.corp.test",
        "ldap://dc1.corp.test",
        "no address",
    );
    refused(
        "bind_dn = \"CN=svc,DC=corp,DC=test\"",
        "bind_dn = \"\"",
        "bind_dn is empty",
    );
    refused("sync = true", "sync = \"yes\"", "boolean");
    refused("usage_location = {", "usage = {", "no target");
    refused("{ constant = \"DE\" }", "{ const = \"DE\" }", "a rule is");
}

#[test]
fn everything_wrong_is_told_at_once() {
    let text = GOOD
        .replace("https://password", "http://password")
        .replace("sync = true", "sync = false\nuser_name = \"a b\"")
        .replace("employeeType", "nobodyKnows");
    assert_eq!(complaints(&text).len(), 4, "{:#?}", complaints(&text));
}

#[test]
fn plain_http_is_for_this_machine_only() {
    for url in [
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "http://localhost:1",
    ] {
        let text = GOOD.replace("https://password.example.org/", url);
        assert_eq!(read(&text, Path::new("x")).unwrap().service.url, url);
    }
    for url in [
        "http://127.0.0.1.example.org",
        "http://10.0.0.1",
        "ftp://localhost",
    ] {
        let text = GOOD.replace("https://password.example.org/", url);
        assert_eq!(complaints(&text).len(), 1);
    }
}

#[test]
fn two_directories_have_two_names() {
    let second = GOOD.split_once("[[directory]]").unwrap().1;
    let text = format!("{GOOD}\n[[directory]]{second}");
    assert!(complaints(&text)[0].what.contains("twice"));
    assert_eq!(
        complaints("[service]\nurl = \"https://a.test\"\n")[0].what,
        "no directory is named"
    );
}
