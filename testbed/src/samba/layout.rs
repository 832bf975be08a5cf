//! What is in every domain before a test adds something.

use serde_json::json;

use super::config::{ADMIN_PASSWORD, BASE_DN, DOMAIN};
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

pub(super) fn unit(name: &str) -> String {
    format!("OU={name},{BASE_DN}")
}

pub(super) fn admin() -> Account {
    Account {
        dn: format!("CN=Administrator,CN=Users,{BASE_DN}"),
        login: "Administrator".to_owned(),
        password: ADMIN_PASSWORD.to_owned(),
    }
}

pub(super) fn service() -> Account {
    service_named(SERVICE)
}

fn service_named(name: &str) -> Account {
    Account {
        dn: format!("CN={name},{}", unit("Service")),
        login: name.to_owned(),
        password: SERVICE_PASSWORD.to_owned(),
    }
}

/// Adds an account for a program: an ordinary user, until rights are delegated to it.
pub(super) fn add_service(hands: &Hands, name: &str) -> Account {
    let account = service_named(name);
    let attributes = json!({
        "objectClass": "user",
        "sAMAccountName": name,
        "userPrincipalName": format!("{name}@{DOMAIN}"),
        "userAccountControl": SERVICE_FLAGS,
    });
    let words = json!({"dn": account.dn, "attributes": attributes, "password": account.password});
    hands.call("add", &words);
    account
}

pub(super) fn build(hands: &Hands) {
    let changes = PasswordSettings::default().changes();
    hands.call("modify", &json!({"dn": BASE_DN, "changes": changes}));
    for name in UNITS {
        let attributes = json!({"objectClass": "organizationalUnit"});
        hands.call("add", &json!({"dn": unit(name), "attributes": attributes}));
    }
    let service = add_service(hands, SERVICE);
    grant(hands, &service, &Right::LEAST, &unit("People"));
}
