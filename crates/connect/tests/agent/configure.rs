//! The wizard: in a terminal beside a real Active Directory, and from a file beside a real OpenLDAP.

use crate::command::{Home, PROGRAM};
use crate::screen::{CTRL_C, ENTER, ESCAPE, Screen};
use crate::service::Service;
use keyward_connect::config::{self, Config};
use keyward_connect::directory::SourceAnchor;
use keyward_testbed::ldap::{Account, Person};
use keyward_testbed::samba::{Samba, SambaOptions};
use keyward_testbed::slapd::Slapd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A machine on which nothing was configured yet.
struct Blank {
    home: Home,
}

impl Blank {
    fn new() -> Self {
        let blank = Self { home: Home::new() };
        std::fs::remove_file(blank.file()).unwrap();
        std::fs::remove_file(blank.home.dir.path().join("password")).unwrap();
        blank
    }

    fn file(&self) -> PathBuf {
        self.home.dir.path().join("connect.toml")
    }

    fn service(&self) -> &Service {
        &self.home.service
    }

    fn config(&self) -> Config {
        config::load(&self.file()).unwrap()
    }

    fn open(&self) -> Screen {
        let mut arguments = self.home.options();
        arguments.push("configure".to_owned());
        Screen::start(PROGRAM, &arguments)
    }

    /// Runs with an answers file.
    fn answers(&self, text: &str) -> (i32, String) {
        let file = self.home.dir.path().join("answers.toml");
        std::fs::write(&file, text).unwrap();
        self.home
            .command(&["configure", "--answers", file.to_str().unwrap()])
    }

