//! What the demo says when it is ready.

use super::directory::{Directory, Person, State};
use crate::commands::terminal::{Terminal, Tone, line};
use crate::config::Config;
use keyward_app::demo::{ORGANISATION, SAMPLES};

/// Says where everything is.
#[derive(Clone, Copy)]
pub(super) struct Introduction {
    /// Where it is printed.
    pub(super) terminal: Terminal,
    /// The data goes with the demo.
    pub(super) fresh: bool,
}

impl Introduction {
    /// The addresses and the sample accounts.
    pub(super) fn print(self, config: &Config) {
        let url = config.public_url.origin();
        line(&format!(
            "\nKeyward, with {ORGANISATION} as the example organization\n"
        ));
        self.place("Portal", url, "");
        self.place("Admin center", &format!("{url}/admin"), "");
        self.place("Mail and SMS", &format!("{url}/outbox"), "");
        let gone = self.fresh.then(|| self.quiet("  (gone when it stops)"));
        line(&format!(
            "  Data           {}{}\n",
            config.data_dir.display(),
            gone.unwrap_or_default()
        ));
        line("  Accounts");
        for sample in &SAMPLES {
            self.account(sample.upn, sample.password, sample.story);
        }
    }

    /// What stands beside it, and how to see that a password written back is true.
    pub(super) fn print_directory(self, directory: &Directory) {
        line("\n  Accounts of its Active Directory, brought in by keyward-connect");
        for person in &directory.people {
            self.account(&person.upn, &person.password, &story(person));
        }
        line("");
        let samba = "  (Samba, gone when it stops)";
        self.place("Controller", &directory.url, samba);
        let Some(person) = directory.people.first() else {
            return;
        };
        let check = format!(
            "KRB5_CONFIG={} kinit -c MEMORY: {} && echo right",
            directory.krb5_config.display(),
            person.login
        );
        line(&format!(
            "\n  Watch a password being written back\n    \
             1. In another terminal, this takes the password above:\n       {}\n    \
             2. In the portal, choose \"Forgot my password\" for {}: the codes are in Mail and SMS.\n    \
             3. Now the same command takes the new password, and no longer the old one.",
            self.terminal.tone(Tone::Good, &check),
            person.upn
        ));
    }

    /// The last words.
    pub(super) fn end(self) {
        line(&format!("\n  {}\n", self.quiet("Ctrl+C stops it.")));
        line("ready");
    }

    fn place(self, name: &str, address: &str, remark: &str) {
        let address = self.terminal.tone(Tone::Good, address);
        line(&format!("  {name:<14} {address}{}", self.quiet(remark)));
    }

    fn account(self, upn: &str, password: &str, story: &str) {
        line(&format!(
            "    {upn:<25} {password:<22} {}",
            self.quiet(story)
        ));
    }

    fn quiet(self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        self.terminal.tone(Tone::Quiet, text)
    }
}

/// What can be tried with an account.
fn story(person: &Person) -> String {
    let registered = person.private_mail.as_ref().map_or_else(
        || "not registered yet: asked at sign-in, the phone is filled in".to_owned(),
        |mail| format!("registered (phone {}, {mail})", person.mobile),
    );
    match person.state {
        State::Usual => registered,
        State::MustChange => "must change the password at the next sign-in".to_owned(),
        State::Locked => format!("locked out; {registered}"),
        State::Disabled => "disabled in the directory".to_owned(),
    }
}
