//! Active Directory from the agent's side: a real Samba where it can show the case, and where it can't, a server that
//! answers as Windows is documented to.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod samba_anchors;
mod samba_changes;
mod samba_discovery;
mod samba_guard;
mod samba_pair;
mod samba_passwords;
mod samba_reading;
mod samba_states;
mod scripted;
mod transport;
mod windows;

use async_trait::async_trait;
use keyward_connect::directory::{Directory, Object, Piece, Result, Scope, Settings, Take, open};
use keyward_testbed::ldap::Account;
use keyward_testbed::samba::Samba;
use keyward_wire::link::DirectoryKind;
use keyward_wire::outcome::{Denial, Outcome};
use keyward_wire::sync::MemberChange;
use std::sync::Arc;
use uuid::Uuid;

/// The directory as this account sees it.
fn directory_of(samba: &Samba, account: &Account) -> Arc<dyn Directory> {
    open(settings_of(samba, account)).unwrap()
}

fn settings_of(samba: &Samba, account: &Account) -> Settings {
    let mut settings = Settings::new(
        DirectoryKind::ActiveDirectory,
        vec![samba.url()],
        account.dn.clone(),
        account.password.clone().into(),
    );
    settings.ca = Some(samba.ca_file());
    settings
}

async fn anchor_of(directory: &Arc<dyn Directory>, name: &str) -> Uuid {
    let found = directory.find(name).await.unwrap();
    found
        .unwrap_or_else(|| panic!("nobody is called {name}"))
        .anchor
}

/// A value as it stands in a DN (RFC 4514).
fn escaped(value: &str) -> String {
    let special = |c: char| matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#');
    let each = value.chars().map(|c| {
        if special(c) {
            format!("\\{c}")
        } else {
            c.to_string()
        }
    });
    each.collect()
}

fn denial(outcome: &Outcome) -> Denial {
    match outcome {
        Outcome::Refused { refusal, .. } => *refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

/// Everything that was handed on.
#[derive(Debug, Default)]
struct Taken {
    objects: Vec<Object>,
    members: Vec<MemberChange>,
    gone: Vec<Uuid>,
    most_objects: usize,
    most_members: usize,
}

#[async_trait]
impl Take for Taken {
    async fn take(&mut self, piece: Piece) -> Result<()> {
        self.most_objects = self.most_objects.max(piece.objects.len());
        let members = piece
            .members
            .iter()
            .map(|change| change.add.len() + change.remove.len());
        self.most_members = self.most_members.max(members.max().unwrap_or(0));
        self.objects.extend(piece.objects);
        self.members.extend(piece.members);
        self.gone.extend(piece.gone);
        Ok(())
    }
}

impl Taken {
    async fn all(directory: &Arc<dyn Directory>, scope: &Scope) -> Self {
        let mut taken = Self::default();
        directory.read_all(scope, &mut taken).await.unwrap();
        taken
    }

    fn named(&self, account: &str) -> &Object {
        let mut found = self
            .objects
            .iter()
            .filter(|object| account_of(object) == account);
        let first = found.next();
        let first = first.unwrap_or_else(|| panic!("{account} isn't in {:?}", self.accounts()));
        assert!(found.next().is_none(), "{account} came twice");
        first
    }

    fn accounts(&self) -> Vec<&str> {
        let mut accounts: Vec<&str> = self.objects.iter().map(account_of).collect();
        accounts.sort_unstable();
        accounts
    }

    /// Who is in a group after these changes.
    fn members_of(&self, group: Uuid) -> Vec<Uuid> {
        let mut members = Vec::new();
        for change in self.members.iter().filter(|change| change.group == group) {
            if change.whole {
                members.clear();
            }
            members.retain(|member| !change.remove.contains(member));
            members.extend(&change.add);
        }
        members
    }
}

fn account_of(object: &Object) -> &str {
    object
        .attributes
        .get("samaccountname")
        .map_or("", |names| names[0].as_str())
}