    fn assert_unchanged(&self) {
        assert!(!self.file().exists());
        assert!(!self.home.dir.path().join("corp.password").exists());
        assert!(
            self.service()
                .said()
                .starts
                .iter()
                .all(|start| start.preview)
        );
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn whoever_leaves_has_changed_nothing_and_whoever_goes_back_finds_what_was_typed() {
    let blank = Blank::new();
    let mut screen = blank.open();
    screen.answer("Ready?", ENTER);
    screen.answer("Address of the service", "http://password.example.org\r");
    screen.answer("HTTP proxy", ENTER);
    screen.answer("File with the authority", ENTER);
    screen.until("a complaint", |text| text.contains("is not https"));
    screen.answer("Address of the service", ENTER);
    screen.answer("HTTP proxy", ESCAPE);
    screen.answer("Ready?", ENTER);
    screen.asked("Address of the service http://password.example.org");
    let url = blank.service().url();
    screen.retype(
        "Address of the service",
        "http://password.example.org",
        &url,
    );
    screen.answer("HTTP proxy", ENTER);
    screen.answer("File with the authority", ENTER);
    screen.asked("Kind of directory");
    screen.press(CTRL_C);
    let (code, text) = screen.end();
    assert_eq!(code, 130, "{text}");
    for shown in [
        "ABCD-2345",
        "https://password.example.org/connect",
        "Example GmbH",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(
        text.contains("No settings were changed. The agent stays let in"),
        "{text}"
    );
    blank.assert_unchanged();
    // It is let in: nobody is asked for a second approval.
    let mut screen = blank.open();
    screen.answer("Ready?", ENTER);
    screen.answer("Address of the service", &format!("{url}\r"));
    screen.answer("HTTP proxy", ENTER);
    screen.answer("File with the authority", ENTER);
    screen.answer("Kind of directory", ESCAPE);
    screen.asked(&format!("Address of the service {url}"));
    assert!(!screen.text().contains("ABCD-2345"));
    screen.press(CTRL_C);
    assert_eq!(screen.end().0, 130);
}

#[test]
fn without_a_terminal_it_says_how_to_answer() {
    let blank = Blank::new();
    let (code, said) = blank.home.command(&["configure"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("--answers FILE"), "{said}");
}

/// A wrong password first, and an account without rights.
fn connect_a_directory(screen: &mut Screen, samba: &Samba, account: &Account) {
    screen.answer("Kind of directory", ENTER);
    screen.answer("Servers", &format!("{}\r", samba.url()));
    screen.answer(
        "File with the authority of their",
        &format!("{}\r", samba.ca_file().display()),
    );
    screen.answer("Account of this agent", &format!("{}\r", account.dn));
    screen.answer("Password of that account", "canary-wrong\r");
    screen.until("a complaint", |text| {
        text.contains("check bind_dn and the password")
    });
    screen.answer("Kind of directory", ENTER);
    screen.answer("Servers", ENTER);
    screen.answer("File with the authority of their", ENTER);
    screen.answer("Account of this agent", ENTER);
    screen.answer(
        "Password of that account",
        &format!("{}\r", account.password),
    );
    screen.asked("The account lacks rights");
    let told = screen.text();
    assert!(told.contains("NO   set new passwords"), "{told}");
    assert!(
        told.contains("dsacls ") && told.contains("samba-tool dsacl set"),
        "{told}"
    );
    screen.answer("The account lacks rights", ENTER);
    screen.answer("Short name", ENTER);
    screen.answer("Directories", ENTER);
}

/// One unit without one below it, one page back and on again, and a group in a group.
fn choose_who_comes_in(screen: &mut Screen) {
    screen.answer("What comes in?", "some units only\r");
    screen.answer("Which units come in?", "people \r");
    screen.answer("Which of these stay out?", "robots \r");
    screen.answer("Who comes in?", ESCAPE);
    // What was ticked is ticked.
    screen.answer("What comes in?", ENTER);
    screen.answer("Which units come in?", ENTER);
    screen.answer("Which of these stay out?", ENTER);

    screen.answer("Who comes in?", "one group\r");
    screen.asked("Which group?");
    screen.until("the groups", |text| text.contains("CN=Pilot inner,"));
    assert!(
        screen
            .text()
            .lines()
            .any(|line| line.contains("CN=Pilot,") && line.ends_with("(1 user)"))
    );
    screen.answer("Which group?", "cn=pilot,\r");
}

/// The account may not write it, and is told how it may.
fn choose_the_source_anchor(screen: &mut Screen) {
    screen.asked("Source anchor");
    let told = screen.text();
    assert!(told.contains("none has objectGUID in it already"), "{told}");
    screen.answer("Source anchor", ENTER);
    screen.asked("The account can't write source anchors");
    let told = screen.text();
    assert!(
        told.contains("NO   write the source anchors of the users in People"),
        "{told}"
    );
    assert!(told.contains("RPWP;mS-DS-ConsistencyGuid;user"), "{told}");
    screen.answer("The account can't write source anchors", ENTER);
}

#[test]
fn samba_every_page_in_a_terminal() {
    let samba = Samba::start();
    let robots = format!("OU=Robots,{}", samba.people());
    samba.ou(&robots);
    let ada = samba.user(&Person::new("ada").named("Ada", "Lovelace"));
    let _outside = samba.user(&Person::new("r2d2").under(&robots));
    let inner = samba.group("Pilot inner", &[&ada.dn]);
    samba.group("Pilot", &[&inner]);
    let account = samba.service_account("svc-new");
    let blank = Blank::new();
    let url = blank.service().url();
    let mut screen = blank.open();

    screen.answer("Ready?", ENTER);
    screen.answer("Address of the service", &format!("{url}\r"));
    screen.answer("HTTP proxy", ENTER);
    screen.answer("File with the authority", ENTER);

    connect_a_directory(&mut screen, &samba, &account);
    choose_who_comes_in(&mut screen);

    choose_the_source_anchor(&mut screen);
    screen.asked("Attribute with the name");
    assert!(
        screen.text().contains("@corp.example.test"),
        "{}",
        screen.text()
    );
    screen.answer("Attribute with the name", ENTER);
    // The cursor is at password writeback; sign-in is ticked from the start.
    screen.answer("Optional features", " \r");

    screen.answer("How?", ENTER);
    screen.asked("Ready to configure");
    let told = screen.text();
    assert!(told.contains("create     ada@corp.example.test"), "{told}");
    assert!(!told.contains("r2d2@"), "{told}");
    blank.assert_unchanged();
    screen.answer("Ready to configure", ENTER);
    let (code, text) = screen.end();
    assert_eq!(code, 0, "{text}");
    println!("{text}");
    assert!(text.contains("Configuration complete"), "{text}");
    for secret in ["canary-wrong", account.password.as_str()] {
        assert!(!text.contains(secret), "{text}");
    }

    let config = blank.config();
    let directory = &config.directories[0];
    assert_eq!(directory.name, "corp");
    assert_eq!(
        (directory.scope.units.len(), directory.scope.excluded.len()),
        (1, 1)
    );
    assert!(directory.scope.group.is_some());
    assert_eq!(directory.source_anchor, SourceAnchor::ConsistencyGuid);
    assert!(directory.switches.sync && directory.switches.sign_in && directory.switches.writeback);
    let password = directory.password_file.as_ref().unwrap();
    assert_eq!(std::fs::read_to_string(password).unwrap(), account.password);
    assert_eq!((mode(password), mode(&blank.file())), (0o600, 0o600));
    {
        let said = blank.service().said();
        assert_eq!(
            said.starts
                .iter()
                .map(|start| start.preview)
                .collect::<Vec<_>>(),
            [true, false]
        );
        let last = said.batches.last().unwrap();
        let users: Vec<_> = said.batches.iter().flat_map(|batch| &batch.users).collect();
        assert!(
            users.iter().all(|user| user.upn == "ada@corp.example.test"),
            "{users:?}"
        );
        assert_eq!(last.run, uuid::Uuid::from_u128(2));
    }

    change_to_staging(&blank);
    let staged = blank.config();
    assert!(staged.agent.staging);
    assert_eq!(staged.directories, config.directories);
}

/// Once more, beside what is configured.
fn change_to_staging(blank: &Blank) {
    let mut screen = blank.open();
    screen.answer("Ready?", ENTER);
    screen.answer("This agent is configured", "view\r");
    screen.asked("Seen?");
    assert!(screen.text().contains("bind_dn = "));
    screen.answer("Seen?", ENTER);
    screen.answer("This agent is configured", "staging\r");
    screen.answer("How?", "staging\r");
    screen.answer("Ready to configure", "settings only\r");
    let (code, text) = screen.end();
    assert_eq!(code, 0, "{text}");
    println!("{text}");
}

/// Found through DNS; and what the service knows its users by stays what it is.
#[test]
fn samba_is_found_by_its_domain_and_keeps_its_source_anchor() {
    let samba = Samba::start_with(&SambaOptions {
        dns: true,
        ..SambaOptions::default()
    });
    let ada = samba.user(&Person::new("ada"));
    let blank = Blank::new();
    let account = samba.service();
    let password = blank.home.private("account", &account.password);
    let answers = |task: &str, anchor: &str| {
        format!(
            "{task}[service]\nurl = \"{}\"\n\n[[directory]]\nname = \"corp\"\nkind = \"active-directory\"\n\
             servers = [\"corp.example.test\"]\nnameservers = [\"{}\"]\nca = \"{}\"\nbind_dn = \"{}\"\n\
             password_file = \"{}\"\nunits = [\"{}\"]\nmissing_rights = \"go-on\"\n\
             source_anchor = \"{anchor}\"\n\n[finish]\nstart = true\n",
            blank.service().url(),
            samba.address(),
            samba.ca_file().display(),
            account.dn,
            password.display(),
            samba.people(),
        )
    };
    let (code, said) = blank.answers(&answers("", "mS-DS-ConsistencyGuid"));
    assert_eq!(code, 0, "{said}");
    let config = blank.config();
    let directory = &config.directories[0];
    assert!(directory.servers.is_empty());
    let found = directory.discovery.as_ref().unwrap();
    assert_eq!(found.domain, "corp.example.test");
    assert_eq!(found.nameservers, [samba.address().to_string()]);
    assert_eq!(directory.source_anchor, SourceAnchor::ConsistencyGuid);
    // The synchronisation that followed wrote it down.
    let names = ["mS-DS-ConsistencyGuid"];
    let admin = samba.admin();
    let kept = samba
        .ldap()
        .search(admin, &ada.dn, "base", "(objectClass=*)", &names);
    assert_eq!(kept.unwrap()[0].attributes[0].1.len(), 16);

    // As long as nobody would be somebody else, it can be changed, and back.
    let task = "task = \"customize\"\n\n";
    let (code, said) = blank.answers(&answers(task, "objectGUID"));
    assert_eq!(code, 0, "{said}");
    let (code, said) = blank.answers(&answers(task, "mS-DS-ConsistencyGuid"));
    assert_eq!(code, 0, "{said}");
    samba.set(&ada.dn, "mS-DS-ConsistencyGuid", &["sixteen bytes ab"]);
    let (code, said) = blank.answers(&answers(task, "objectGUID"));
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("the source anchor can't be changed: 1 user would be somebody else"),
        "{said}"
    );
    let kept = blank.config();
    assert_eq!(
        kept.directories[0].source_anchor,
        SourceAnchor::ConsistencyGuid
    );
}

#[test]
fn slapd_answers_from_a_file() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada").named("Ada", "Lovelace"));
    slapd.group("pilot", &[&ada.dn]);
    let blank = Blank::new();
    let account = slapd.service();
    let password = blank.home.private("account", &account.password);
    let answers = |url: &str, account: &str, features: &str| {
        // The testbed lets its account read hashes, which is told as too much.
        let missing = if account == slapd.reader().dn {
            "stop"
        } else {
            "go-on"
        };
        format!(
            "[service]\nurl = \"{url}\"\n\n[[directory]]\nkind = \"open-ldap\"\nservers = [\"{}\"]\nca = \"{}\"\n\
             bind_dn = \"{account}\"\npassword_file = \"{}\"\nunits = [\"{}\"]\ngroup = \"cn=pilot,{}\"\n\
             missing_rights = \"{missing}\"\nuser_name = \"mail\"\nfeatures = [{features}]\nattributes = [\"employeeType\"]\n\n[finish]\nstart = true\n",
            slapd.url(),
            slapd.ca_file().display(),
            password.display(),
            slapd.people(),
            slapd.groups(),
        )
    };
    let all = "\"writeback\", \"sign-in\", \"extensions\"";
    let url = blank.service().url();

    // Nobody listens there.
    let (code, said) = blank.answers(&answers("http://127.0.0.1:9", &account.dn, all));
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("can't be reached") && said.contains("fix: check the address"),
        "{said}"
    );
    blank.assert_unchanged();

    // An account that may only read.
    let (code, said) = blank.answers(&answers(&url, &slapd.reader().dn, all));
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("NO   ") && said.contains("the agent's account lacks"),
        "{said}"
    );
    blank.assert_unchanged();

