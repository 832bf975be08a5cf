//! What administrators do with users, groups and units.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Samba, hands, layout};
use crate::ldap::{Account, Person, escape};

/// `userAccountControl`: an enabled user.
const ENABLED: &str = "512";
/// The same without a password.
const WITHOUT_PASSWORD: &str = "544";

impl Samba {
    /// Adds an organizational unit, and returns its DN. A plain name goes below the head of the domain.
    ///
    /// # Panics
    /// As all helpers do when the database refuses; the message says what.
    pub fn ou(&self, name_or_dn: &str) -> String {
        let dn = if name_or_dn.contains('=') {
            name_or_dn.to_owned()
        } else {
            format!("OU={},{}", escape(name_or_dn), self.base_dn())
        };
        self.add(&dn, &json!({"objectClass": "organizationalUnit"}));
        dn
    }

    /// Adds a user, in `OU=People` unless the person says otherwise.
    pub fn user(&self, person: &Person) -> Account {
        let under = person.under.clone().unwrap_or_else(|| self.people());
        let dn = format!("CN={},{under}", escape(&person.full_name()));
        let flags = match person.password {
            Some(_) => ENABLED,
            None => WITHOUT_PASSWORD,
        };
        let mut attributes = Map::new();
        for (name, value) in [
            ("objectClass", "user"),
            ("sAMAccountName", &person.login),
            (
                "userPrincipalName",
                &format!("{}@{}", person.login, self.domain()),
            ),
            ("givenName", &person.given_name),
            ("sn", &person.surname),
            ("displayName", &person.full_name()),
            ("userAccountControl", flags),
        ] {
            attributes.insert(name.to_owned(), value.into());
        }
        if let Some(mail) = &person.mail {
            attributes.insert("mail".to_owned(), mail.as_str().into());
        }
        for (name, value) in &person.attributes {
            let values = attributes.entry(name).or_insert_with(|| json!([]));
            match values {
                Value::Array(values) => values.push(value.as_str().into()),
                // What the person says goes before what we chose.
                chosen => *chosen = value.as_str().into(),
            }
        }
        let words = json!({"dn": dn, "attributes": attributes, "password": person.password});
        self.hands.call("add", &words);
        Account {
            dn,
            login: person.login.clone(),
            password: person.password.clone().unwrap_or_default(),
        }
    }

    /// Adds an account for a program in `OU=Service`: an ordinary user, until [`Samba::delegate`] gives it rights.
    pub fn service_account(&self, login: &str) -> Account {
        layout::add_service(&self.hands, &self.kind.domain, login)
    }

    /// Adds a global security group in `OU=Groups`, and returns its DN.
    pub fn group(&self, name: &str, members: &[&str]) -> String {
        let dn = format!("CN={},{}", escape(name), self.groups());
        let mut attributes = json!({"objectClass": "group", "sAMAccountName": name});
        if !members.is_empty() {
            attributes["member"] = members.into();
        }
        self.add(&dn, &attributes);
        dn
    }

    /// Adds a member to a group, both by DN.
    pub fn add_member(&self, group: &str, member: &str) {
        self.modify(group, &json!([["add", "member", [member]]]));
    }

    /// Takes a member out of a group, both by DN.
    pub fn remove_member(&self, group: &str, member: &str) {
        self.modify(group, &json!([["delete", "member", [member]]]));
    }

    /// Sets an attribute to these values; without any it is removed.
    pub fn set(&self, dn: &str, attribute: &str, values: &[&str]) {
        self.modify(dn, &json!([["replace", attribute, values]]));
    }

    /// The values of an attribute as text, also of those that the server computes.
    ///
    /// # Panics
    /// When there is no such object.
    #[must_use]
    pub fn get(&self, dn: &str, attribute: &str) -> Vec<String> {
        let found = self
            .hands
            .call("get", &json!({"dn": dn, "name": attribute}));
        serde_json::from_value(found).expect("a list of texts")
    }

    /// Disables an account.
    pub fn disable(&self, dn: &str) {
        self.flag(dn, 2, true);
    }

    /// Enables an account.
    pub fn enable(&self, dn: &str) {
        self.flag(dn, 2, false);
    }

    /// Sets or clears a bit of `userAccountControl`.
    pub fn flag(&self, dn: &str, bit: u32, on: bool) {
        self.hands
            .call("set_flag", &json!({"dn": dn, "bit": bit, "on": on}));
    }

    /// Deletes an object and all below it.
    pub fn delete(&self, dn: &str) {
        self.hands.call("delete", &json!({"dn": dn}));
    }

    /// Renames or moves an object.
    pub fn rename(&self, dn: &str, to: &str) {
        self.hands.call("rename", &json!({"dn": dn, "to": to}));
    }

    /// Carries out LDIF with `changetype:` lines over LDAPS, as the administrator.
    ///
    /// # Panics
    /// When the server refuses; the message says what.
    pub fn ldif(&self, text: &str) {
        if let Err(error) = self.ldap().modify(&self.admin, text) {
            panic!("{error}\n{text}");
        }
    }

    /// Adds `count` users `seed00000`, `seed00001` and so on below `OU=Seed,OU=People`, all with this password, and
    /// returns that unit's DN. It takes about 4 ms for each.
    ///
    /// What they have follows from the number: every 50th has no `mail`, every 40th no `mobile`, every 64th is disabled,
    /// the manager is a tenth of it, and it is in the department's group, in `Seed Everybody`, and through
    /// the department's also in `Seed Nested`. Only the NT hash is there: they can bind, but not `kinit`.
    pub fn seed(&self, count: usize, password: &str) -> String {
        let under = self.ou(&format!("OU=Seed,{}", self.people()));
        let time = hands::ANSWER + Duration::from_millis(100) * count as u32;
        let words = json!({
            "under": under,
            "groups": self.groups(),
            "count": count,
            "password": password,
        });
        self.hands.call_within(time, "seed", &words);
        under
    }

    pub(super) fn add(&self, dn: &str, attributes: &Value) {
        self.hands
            .call("add", &json!({"dn": dn, "attributes": attributes}));
    }

    pub(super) fn modify(&self, dn: &str, changes: &Value) {
        self.hands
            .call("modify", &json!({"dn": dn, "changes": changes}));
    }
}
