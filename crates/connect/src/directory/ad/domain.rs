//! What a domain is, and who the agent is in it.

use super::descriptor::{AUTHENTICATED, EVERYONE};
use super::names;
use super::notify::NOTIFICATION;
use crate::directory::connection::{Bound, Search};
use crate::directory::{Error, Identity, Result};
use keyward_wire::Micros;
use keyward_wire::link::DirectoryKind;
use ldap3::{Scope, ldap_escape};
use std::collections::HashSet;
use uuid::Uuid;

/// Has a reset held to history and minimum age ([MS-ADTS] 3.1.1.3.4.1.27), and the number that it had at first.
const POLICY_HINTS: [&str; 2] = ["1.2.840.113556.1.4.2239", "1.2.840.113556.1.4.2066"];

const ADMINISTRATORS: &str = "S-1-5-32-544";

/// What a domain is, and who the agent is in it.
#[derive(Debug, Clone)]
pub(super) struct Domain {
    pub(super) guid: Uuid,
    pub(super) base: String,
    /// Its DNS name.
    pub(super) name: String,
    /// The server that answered.
    pub(super) server: String,
    /// The policy hints control, if the server lists it.
    pub(super) hints: Option<&'static str>,
    configuration: String,
    /// It is Samba.
    pub(super) is_samba: bool,
    /// It tells of changes at once.
    pub(super) notifies: bool,
    pub(super) agent: Agent,
    /// Whoever is in it can become administrator of a domain controller; it has no fixed SID.
    pub(super) dns_admins: Option<String>,
}

/// The agent's account.
#[derive(Debug, Clone, Default)]
pub(super) struct Agent {
    pub(super) sid: String,
    /// The SIDs with which it is let in.
    pub(super) tokens: HashSet<String>,
    /// `svc-keyward@corp.example.test`, as commands take it.
    pub(super) trustee: String,
}

impl Domain {
    pub(super) async fn read(bound: &mut Bound, bind_dn: &str) -> Result<Self> {
        let wanted = [
            "defaultNamingContext",
            "configurationNamingContext",
            "dnsHostName",
            "supportedControl",
            "vendorName",
        ];
        let root = bound.entry("", &wanted).await?.unwrap_or_default();
        let base = root
            .text("defaultNamingContext")
            .ok_or_else(|| Error::Answer("the server has no domain".to_owned()))?
            .to_owned();
        let head = bound.entry(&base, &["objectGUID"]).await?;
        let guid = head
            .and_then(|head| head.guid("objectGUID"))
            .ok_or_else(|| Error::Refused("the head of the domain can't be read".to_owned()))?;
        let listed = root.texts("supportedControl");
        let is_samba = root
            .text("vendorName")
            .is_some_and(|name| name.contains("Samba"));
        let name = dns_name(&base);
        let filter = "(&(objectCategory=group)(sAMAccountName=DnsAdmins))";
        let search = Search::below(&base, Scope::Subtree, filter, &["objectSid"]);
        let dns_admins = bound.search(search).await?.entries;
        Ok(Self {
            guid,
            agent: agent(bound, &base, &name, bind_dn).await?,
            hints: POLICY_HINTS.into_iter().find(|hint| listed.contains(hint)),
            is_samba,
            notifies: !is_samba && listed.contains(&NOTIFICATION),
            server: root.text("dnsHostName").unwrap_or_default().to_owned(),
            configuration: root
                .text("configurationNamingContext")
                .unwrap_or_default()
                .to_owned(),
            dns_admins: dns_admins
                .first()
                .and_then(|group| names::sid(group.bytes("objectSid")?)),
            name,
            base,
        })
    }

