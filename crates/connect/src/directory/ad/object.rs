//! Users and groups as they are handed on.

use super::anchors::{self, Anchors};
use super::domain::Domain;
use super::groups::Admins;
use super::names::{self, Named};
use super::scope::{Kind, kind};
use super::target::{self, flag};
use crate::directory::connection::Entry;
use crate::directory::{Object, Scope};
use std::collections::BTreeMap;

/// What every user and group is read with.
const PERSON: [&str; 25] = [
    "objectGUID",
    "objectSid",
    "sAMAccountType",
    "sAMAccountName",
    "userPrincipalName",
    "displayName",
    "givenName",
    "sn",
    "cn",
    "mail",
    "mailNickname",
    "proxyAddresses",
    "mobile",
    "telephoneNumber",
    "department",
    "title",
    "manager",
    "c",
    "msExchUsageLocation",
    "userAccountControl",
    "pwdLastSet",
    "adminCount",
    "primaryGroupID",
    "isCriticalSystemObject",
    "description",
];
/// Which fine-grained policy applies to a user. A server goes through all groups of the user for it.
pub(super) const RESULTANT: &str = "msDS-ResultantPSO";
/// In no object's attributes: binary, or told otherwise.
const OWN: [&str; 8] = [
    "objectguid",
    "objectsid",
    "manager",
    "memberof",
    "member",
    "msds-resultantpso",
    "ntsecuritydescriptor",
    "ms-ds-consistencyguid",
];
/// The longest value, and the most of them, that are handed on. The directory takes 20 MB; no attribute of a person that
/// means something here comes near.
const LONGEST: usize = 16 * 1024;
const MOST: usize = 1_024;

/// The attributes to ask for, beside the scope's own.
pub(super) fn wanted<'a>(scope: &'a Scope, policies: bool, anchors: &Anchors) -> Vec<&'a str> {
    let own = scope.attributes.iter().map(String::as_str);
    let own = own.filter(|name| names::is_attribute(name));
    let mut wanted: Vec<&str> = PERSON.into_iter().chain(own).collect();
    if policies {
        wanted.push(RESULTANT);
    }
    if anchors.are_kept() {
        wanted.push(anchors::ATTRIBUTE);
    }
    if scope.group.is_some() {
        wanted.push("memberOf");
    }
    wanted
}

/// None for what is neither a user nor a security group.
pub(super) fn object(
    entry: &Entry,
    domain: &Domain,
    admins: &Admins,
    anchors: &Anchors,
) -> Option<Object> {
    let kind = kind(entry)?;
    let named = Named::parse(&entry.dn);
    let guid = entry.guid("objectGUID").or(named.guid)?;
    let sid = entry.bytes("objectSid").and_then(names::sid);
    let last_set = entry.number("pwdLastSet");
    let flags = entry.number("userAccountControl").unwrap_or(0);
    let person = kind == Kind::Person;
    let built_in = sid.as_deref().is_some_and(|sid| {
        target::is_built_in(sid) || sid == domain.agent.sid || target::is_privileged(sid, domain)
    });
    let manager = entry
        .text("manager")
        .and_then(|manager| Named::parse(manager).guid);
    let anchor = if person {
        anchors.learn(guid, entry)
    } else {
        guid
    };
    let policy = entry.text(RESULTANT).map(|name| Named::parse(name).dn);
    Some(Object {
        anchor,
        unwritten: person && anchors.is_missing(entry),
        dn: named.dn.to_owned(),
        group: !person,
        attributes: attributes(entry),
        enabled: !person || flags & flag::DISABLED == 0,
        password_set_at: last_set.and_then(names::instant),
        must_change: person && last_set == Some(0),
        protected: built_in || target::is_marked(entry) || admins.people.contains(&guid),
        manager: manager.map(|manager| anchors.of(manager)),
        policy: policy.and_then(names::first_value),
        sid,
    })
}

/// Texts of a bearable size. What isn't is left out, not cut: half a value is a wrong one.
fn attributes(entry: &Entry) -> BTreeMap<String, Vec<String>> {
    let mut attributes = BTreeMap::new();
    for (name, values) in &entry.attributes {
        if OWN.contains(&name.as_str()) || name.contains(';') {
            continue;
        }
        let values = values.iter().filter(|value| value.len() <= LONGEST);
        let texts = values.filter_map(|value| std::str::from_utf8(value).ok());
        let texts: Vec<String> = texts.take(MOST).map(str::to_owned).collect();
        if !texts.is_empty() {
            attributes.insert(name.clone(), texts);
        }
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::SourceAnchor;

    // case: AD-16
    #[test]
    fn what_is_too_big_or_no_text_is_left_out() {
        let entry = Entry {
            dn: "CN=a".to_owned(),
            attributes: vec![
                ("title".to_owned(), vec![vec![b'x'; LONGEST + 1]]),
                ("department".to_owned(), vec![vec![0xff, 0xfe]]),
                ("mail".to_owned(), vec![b"a@b".to_vec()]),
                (
                    "proxyaddresses".to_owned(),
                    vec![b"smtp:a@b".to_vec(); MOST + 5],
                ),
                ("member;range=0-9".to_owned(), vec![b"CN=b".to_vec()]),
            ],
        };
        let attributes = attributes(&entry);
        assert_eq!(
            attributes.keys().collect::<Vec<_>>(),
            ["mail", "proxyaddresses"]
        );
        assert_eq!(attributes["proxyaddresses"].len(), MOST);
    }

    #[test]
    fn a_configured_attribute_is_asked_for_if_it_can_be_one() {
        let scope = Scope {
            attributes: vec!["employeeID".to_owned(), "x)(y=*".to_owned()],
            ..Scope::default()
        };
        let wanted = wanted(&scope, true, &Anchors::new(SourceAnchor::OwnId));
        assert!(wanted.contains(&"employeeID") && wanted.contains(&RESULTANT));
        assert!(
            !wanted
                .iter()
                .any(|name| name.contains('(') || *name == "memberOf")
        );
    }
}
