//! Which directories there are, how each is reached, and what the agent's account may do there.

use super::service::{path, shown_path, some};
use crate::complaint::Complaint;
use crate::config::{DirectoryConfig, default_user_name};
use crate::directory::{Discovery, Right};
use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Choice, Password, Prompts, Question, Text};
use crate::wizard::draft::{DirectoryDraft, Reached, short_name};
use keyward_wire::link::DirectoryKind;
use std::fmt::Write;

const KINDS: [DirectoryKind; 2] = [DirectoryKind::ActiveDirectory, DirectoryKind::OpenLdap];

pub(in crate::wizard) fn page(wizard: &mut Wizard) -> Asked<()> {
    loop {
        if wizard.draft.directories.is_empty() && !wizard.prompts.names_directories() {
            add(wizard)?;
            continue;
        }
        let menu = menu(wizard);
        let chosen = wizard
            .prompts
            .one(Question::Directories, "Directories", &menu, 0)?;
        let n = chosen.saturating_sub(2) / 2;
        match chosen {
            0 => match untried(wizard) {
                Some(n) => reach(wizard, n)?,
                None => return Ok(()),
            },
            1 => add(wizard)?,
            n_of if n_of % 2 == 0 => change(wizard, n)?,
            _ => drop(wizard.draft.directories.remove(n)),
        }
    }
}

/// To go on, to add one, and to change or remove each.
fn menu(wizard: &Wizard) -> Vec<Choice> {
    let mut menu = vec![
        Choice::new("continue", "Go on"),
        Choice::new("add", "Add a directory"),
    ];
    for (n, draft) in wizard.draft.directories.iter().enumerate() {
        let named = if draft.config.name.is_empty() {
            format!("number {}", n + 1)
        } else {
            draft.config.name.clone()
        };
        let state = match &draft.reached {
            Some(reached) => format!("{}, answers", reached.identity.name),
            None => "not tried yet".to_owned(),
        };
        menu.push(Choice::new(
            format!("change:{named}"),
            format!("Change {named} ({state})"),
        ));
        menu.push(Choice::new(
            format!("remove:{named}"),
            format!("Remove {named}"),
        ));
    }
    menu
}

fn untried(wizard: &Wizard) -> Option<usize> {
    let mut directories = wizard.draft.directories.iter();
    directories.position(|draft| draft.reached.is_none())
}

fn add(wizard: &mut Wizard) -> Asked<()> {
    wizard.draft.directories.push(DirectoryDraft::blank());
    let n = wizard.draft.directories.len() - 1;
    let changed = change(wizard, n);
    if changed.is_err() && wizard.draft.directories[n].is_blank() {
        wizard.draft.directories.pop();
    }
    changed
}

/// Tries one of the settings as it is; what doesn't work is asked for.
fn reach(wizard: &mut Wizard, n: usize) -> Asked<()> {
    let draft = &mut wizard.draft.directories[n];
    let named = !draft.config.servers.is_empty() || draft.config.discovery.is_some();
    if !draft.has_password() || !named {
        return change(wizard, n);
    }
    match wizard.runtime.block_on(draft.reach()) {
        Ok(reached) => settle(wizard, n, &reached),
        Err(complaint) => {
            wizard.prompts.sorry(&complaint)?;
            change(wizard, n)
        }
    }
}

/// Asks until the directory answers.
fn change(wizard: &mut Wizard, n: usize) -> Asked<()> {
    loop {
        wizard.draft.directories[n].reached = None;
        ask(wizard, n)?;
        let tried = match wizard.draft.check_directory(n) {
            Ok(()) => wizard.runtime.block_on(wizard.draft.directories[n].reach()),
            Err(complaint) => Err(complaint),
        };
        match tried {
            Ok(reached) => return settle(wizard, n, &reached),
            Err(complaint) => wizard.prompts.sorry(&complaint)?,
        }
    }
}

