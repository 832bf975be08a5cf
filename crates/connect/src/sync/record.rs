//! What was read from a directory, as the service takes it.

use super::rules::Rules;
use crate::config::DirectoryConfig;
use crate::directory::Object;
use keyward_wire::link::DirectoryKind;
use keyward_wire::sync::{GroupRecord, UserRecord};

/// Makes records of objects, for one directory.
pub struct Maker {
    rules: Rules,
    user_name: String,
    kind: DirectoryKind,
    domain: String,
}

impl Maker {
    /// For a directory with its settings, whose domain is known.
    #[must_use]
    pub fn new(config: &DirectoryConfig, domain: &str) -> Self {
        Self {
            rules: config.all_rules(),
            user_name: config.user_name.to_ascii_lowercase(),
            kind: config.kind,
            domain: domain.to_owned(),
        }
    }

    /// The rules that it goes by.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// A user.
    #[must_use]
    pub fn user(&self, object: &Object) -> UserRecord {
        let value = |target: &str| self.rules.value(target, object);
        let country = value("usage_location").map(|country| country.to_ascii_uppercase());
        UserRecord {
            anchor: object.anchor,
            dn: object.dn.clone(),
            upn: self.user_name(object),
            enabled: object.enabled,
            account_name: value("account_name"),
            sid: object.sid.clone(),
            display_name: value("display_name"),
            given_name: value("given_name"),
            surname: value("surname"),
            mail: value("mail"),
            proxy_addresses: self.rules.values("proxy_addresses", object),
            mobile: value("mobile"),
            telephone: value("telephone"),
            department: value("department"),
            job_title: value("job_title"),
            manager: object.manager,
            usage_location: country
                .filter(|c| c.len() == 2 && c.bytes().all(|b| b.is_ascii_uppercase())),
            password_set_at: object.password_set_at,
            must_change: object.must_change,
            protected: object.protected,
            policy: object.policy.clone(),
            extensions: self.rules.extensions(object),
        }
    }

    /// A group.
    #[must_use]
    pub fn group(&self, object: &Object) -> GroupRecord {
        let first = |name: &str| {
            let values = object.attributes.get(name)?;
            values.iter().find(|v| !v.is_empty() && v.len() <= 1_024)
        };
        let name = first("displayname")
            .or_else(|| first("cn"))
            .or_else(|| first("samaccountname"));
        GroupRecord {
            anchor: object.anchor,
            dn: object.dn.clone(),
            name: name.unwrap_or(&object.dn).clone(),
            description: first("description").cloned(),
        }
    }

    /// The name to sign in with. An account of Active Directory has one even when nobody wrote it down: its account
    /// name in its domain. Empty: the service says what it thinks of that, with the object's name.
    fn user_name(&self, object: &Object) -> String {
        let written = |name: &str| {
            let values = object.attributes.get(name)?;
            values.iter().find(|value| !value.trim().is_empty())
        };
        let implied = || {
            let account = written("samaccountname")?;
            (self.kind == DirectoryKind::ActiveDirectory && self.user_name == "userprincipalname")
                .then(|| format!("{account}@{}", self.domain))
        };
        written(&self.user_name)
            .map(|name| name.trim().to_owned())
            .or_else(implied)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::corp;

    fn object(attributes: &[(&str, &str)]) -> Object {
        Object {
            dn: "CN=Ada,DC=corp,DC=test".to_owned(),
            enabled: true,
            attributes: attributes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]))
                .collect(),
            ..Object::default()
        }
    }

    #[test]
    fn a_user_without_a_written_name_has_the_implied_one() {
        let maker = Maker::new(&corp(), "corp.test");
        let ada = maker.user(&object(&[("samaccountname", "ada"), ("c", "de")]));
        assert_eq!(ada.upn, "ada@corp.test");
        assert_eq!(ada.usage_location.as_deref(), Some("DE"));
        let brian = maker.user(&object(&[
            ("samaccountname", "brian"),
            ("userprincipalname", "b@x.test"),
            ("c", "Germany"),
        ]));
        assert_eq!(
            (brian.upn.as_str(), brian.usage_location),
            ("b@x.test", None)
        );
        let mut mail = corp();
        mail.user_name = "mail".to_owned();
        let maker = Maker::new(&mail, "corp.test");
        assert_eq!(maker.user(&object(&[("samaccountname", "ada")])).upn, "");
        assert_eq!(maker.group(&object(&[])).name, "CN=Ada,DC=corp,DC=test");
    }
}