    pub(super) async fn identity(&self, bound: &mut Bound) -> Result<Identity> {
        let partitions = format!("CN=Partitions,{}", self.configuration);
        let further = bound.entry(&partitions, &["uPNSuffixes"]).await?;
        let further = further.unwrap_or_default();
        let mut suffixes = vec![self.name.clone()];
        for suffix in further.texts("uPNSuffixes") {
            let suffix = suffix.to_lowercase();
            if !suffixes.contains(&suffix) {
                suffixes.push(suffix);
            }
        }
        Ok(Identity {
            id: self.guid,
            name: self.name.clone(),
            kind: DirectoryKind::ActiveDirectory,
            server: self.server.clone(),
            suffixes,
            base: self.base.clone(),
            policy_hints: self.hints.is_some(),
        })
    }
}

impl Domain {
    /// Samba (4.17) has nobody but administrators see what was deleted, whatever rights were delegated.
    pub(super) fn hides_deletions(&self) -> bool {
        self.is_samba && !self.agent.tokens.contains(ADMINISTRATORS)
    }
}

/// `DC=corp,DC=example` is `corp.example`.
fn dns_name(base: &str) -> String {
    let parts = base.split(',').filter_map(|part| part.split_once('='));
    let parts: Vec<String> = parts.map(|(_, name)| name.to_lowercase()).collect();
    parts.join(".")
}

async fn agent(bound: &mut Bound, base: &str, domain: &str, bind_dn: &str) -> Result<Agent> {
    let lost = || Error::Account("the agent's account can't read itself".to_owned());
    let found = find(bound, base, bind_dn, &["1.1"]).await?;
    let dn = found.ok_or_else(lost)?;
    let own = bound
        .entry(&dn, &["objectSid", "tokenGroups", "sAMAccountName"])
        .await?
        .ok_or_else(lost)?;
    let sid = own
        .bytes("objectSid")
        .and_then(names::sid)
        .ok_or_else(lost)?;
    let tokens = own.values("tokenGroups").iter();
    let mut tokens: HashSet<String> = tokens.filter_map(|token| names::sid(token)).collect();
    tokens.extend([sid.clone(), EVERYONE.to_owned(), AUTHENTICATED.to_owned()]);
    Ok(Agent {
        sid,
        tokens,
        trustee: format!(
            "{}@{domain}",
            own.text("sAMAccountName").unwrap_or_default()
        ),
    })
}

/// The DN of whoever is called so: by GUID, distinguished name, user principal name or account name (`CORP\ada` too).
pub(super) async fn find(
    bound: &mut Bound,
    base: &str,
    name: &str,
    attributes: &[&str],
) -> Result<Option<String>> {
    if let Ok(guid) = Uuid::parse_str(name) {
        let found = bound.entry(&names::by_guid(guid), attributes).await?;
        return Ok(found.map(|entry| entry.dn));
    }
    // `<SID=…>`, `<WKGUID=…>` and their like would reach objects by other ways than their names.
    if name.contains('=') && !name.trim_start().starts_with('<') {
        let found = bound.entry(name, attributes).await?;
        if let Some(entry) = found {
            return Ok(Some(entry.dn));
        }
    }
    let account = name.split_once('\\').map_or(name, |(_, account)| account);
    let filter = format!(
        "(&(sAMAccountType=805306368)(|(userPrincipalName={})(sAMAccountName={})))",
        ldap_escape(name),
        ldap_escape(account)
    );
    let search = Search::below(base, Scope::Subtree, &filter, attributes);
    let found = bound.search(search).await?;
    found.answer.done()?;
    let mut found = found.entries.into_iter();
    match (found.next(), found.next()) {
        (Some(entry), None) => Ok(Some(entry.dn)),
        // One's user principal name is the other's account name: neither is meant more than the other.
        _ => Ok(None),
    }
}

/// The server's clock. The agent's own may be wrong.
pub(super) async fn clock(bound: &mut Bound) -> Result<Option<Micros>> {
    let root = bound.entry("", &["currentTime"]).await?.unwrap_or_default();
    Ok(root.text("currentTime").and_then(names::generalized_time))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_name_of_a_domain_is_in_its_dn() {
        assert_eq!(
            super::dns_name("DC=Corp,DC=example,DC=test"),
            "corp.example.test"
        );
    }
}
