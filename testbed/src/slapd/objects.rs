//! What administrators do with entries and policies.

use super::{Slapd, config};
use crate::ldap::{Account, Person, escape, line};

/// An administrator's lock (draft-behera-ldap-password-policy, 5.3.3): it ends with nobody's patience.
const LOCKED_FOR_GOOD: &str = "000001010000Z";
/// A day that is longer ago than any maximum age here.
const LONG_AGO: &str = "20190417000000Z";

/// Where seeded users are, and the groups that they are in.
const DEPARTMENTS: [&str; 4] = ["Sales", "Finance", "Engineering", "Support"];

impl Slapd {
    /// Adds an organizational unit, and returns its DN. A plain name goes below the suffix.
    pub fn ou(&self, name_or_dn: &str) -> String {
        let dn = if name_or_dn.contains('=') {
            name_or_dn.to_owned()
        } else {
            config::unit(&escape(name_or_dn))
        };
        self.add(&dn, "objectClass: organizationalUnit\n");
        dn
    }

    /// Adds a user, in `ou=People` unless the person says otherwise.
    pub fn user(&self, person: &Person) -> Account {
        let under = person.under.clone().unwrap_or_else(|| self.people());
        let dn = format!("uid={},{under}", escape(&person.login));
        let mut text = "objectClass: inetOrgPerson\n".to_owned();
        let chosen = [
            ("cn", Some(person.full_name())),
            ("givenName", Some(person.given_name.clone())),
            ("sn", Some(person.surname.clone())),
            ("mail", person.mail.clone()),
            ("userPassword", person.password.clone()),
        ];
        for (name, value) in chosen {
            text += &value.map_or_else(String::new, |value| line(name, value));
        }
        for (name, value) in &person.attributes {
            text += &line(name, value);
        }
        self.add(&dn, &text);
        Account {
            dn,
            login: person.login.clone(),
            password: person.password.clone().unwrap_or_default(),
        }
    }

    /// Adds a group (`groupOfNames`, so it needs a member) in `ou=Groups`, and returns its DN.
    pub fn group(&self, name: &str, members: &[&str]) -> String {
        let dn = format!("cn={},{}", escape(name), self.groups());
        let members: String = members.iter().map(|dn| line("member", dn)).collect();
        self.add(&dn, &format!("objectClass: groupOfNames\n{members}"));
        dn
    }

    /// Adds a member to a group, both by DN.
    pub fn add_member(&self, group: &str, member: &str) {
        self.modify(group, &format!("add: member\n{}", line("member", member)));
    }

    /// Takes a member out of a group, both by DN.
    pub fn remove_member(&self, group: &str, member: &str) {
        self.modify(
            group,
            &format!("delete: member\n{}", line("member", member)),
        );
    }

    /// Sets an attribute to these values; without any it is removed.
    pub fn set(&self, dn: &str, attribute: &str, values: &[&str]) {
        let values: String = values.iter().map(|value| line(attribute, value)).collect();
        self.modify(dn, &format!("replace: {attribute}\n{values}"));
    }

    /// The values of an attribute as text, operational ones too.
    ///
    /// # Panics
    /// When there is no such entry.
    pub fn get(&self, dn: &str, attribute: &str) -> Vec<String> {
        let found = self
            .ldap()
            .search(&self.admin, dn, "base", "(objectClass=*)", &[attribute]);
        match found.as_deref() {
            Ok([entry]) => entry.all(attribute),
            other => panic!("{dn}: {other:?}"),
        }
    }

    /// Sets a password as the root DN does: no policy is asked.
    ///
    /// # Panics
    /// When the server refuses; the message says what.
    pub fn set_password(&self, dn: &str, password: &str) {
        if let Err(error) = self.ldap().passwd(&self.admin, dn, password) {
            panic!("{dn}: {error}");
        }
    }

    /// Locks an account until somebody unlocks it.
    pub fn lock(&self, dn: &str) {
        self.set(dn, "pwdAccountLockedTime", &[LOCKED_FOR_GOOD]);
    }

    /// Unlocks an account.
    pub fn unlock(&self, dn: &str) {
        self.set(dn, "pwdAccountLockedTime", &[]);
    }

    /// Demands that the password is changed at the next sign-in.
    pub fn must_change(&self, dn: &str) {
        self.set(dn, "pwdReset", &["TRUE"]);
    }

    /// Lets the password be older than any maximum age.
    ///
    /// # Panics
    /// When the server refuses; the message says what.
    pub fn expire_password(&self, dn: &str) {
        let head = line("dn", dn) + "changetype: modify\n";
        let text = format!("{head}replace: pwdChangedTime\npwdChangedTime: {LONG_AGO}\n");
        if let Err(error) = self.ldap().modify_relaxed(&self.admin, &text) {
            panic!("{dn}: {error}");
        }
    }