fn ask(wizard: &mut Wizard, n: usize) -> Asked<()> {
    let Wizard { prompts, draft, .. } = wizard;
    let draft = &mut draft.directories[n];
    let config = &mut draft.config;
    let kinds = [
        Choice::new("active-directory", "Active Directory (Windows or Samba)"),
        Choice::new("open-ldap", "OpenLDAP with a password policy (ppolicy)"),
    ];
    let start = KINDS
        .iter()
        .position(|kind| *kind == config.kind)
        .unwrap_or_default();
    let kind = KINDS[prompts.one(Question::Kind(n), "Kind of directory", &kinds, start)?];
    if kind != config.kind {
        default_user_name(kind).clone_into(&mut config.user_name);
        config.kind = kind;
    }
    servers(*prompts, n, config)?;
    let ca = Text {
        label: "File with the authority of their certificates",
        help: "PEM; empty: those that this system trusts",
        initial: shown_path(config.ca.as_ref()),
        optional: true,
    };
    config.ca = path(&prompts.text(Question::Ca(n), &ca)?);
    if kind == DirectoryKind::OpenLdap {
        let base = Text {
            label: "Naming context",
            help: "As dc=corp,dc=example; empty: the server's own",
            initial: config.base.clone().unwrap_or_default(),
            optional: true,
        };
        config.base = some(prompts.text(Question::Base(n), &base)?);
    }
    let account = Text {
        label: "Account of this agent",
        help: "Its distinguished name, as CN=svc-keyward,OU=Service,DC=corp,DC=example",
        initial: config.bind_dn.clone(),
        optional: false,
    };
    config.bind_dn = prompts.text(Question::Account(n), &account)?;
    let known = draft.has_password();
    match prompts.password(Question::Password(n), known)? {
        Password::Kept => {}
        Password::Typed(password) => draft.password = Some(password),
        Password::File(file) => {
            draft.password = None;
            draft.config.password_file = path(&file.to_string_lossy());
        }
    }
    Ok(())
}

/// Addresses, or the name of a domain whose controllers DNS knows.
fn servers(prompts: &mut dyn Prompts, n: usize, config: &mut DirectoryConfig) -> Asked<()> {
    let finds = config.kind == DirectoryKind::ActiveDirectory;
    let domain = config.discovery.as_ref().map(|found| found.domain.clone());
    let text = Text {
        label: "Servers",
        help: if finds {
            "As ldaps://dc1.corp.example ldaps://dc2.corp.example; or the domain, as corp.example, to find them through DNS"
        } else {
            "As ldaps://ldap1.corp.example ldaps://ldap2.corp.example; the first that answers is used"
        },
        initial: domain.unwrap_or_else(|| config.servers.join(" ")),
        optional: false,
    };
    let said = words(&prompts.text(Question::Servers(n), &text)?);
    match said.as_slice() {
        [domain] if finds && !domain.contains(':') => {
            let before = config.discovery.take().unwrap_or_default();
            let text = Text {
                label: "Name servers that know the domain",
                help: "As 10.0.0.53; empty: those of this system",
                initial: before.nameservers.join(" "),
                optional: true,
            };
            let nameservers = words(&prompts.text(Question::NameServers(n), &text)?);
            config.servers.clear();
            config.discovery = Some(Discovery {
                domain: domain.clone(),
                nameservers,
                hosts: before.hosts,
            });
        }
        _ => {
            config.discovery = None;
            config.servers = said;
        }
    }
    Ok(())
}

/// Separated by spaces, commas or semicolons.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'));
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Says what answered and what the account may do there, and gives it a name.
fn settle(wizard: &mut Wizard, n: usize, reached: &Reached) -> Asked<()> {
    wizard.prompts.say(&described(reached));
    let settled = rights(wizard, n, reached).and_then(|()| name(wizard, n, reached));
    if settled.is_err() {
        // Whoever goes back now comes here again.
        wizard.draft.directories[n].reached = None;
    }
    settled
}

