//! An Active Directory, a service, and agents beside it on hosts of their own.

use crate::common::{Visit, start_reset};
use crate::world::{WAIT, World};
use keyward_testbed::browser::Browser;
use keyward_testbed::ldap::{Account, Person};
use keyward_testbed::process::{Launch, Process};
use keyward_testbed::samba::Samba;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub(crate) const PHONE: &str = "+4915123456777";
pub(crate) const MAIL: &str = "ada@home.example";
pub(crate) const UPN: &str = "ada@contoso.example";
pub(crate) const OLD: &str = "First-Passw0rd-of-Ada";

/// How long a first synchronisation may take on a busy machine.
pub(crate) const SOON: Duration = Duration::from_mins(1);

/// The agent's program, which the same build has made.
fn program() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_keyward")).with_file_name("keyward-connect");
    assert!(
        program.exists(),
        "the agent isn't built: run the tests of the whole workspace"
    );
    program
}

/// Where an agent has its settings and its state.
pub(crate) struct Host {
    home: tempfile::TempDir,
}

impl Host {
    /// Beside this directory, asking the service at `url`.
    pub(crate) fn new(url: &str, samba: &Samba) -> Self {
        Self::through("", url, samba)
    }

    /// The same through a proxy; it isn't asked to connect, since the service of a test speaks HTTP.
    pub(crate) fn through(proxy: &str, url: &str, samba: &Samba) -> Self {
        let home = tempfile::tempdir().unwrap();
        let password = home.path().join("corp.password");
        std::fs::write(&password, &samba.service().password).unwrap();
        let only_me = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&password, only_me).unwrap();
        let proxy = match proxy {
            "" => String::new(),
            address => format!("proxy = \"http://{address}\"\n"),
        };
        let settings = format!(
            "[service]\nurl = \"{url}\"\n{proxy}\n[[directory]]\nname = \"corp\"\nkind = \"active-directory\"\n\
             servers = [\"{}\"]\nca = \"{}\"\nbind_dn = \"{}\"\npassword_file = \"{}\"\n\
             sync = true\nsign_in = true\nwriteback = true\n",
            samba.url(),
            samba.ca_file().display(),
            samba.service().dn,
            password.display(),
        );
        std::fs::write(home.path().join("connect.toml"), settings).unwrap();
        Self { home }
    }

    /// The agent's program with these settings.
    pub(crate) fn agent(&self) -> Launch {
        Launch::new(program())
            .clean_env()
            .arg("--config")
            .arg(self.home.path().join("connect.toml"))
            .arg("--state")
            .arg(self.state())
    }

    /// Where the agent keeps what it knows.
    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    /// An administrator lets the agent in, looking at the terminal and at the page.
    pub(crate) async fn let_in(&self, world: &World, browser: &Browser) {
        let mut terminal = self.agent().arg("enrol").spawn();
        let last = |line: String| line.split_whitespace().last().unwrap().to_owned();
        let code = last(terminal.line("and types the code", WAIT));
        let print = last(terminal.line("The page must show", WAIT));
        world.open(browser, "/admin/connect/enrol").await;
        browser.fill("Code", &code).await;
        browser.click("Next").await;
        browser.wait_text(&print).await;
        browser.click("It is the same, let it in").await;
        browser.wait_text("The agent was let in").await;
        terminal.wait_line("Let in at Contoso by admin@contoso.example", WAIT);
        assert!(terminal.wait(WAIT).success(), "{:?}", terminal.lines());
    }
}

/// A directory, a service, and a host for an agent.
pub(crate) struct Premises {
    pub(crate) world: World,
    pub(crate) samba: Samba,
    pub(crate) ada: Account,
    pub(crate) host: Host,
}

impl Premises {
    pub(crate) fn start() -> Self {
        let samba = Samba::start();
        let person = Person::new("ada")
            .named("Ada", "Lovelace")
            .mail(UPN)
            .with("mobile", PHONE)
            .under(&samba.people())
            .password(OLD);
        let ada = samba.user(&person);
        samba.set(&ada.dn, "userPrincipalName", &[UPN]);
        let world = World::of_demo(
            "UPDATE tenants SET policy = json_set(policy, '$.scope', json('{\"enabled_for\":\"all\"}'))",
            &[],
        );
        let host = Host::new(&world.url, &samba);
        Self {
            world,
            samba,
            ada,
            host,
        }
    }

    /// Waits until a query of the service's database has an answer, which the agent brings about.
    pub(crate) async fn until_there(&self, agent: &Process, sql: &str) {
        self.until_there_within(SOON, agent, sql).await;
    }

    /// The same with more or less patience.
    pub(crate) async fn until_there_within(&self, patience: Duration, agent: &Process, sql: &str) {
        let begun = Instant::now();
        while self.world.query(sql).is_empty() {
            let said = agent.lines().join("\n");
            assert!(
                begun.elapsed() < patience,
                "{sql} found nothing. The agent said:\n{said}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Has the running agent synchronise; what it says. Objects that can't be taken make it end with an error.
    pub(crate) fn sync_now(&self, words: &[&str]) -> String {
        let mut sync = self.host.agent().arg("sync").args(words).spawn();
        sync.wait(SOON);
        sync.lines().join("\n")
    }

    /// From the name to the new password's page, with both methods.
    pub(crate) async fn prove(&self, browser: &Browser, goal: &str) {
        start_reset(&self.world, browser, UPN).await;
        browser.choose(goal).await;
        browser.click("Next").await;
        browser.choose("Email to").await;
        browser.click("Next").await;
        let code = self.world.code_by_mail(MAIL).await;
        browser.fill("Code", &code).await;
        browser.click("Go on").await;
        browser.choose("Text message to").await;
        browser.click("Next").await;
        browser.fill("Mobile number", PHONE).await;
        browser.click("Send code").await;
        let code = self.world.code_by_sms(PHONE).await;
        browser.fill("Code", &code).await;
        browser.click("Go on").await;
    }
}

pub(crate) async fn type_twice(browser: &Browser, password: &str, button: &str) {
    browser.fill("New password", password).await;
    browser.fill("New password again", password).await;
    browser.click(button).await;
}

/// Signs in with the directory's password for the first time, and registers phone and mailbox.
pub(crate) async fn register(on: &Premises, browser: &Browser) {
    on.world.sign_in_as(browser, UPN, "not this one").await;
    browser.wait_text("is wrong").await;
    on.world.sign_in_as(browser, UPN, OLD).await;
    browser.wait_url("/register").await;
    browser.click("Next").await;
    browser.click("Set it up now Authentication phone").await;
    // What the directory knows is offered.
    assert_eq!(browser.value("Mobile number").await, PHONE);
    browser.click("Send code").await;
    let code = on.world.code_by_sms(PHONE).await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.click("I want to set up a different method").await;
    browser.click("Set it up now Authentication email").await;
    browser.fill("Email address", MAIL).await;
    browser.click("Send code").await;
    let code = on.world.code_by_mail(MAIL).await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.click("Finish").await;
    browser.wait_text("Hello, Ada Lovelace").await;
}
