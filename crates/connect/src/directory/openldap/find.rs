//! What the directory is, one user by a name, and the units.

use super::super::connection::{Lease, Pages};
use super::super::{Error, Identity, Object, Result, Scope, Unit};
use super::dn::{Dn, domain, own_name};
use super::examine::held_to_policy;
use super::memory::Memory;
use super::object::{Kind, UNITS, USERS, anchor, attributes, kind};
use super::policy::Policies;
use super::read::Reader;
use super::{OpenLdap, any_of, below};
use keyward_wire::link::DirectoryKind;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use uuid::{Builder, Uuid};

/// So many users' addresses tell which domains belong to a directory.
const SAMPLE: i32 = 200;
/// One in so many of them makes a domain one.
const SHARE: usize = 50;

impl OpenLdap {
    pub(super) async fn identity(&self) -> Result<Identity> {
        let (mut lease, context) = self.ready().await?;
        let domains = mail_domains(&mut lease, &context.base).await?;
        let domain = domain(&context.base);
        let policies = Policies::read(&mut lease, &context.base).await?;
        let held = held_to_policy(
            &mut lease,
            &context.base,
            &self.settings().bind_dn,
            &policies,
        );
        let held = held.await?;
        let mut suffixes: Vec<_> = domain.clone().into_iter().collect();
        suffixes.extend(
            domains
                .into_iter()
                .filter(|name| Some(name) != domain.as_ref()),
        );
        Ok(Identity {
            id: derived(context.anchor),
            name: domain.unwrap_or_else(|| context.base.clone()),
            kind: DirectoryKind::OpenLdap,
            server: lease.server(),
            suffixes,
            policy_hints: held.unwrap_or(false),
            base: context.base,
        })
    }

    /// By distinguished name, address, account name or anchor.
    pub(super) async fn find_user(&self, name: &str) -> Result<Option<Object>> {
        let (mut lease, context) = self.ready().await?;
        let base = context.base.as_str();
        let attributes = attributes(&[]);
        let entries = if name.contains('=') && Dn::parse(name).is_some() {
            lease.entry(name, &attributes).await?.into_iter().collect()
        } else {
            let named = ["mail", "uid"].map(|attribute| any_of(attribute, [name]));
            let anchor = name.parse::<Uuid>().ok();
            let anchor = anchor.map(|anchor| format!("(entryUUID={anchor})"));
            let filter = format!(
                "(&{USERS}(|{}{}))",
                named.concat(),
                anchor.unwrap_or_default()
            );
            let found = lease.search(below(base, &filter, &attributes)).await?;
            found.answer.done()?;
            found.entries
        };
        let mut users = entries
            .iter()
            .filter(|entry| kind(entry) == Some(Kind::User));
        let (Some(entry), others) = (users.next(), users.count()) else {
            return Ok(None);
        };
        if others > 0 {
            return Err(Error::Refused(format!(
                "several entries are called {name:?}"
            )));
        }
        let dn = Dn::parse(&entry.dn);
        let anchor = anchor(entry)
            .ok_or_else(|| Error::Refused("the agent's account can't read entryUUID".to_owned()))?;
        // The manager is looked for by name, since nothing else is known here.
        let mut memory = Memory::default();
        if let Some(manager) = entry.text("manager")
            && let Some(found) = lease.entry(manager, &["entryUUID"]).await?
            && let (Some(anchor), Some(dn)) = (super::object::anchor(&found), Dn::parse(&found.dn))
        {
            memory.learn(anchor, Kind::User, &dn);
        }
        let scope = Scope::default();
        let agent = &self.settings().bind_dn;
        let reader = Reader::new(&scope, agent, &mut lease, base).await?;
        Ok(dn.map(|dn| reader.object(&memory, (entry, &dn), anchor, Kind::User)))
    }

    pub(super) async fn units(&self) -> Result<Vec<Unit>> {
        let (mut lease, context) = self.ready().await?;
        let search = below(&context.base, UNITS, &["entryUUID"]);
        let mut pages = Pages::new(&mut lease, search, 500);
        let mut found = BTreeMap::new();
        while let Some(page) = pages.next().await? {
            for entry in page {
                if let (Some(anchor), Some(dn)) = (anchor(&entry), Dn::parse(&entry.dn)) {
                    found.insert((dn.depth(), entry.dn), (anchor, dn));
                }
            }
        }
        let anchors = found.values().map(|(anchor, dn)| (dn.key(), *anchor));
        let anchors: HashMap<_, _> = anchors.collect();
        let units = found.into_iter().map(|((_, text), (anchor, dn))| Unit {
            anchor,
            name: own_name(&text),
            dn: text,
            parent: dn.parent().and_then(|dn| anchors.get(&dn.key()).copied()),
        });
        Ok(units.collect())
    }
}

/// The same for every agent beside this directory: version 8 of RFC 9562, from the naming context's own id.
fn derived(context: Uuid) -> Uuid {
    let hash = Sha256::new()
        .chain_update(b"keyward openldap 1\0")
        .chain_update(context.as_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// The domains of users' addresses, without those that only few have: anybody may have an address anywhere.
async fn mail_domains(lease: &mut Lease, base: &str) -> Result<Vec<String>> {
    let filter = format!("(&{USERS}(mail=*))");
    let mut pages = Pages::new(lease, below(base, &filter, &["mail"]), SAMPLE);
    let page = pages.next().await?.unwrap_or_default();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in &page {
        if let Some((_, domain)) = entry.text("mail").and_then(|mail| mail.rsplit_once('@')) {
            *counts.entry(domain.to_lowercase()).or_default() += 1;
        }
    }
    let often = counts
        .into_iter()
        .filter(|(_, count)| count * SHARE >= page.len());
    Ok(often.map(|(domain, _)| domain).collect())
}

#[cfg(test)]
mod tests {
    use super::derived;
    use uuid::Uuid;

    #[test]
    fn a_directory_has_an_id_of_its_own() {
        let one = derived(Uuid::from_u128(1));
        assert_eq!(one, derived(Uuid::from_u128(1)));
        assert_ne!(one, derived(Uuid::from_u128(2)));
        assert_ne!(one, Uuid::from_u128(1));
        assert_eq!(one.get_version_num(), 8);
    }
}