pub(super) fn described(reached: &Reached) -> String {
    let identity = &reached.identity;
    let mut text = format!(
        "\n{} answers for {}; its certificate is right, and the account is let in.\n  naming context  {}\n",
        identity.server, identity.name, identity.base
    );
    let _ = writeln!(text, "  user names end  {}", identity.suffixes.join(", "));
    text.push_str(if identity.policy_hints {
        "  resets          can be held to password history and age"
    } else {
        "  resets          can't be held to password history and age here"
    });
    text
}

fn rights(wizard: &mut Wizard, n: usize, reached: &Reached) -> Asked<()> {
    loop {
        let scope = wizard.draft.directories[n].config.scope.clone();
        let rights = wizard.runtime.block_on(reached.directory.rights(&scope));
        let rights = match rights {
            Ok(rights) => rights,
            Err(error) => {
                let fix = crate::doctor::advice(&error);
                let complaint = Complaint::new(error.to_string(), &reached.identity.server, fix);
                wizard.prompts.sorry(&complaint)?;
                Vec::new()
            }
        };
        wizard.prompts.say(&shown(&rights));
        if rights.iter().all(|right| right.held != Some(false)) {
            return Ok(());
        }
        let choices = [
            Choice::new("go-on", "Go on; the rights can be granted later"),
            Choice::new("again", "Look again: the rights were granted now"),
            Choice::new("stop", "Leave, with nothing changed"),
        ];
        match wizard.prompts.one(
            Question::Rights(n),
            "The account lacks rights. And now?",
            &choices,
            0,
        )? {
            0 => return Ok(()),
            1 => {}
            _ => {
                let missing = rights.iter().filter(|right| right.held == Some(false));
                let missing: Vec<_> = missing.map(|right| right.what.as_str()).collect();
                let what = format!("the agent's account lacks: {}", missing.join("; "));
                let fix = "run the commands above in the directory, then configure again";
                return Err(Complaint::new(what, &reached.identity.name, fix).into());
            }
        }
    }
}

/// What the account may and may not do, and the commands that grant it.
pub(super) fn shown(rights: &[Right]) -> String {
    let mut text = String::from("\nRights of the account\n");
    for right in rights {
        let held = match right.held {
            Some(true) => "yes  ",
            Some(false) => "NO   ",
            None => "?    ",
        };
        let unsure = if right.held.is_none() {
            " (nobody is there to try it on)"
        } else {
            ""
        };
        let _ = writeln!(text, "  {held}{}{unsure}", right.what);
        if right.held == Some(false) {
            for command in &right.commands {
                let _ = writeln!(text, "         {}", command.replace('\n', "\n         "));
            }
        }
    }
    text
}

fn name(wizard: &mut Wizard, n: usize, reached: &Reached) -> Asked<()> {
    loop {
        let others = wizard.draft.directories.iter().enumerate();
        let others = others.filter(|(other, _)| *other != n);
        let taken: Vec<_> = others.map(|(_, draft)| draft.config.name.clone()).collect();
        let taken: Vec<_> = taken.iter().map(String::as_str).collect();
        let before = &wizard.draft.directories[n].config.name;
        let name = Text {
            label: "Short name for it in settings and logs",
            help: "Small letters, digits and hyphens",
            initial: if before.is_empty() {
                short_name(&reached.identity.name, &taken)
            } else {
                before.clone()
            },
            optional: false,
        };
        let name = wizard.prompts.text(Question::Name(n), &name)?;
        let is_taken = taken.contains(&name.as_str());
        wizard.draft.directories[n].config.name = name;
        let checked = if is_taken {
            let fix = "give each directory its own";
            Err(Complaint::new(
                "the name is used twice",
                "what was typed",
                fix,
            ))
        } else {
            wizard.draft.check_directory(n)
        };
        match checked {
            Ok(()) => break,
            Err(complaint) => wizard.prompts.sorry(&complaint)?,
        }
    }
    let config = &mut wizard.draft.directories[n].config;
    if let Some(former) = wizard
        .former
        .iter()
        .find(|former| former.name == config.name)
    {
        // What no page asks for stays.
        config.rules.clone_from(&former.rules);
        config.dirsync = former.dirsync;
        config.scope.attributes.clone_from(&former.scope.attributes);
    }
    Ok(())
}
