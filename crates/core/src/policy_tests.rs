//! Tests of the policy.

use super::*;

#[test]
fn a_new_install_asks_for_two_methods_and_is_off() {
    let policy = Policy::default();
    assert_eq!(policy.gates, Gates::Two);
    assert_eq!(policy.scope, Scope::None);
    assert!(policy.is_satisfiable());
}

#[test]
fn a_policy_survives_being_stored() {
    let policy = Policy {
        scope: Scope::Selected([GroupId(uuid::Uuid::nil())].into()),
        ..Policy::default()
    };
    let text = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
    assert!(serde_json::from_str::<Policy>(&text.replace("\"gates\":2", "\"gates\":0")).is_err());
}

#[test]
fn a_policy_from_before_the_switches_of_the_directory_is_read() {
    let mut old = serde_json::to_value(Policy::default()).unwrap();
    old.as_object_mut().unwrap().remove("on_premises").unwrap();
    let read: Policy = serde_json::from_value(old.clone()).unwrap();
    assert_eq!(read, Policy::default());
    old["on_premises"] = serde_json::json!({ "writeback": false });
    assert!(serde_json::from_value::<Policy>(old).is_err());
}

#[test]
fn a_policy_from_before_the_rules_for_passwords_keeps_what_it_had() {
    let mut old = serde_json::to_value(Policy::default()).unwrap();
    old.as_object_mut()
        .unwrap()
        .remove("password_rules")
        .unwrap();
    let read: Policy = serde_json::from_value(old).unwrap();
    assert_eq!(read.password_rules.min_length, 8);
    assert_eq!(Policy::default().password_rules.min_length, 12);
}

#[test]
fn a_policy_from_before_there_were_authenticator_apps_is_read_as_it_was() {
    let mut old = serde_json::to_value(Policy::default()).unwrap();
    old["methods"] = serde_json::json!(["email", "mobile-phone"]);
    old.as_object_mut().unwrap().remove("mail_alone").unwrap();
    let read: Policy = serde_json::from_value(old).unwrap();
    let kinds: Vec<_> = read.kinds().into_iter().collect();
    assert_eq!(kinds, [MethodKind::MobilePhone, MethodKind::Email]);
    assert_eq!(Policy::default().kinds(), MethodKind::DEFAULT.into());
}

#[test]
fn a_mailbox_alone_is_enough_only_for_who_has_nothing_stronger_unless_it_is_allowed() {
    use MethodKind::{AuthenticatorApp, Email, MobilePhone};
    let rules = |gates, mail_alone| {
        let policy = Policy {
            gates,
            mail_alone,
            ..Policy::default()
        };
        Effective::of_everybody(&policy)
    };
    let one = rules(Gates::One, false);
    assert!(one.sets_aside(Email, [Email, AuthenticatorApp]));
    assert!(!one.sets_aside(Email, [Email, MobilePhone]));
    assert!(!one.sets_aside(AuthenticatorApp, [Email, AuthenticatorApp]));
    assert!(!rules(Gates::One, true).sets_aside(Email, [Email, AuthenticatorApp]));
    assert!(!rules(Gates::Two, false).sets_aside(Email, [Email, AuthenticatorApp]));
    // An app that isn't available to users doesn't lock anybody out of the mailbox.
    let no_apps = Effective {
        kinds: [MobilePhone, Email].into(),
        ..one
    };
    assert!(!no_apps.sets_aside(Email, [Email, AuthenticatorApp]));
}
