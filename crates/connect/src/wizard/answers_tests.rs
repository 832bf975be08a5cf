//! What a file of answers may say, and what comes of what it doesn't.

use super::*;

const EXAMPLE: &str = include_str!("../../../../docs/admin/connect-answers.toml");

fn file(text: &str) -> FromFile {
    FromFile::read(text, Path::new("answers.toml")).unwrap()
}

fn told<T: std::fmt::Debug>(asked: Asked<T>) -> String {
    let Err(Halt::Failed(complaints)) = asked else {
        panic!("{asked:?}");
    };
    complaints.to_string()
}

#[test]
fn the_documented_file_is_one() {
    let answers = file(EXAMPLE);
    let directory = answers.directory(0).unwrap();
    assert_eq!(area(directory), "units");
    assert!(directory.group.is_some() && directory.features.is_some());
    // Every answer that there is stands in it.
    for line in [
        "task",
        "url",
        "proxy",
        "ca",
        "again",
        "name",
        "kind",
        "servers",
        "nameservers",
        "base",
        "bind_dn",
        "password_file",
        "missing_rights",
        "units",
        "excluded",
        "group",
        "source_anchor",
        "user_name",
        "features",
        "attributes",
        "staging",
        "start",
        "without_preview",
    ] {
        let shown = |text: &str| {
            text.trim_start_matches('#')
                .starts_with(&format!("{line} ="))
        };
        assert!(EXAMPLE.lines().any(shown), "{line}");
    }
}

#[test]
fn what_nobody_asks_is_an_error_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answers.toml");
    std::fs::write(&path, "[service]\nurl = \"https://a\"\npassword = \"x\"\n").unwrap();
    let told = FromFile::load(&path).err().unwrap().to_string();
    assert!(
        told.contains("line 3") && told.contains("password"),
        "{told}"
    );
    for text in [
        "[[directory]]\npassword = \"x\"",
        "colour = 1",
        "[finish]\nstop = true",
    ] {
        assert!(FromFile::read(text, &path).is_err(), "{text}");
    }
}

#[test]
fn what_is_not_said_is_as_it_was_filled_in_or_refused() {
    let mut answers = file("[[directory]]\nkind = \"open-ldap\"");
    let asked = |initial: &str, optional| Text {
        label: "Service address",
        initial: initial.to_owned(),
        optional,
        ..Text::default()
    };
    let url = Question::Url;
    assert_eq!(
        answers.text(url, &asked("https://a", false)),
        Ok("https://a".to_owned())
    );
    assert_eq!(
        answers.text(Question::Proxy, &asked("", true)),
        Ok(String::new())
    );
    assert!(told(answers.text(url, &asked("", false))).contains("Service address"));
    assert!(answers.password(Question::Password(0), true).is_ok());
    let refused = answers.password(Question::Password(0), false);
    assert!(told(refused.map(|_| ())).contains("password_file"));

    let kinds = [
        Choice::new("active-directory", ""),
        Choice::new("open-ldap", ""),
    ];
    assert_eq!(answers.one(Question::Kind(0), "", &kinds, 0), Ok(1));
    assert_eq!(answers.one(Question::Kind(1), "", &kinds, 0), Ok(0));
    assert!(told(answers.find("novell", &kinds)).contains("active-directory; open-ldap"));
    let rights = [
        Choice::new("again", ""),
        Choice::new("go-on", ""),
        Choice::new("stop", ""),
    ];
    assert_eq!(answers.one(Question::Rights(0), "", &rights, 1), Ok(2));
}

#[test]
fn every_directory_of_the_file_is_added_once() {
    let mut answers = file("[[directory]]\n[[directory]]");
    let menu = [Choice::new("continue", ""), Choice::new("add", "")];
    let mut asked = || answers.one(Question::Directories, "", &menu, 0);
    assert_eq!([asked(), asked(), asked()], [Ok(1), Ok(1), Ok(0)]);
}
