//! `keyward admin subscription`, as an operator types it.

use crate::commands::{good, installed, keyward, refused};
use crate::support::Files;
use std::process::Output;

#[tokio::test]
async fn subscriptions_are_added_listed_and_removed() {
    let files = installed().await;
    for (name, domain) in [
        ("Contoso", "contoso.example"),
        ("Fabrikam", "fabrikam.example"),
    ] {
        let admin = format!("ada@{domain}");
        let options = ["--domain", domain, "--admin", &admin, "--admin-name", "Ada"];
        let all = [&["admin", "tenant", "create", name][..], &options].concat();
        good(&keyward(files.path(), &all));
    }
    let said = |arguments: &[&str]| -> Output {
        keyward(
            files.path(),
            &[&["admin", "subscription"], arguments].concat(),
        )
    };
    let theirs = |arguments: &[&str]| -> Output {
        said(&[arguments, &["--tenant", "fabrikam.example"]].concat())
    };
    // The first organisation of an installation has everything, every other one nothing.
    assert!(good(&said(&["list"])).starts_with("COMPLETE           Keyward Complete"));
    let none = good(&theirs(&["list"]));
    assert!(none.starts_with("no subscription\n"), "{none}");
    assert!(none.contains("EMS_A5") && none.contains("password-writeback"));

    for bad in [
        &["add", "EMS_E9", "--units", "1"][..],
        &["add", "EMS_E3"],
        &["add", "EMS_E3", "--units", "0"],
        &["add", "COMPLETE", "--units", "5"],
        &["add", "P1", "--units", "5", "--tenant", "nobody.example"],
        &["remove", "P2", "--yes"],
        // Nobody to ask, so it has to be said.
        &["remove", "COMPLETE"],
    ] {
        let refusal = refused(&said(bad));
        assert!(refusal.contains("fix: "), "{bad:?}: {refusal}");
    }
    let added = good(&theirs(&["add", "ems-e3", "--units", "5"]));
    assert!(
        added.contains("Enterprise Mobility + Security E3: 5 licences, 0 in use"),
        "{added}"
    );
    assert!(good(&theirs(&["add", "EMS_E3", "--units", "5"])).contains("10 licences"));
    let json = good(&theirs(&["list", "--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["skuPartNumber"], "EMS_E3");
    assert_eq!(json[0]["units"], 10);
    assert_eq!(json[0]["servicePlans"][1], "password-writeback");
    let removed = good(&theirs(&["remove", "EMS_E3", "--yes"]));
    assert!(removed.contains("was removed; 0 users had it"), "{removed}");
    assert!(good(&theirs(&["list"])).starts_with("no subscription"));
    assert!(good(&said(&["list"])).starts_with("COMPLETE"));
}

#[test]
fn without_a_database_it_says_what_to_do_first() {
    let files = Files::new("");
    let refusal = refused(&keyward(files.path(), &["admin", "subscription", "list"]));
    assert!(refusal.contains("there is no database yet"), "{refusal}");
}
