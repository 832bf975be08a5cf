//! What is in every domain before a test adds something.

use serde_json::json;

use super::config::{ADMIN_PASSWORD, Domain};
use super::hands::Hands;
use super::passwords::PasswordSettings;
use super::rights::{Right, grant};
use crate::ldap::Account;

/// The units below the head of the domain.
const UNITS: [&str; 3] = ["People", "Groups", "Service"];
const SERVICE: &str = "svc-keyward";
const SERVICE_PASSWORD: &str = "Svc-Passw0rd-1";
/// Its password doesn't expire, as is usual for services.
const SERVICE_FLAGS: &str = "66048";

pub(super) fn unit(domain: &Domain, name: &str) -> String {
    format!("OU={name},{}", domain.base)
}

pub(super) fn admin(domain: &Domain) -> Account {
    Account {
        dn: format!("CN=Administrator,CN=Users,{}", domain.base),
        login: "Administrator".to_owned(),
        password: ADMIN_PASSWORD.to_owned(),
    }
}

pub(super) fn service(domain: &Domain) -> Account {
    service_named(domain, SERVICE)
}

fn service_named(domain: &Domain, name: &str) -> Account {
    Account {
        dn: format!("CN={name},{}", unit(domain, "Service")),
        login: name.to_owned(),
        password: SERVICE_PASSWORD.to_owned(),
    }
}

/// Adds an account for a program: an ordinary user, until rights are delegated to it.
pub(super) fn add_service(hands: &Hands, domain: &Domain, name: &str) -> Account {
    let account = service_named(domain, name);
    let attributes = json!({
        "objectClass": "user",
        "sAMAccountName": name,
        "userPrincipalName": format!("{name}@{}", domain.name),
        "userAccountControl": SERVICE_FLAGS,
    });
    let words = json!({"dn": account.dn, "attributes": attributes, "password": account.password});
    hands.call("add", &words);
    account
}

pub(super) fn build(hands: &Hands, domain: &Domain) {
    let changes = PasswordSettings::default().changes();
    hands.call("modify", &json!({"dn": domain.base, "changes": changes}));
    for name in UNITS {
        let attributes = json!({"objectClass": "organizationalUnit"});
        let unit = unit(domain, name);
        hands.call("add", &json!({"dn": unit, "attributes": attributes}));
    }
    let service = add_service(hands, domain, SERVICE);
    grant(
        hands,
        domain,
        &service,
        &Right::LEAST,
        &unit(domain, "People"),
    );
}