    // An organization without the plan.
    blank.service().said().settings.writeback = false;
    let (code, said) = blank.answers(&answers(&url, &account.dn, all));
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("Premium P1 or P2") && said.contains("doesn't write passwords back"),
        "{said}"
    );
    blank.assert_unchanged();
    let (code, said) = blank.answers(&answers(&url, &account.dn, "\"sign-in\""));
    assert_eq!(code, 0, "{said}");
    assert!(!blank.config().directories[0].switches.writeback);

    // And with it.
    blank.service().said().settings.writeback = true;
    let (code, said) = blank.answers(&answers(&url, &account.dn, all));
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains(&account.password), "{said}");
    let config = blank.config();
    let [directory] = config.directories.as_slice() else {
        panic!("{config:?}");
    };
    assert_eq!(directory.password_file.as_ref(), Some(&password));
    assert!(directory.switches.writeback && directory.scope.group.is_some());
    assert_eq!(directory.scope.attributes, ["employeeType"]);
    assert!(directory.rules.contains_key("extension.employeetype"));
    let said = blank.service().said();
    let users: Vec<_> = said.batches.iter().flat_map(|batch| &batch.users).collect();
    assert!(
        !users.is_empty()
            && users
                .iter()
                .all(|user| user.upn == ada.login.clone() + "@corp.example.test")
    );
}

#[test]
fn uninstalling_leaves_nothing_of_the_agent_and_everything_else() {
    let blank = Blank::new();
    blank.home.write_config();
    let foreign = blank.home.private("password", "s3cret");
    blank.home.enrol();
    let (file, state) = (blank.file(), blank.home.state());
    let own = blank.home.private("corp.password", "s3cret");
    assert!(state.join("keys").exists());
    let agent = blank.home.run();
    let (code, said) = blank.answers("task = \"uninstall\"");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("the agent runs") && said.contains("systemctl stop"),
        "{said}"
    );
    assert!(file.exists());
    drop(agent);
    let (code, said) = blank.answers("task = \"uninstall\"");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Revoke it in the admin center"), "{said}");
    assert!(!file.exists() && !own.exists() && !state.exists());
    assert!(foreign.exists());
}