    /// Changes what the default policy demands: `pwdMinLength`, `pwdMaxFailure` and so on.
    pub fn policy(&self, demands: &[(&str, &str)]) {
        self.demand(config::POLICY, demands);
    }

    /// Adds a policy that differs from the first state of the default one in these demands, gives it to users, and
    /// returns its DN.
    pub fn own_policy(&self, name: &str, demands: &[(&str, &str)], users: &[&str]) -> String {
        let entry = config::policy(&escape(name));
        let (head, rest) = entry.split_once('\n').unwrap_or_default();
        self.ldif(&format!("{head}\nchangetype: add\n{rest}"));
        let dn = format!("cn={},{}", escape(name), config::unit("Policies"));
        self.demand(&dn, demands);
        for user in users {
            self.set(user, "pwdPolicySubentry", &[&dn]);
        }
        dn
    }

    fn demand(&self, policy: &str, demands: &[(&str, &str)]) {
        for (name, value) in demands {
            self.set(policy, name, &[value]);
        }
    }

    /// Deletes an entry and all below it.
    ///
    /// # Panics
    /// When the server refuses; the message says what.
    pub fn delete(&self, dn: &str) {
        if let Err(error) = self.ldap().delete(&self.admin, dn) {
            panic!("{dn}: {error}");
        }
    }

    /// Gives an entry another RDN, such as `uid=ada`, and moves it below another entry if one is named.
    pub fn rename(&self, dn: &str, rdn: &str, under: Option<&str>) {
        let mut text = line("dn", dn) + "changetype: modrdn\n" + &line("newrdn", rdn);
        text += "deleteoldrdn: 1\n";
        if let Some(under) = under {
            text += &line("newsuperior", under);
        }
        self.ldif(&text);
    }

    /// Carries out LDIF with `changetype:` lines as the root DN.
    ///
    /// # Panics
    /// When the server refuses; the message says what.
    pub fn ldif(&self, text: &str) {
        if let Err(error) = self.ldap().modify(&self.admin, text) {
            panic!("{error}\n{text}");
        }
    }

    /// Adds `count` users `seed00000`, `seed00001` and so on below `ou=Seed,ou=People`, all with this password, and returns
    /// that unit's DN. Every 50th has no `mail`, every 40th no `mobile`, the manager's number is a tenth of it, and it is in
    /// its department's group and in `Seed Everybody`.
    pub fn seed(&self, count: usize, password: &str) -> String {
        let under = self.ou(&format!("ou=Seed,{}", self.people()));
        for department in DEPARTMENTS {
            self.ou(&format!("ou={department},{under}"));
        }
        let dn = |n: usize| {
            let department = DEPARTMENTS[n % DEPARTMENTS.len()];
            format!("uid=seed{n:05},ou={department},{under}")
        };
        let mut text = String::new();
        for n in 0..count {
            text += &line("dn", dn(n));
            text += "changetype: add\nobjectClass: inetOrgPerson\n";
            text += &format!("cn: Test {n:05}\ngivenName: Test\nsn: {n:05}\n");
            text += &line("userPassword", password);
            if n % 50 != 49 {
                text += &format!("mail: seed{n:05}@corp.example.test\n");
            }
            if n % 40 != 39 {
                text += &format!("mobile: +49 151 {n:08}\n");
            }
            if n > 0 {
                text += &line("manager", dn(n / 10));
            }
            text += "\n";
        }
        self.ldif(&text);
        for (at, department) in DEPARTMENTS.iter().enumerate() {
            let members = (at..count).step_by(DEPARTMENTS.len()).map(dn);
            self.seed_group(&format!("Seed {department}"), members);
        }
        self.seed_group("Seed Everybody", (0..count).map(dn));
        under
    }

    /// A group needs a member: without one there is no group.
    fn seed_group(&self, name: &str, members: impl Iterator<Item = String>) {
        let members: Vec<_> = members.collect();
        let members: Vec<_> = members.iter().map(String::as_str).collect();
        if !members.is_empty() {
            self.group(name, &members);
        }
    }

    fn add(&self, dn: &str, attributes: &str) {
        self.ldif(&format!("{}changetype: add\n{attributes}", line("dn", dn)));
    }

    fn modify(&self, dn: &str, change: &str) {
        self.ldif(&format!("{}changetype: modify\n{change}", line("dn", dn)));
    }
}
