//! Names as people and attackers choose them.

use crate::bed::{Follower, anchor, denial, open};
use keyward_connect::directory::{Directory, Error, ResetOptions, Scope};
use keyward_testbed::ldap::Person;
use keyward_testbed::slapd::Slapd;
use keyward_wire::link::DirectoryKind;
use keyward_wire::outcome::{Denial, Outcome};

const HOSTILE: [&str; 9] = [
    r#"a,b+c"d\e<f>g;h=i"#,
    "#leading",
    " spaces at both ends ",
    "*",
    "x)(uid=*",
    r"back\slash\2a",
    "Jürgen Ünal",
    "李雷",
    "uid=ada,ou=People",
];

// case: AD-16
#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_are_names() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada"));
    let unit = format!(r#"ou=a\,b\+c\"d\\e\<f\>g\;h\=i,{}"#, slapd.people());
    slapd.ou(&unit);
    let people: Vec<_> = HOSTILE
        .iter()
        .map(|name| {
            let person = Person::new(name).without_mail().named("A", "B");
            slapd.user(&person.under(&unit))
        })
        .collect();
    let dns: Vec<_> = people.iter().map(|person| person.dn.as_str()).collect();
    let group = slapd.group(HOSTILE[0], &dns);
    let scope = Scope {
        units: vec![anchor(&slapd, &unit), anchor(&slapd, &slapd.groups())],
        ..Scope::default()
    };
    let mut follower = Follower::new(&slapd, scope.clone()).await;
    let id = anchor(&slapd, &group);
    assert_eq!(follower.world().objects.len(), HOSTILE.len() + 1);
    assert_eq!(follower.world().members[&id].len(), HOSTILE.len());

    let directory = open(&slapd, slapd.service());
    for person in &people {
        let id = anchor(&slapd, &person.dn);
        assert_eq!(
            directory.verify(Some(id), &person.password).await,
            Outcome::Done
        );
        let outcome = directory
            .reset(id, "Second-Passw0rd2", ResetOptions::default())
            .await;
        assert_eq!(outcome, Outcome::Done, "{}", person.dn);
        slapd.bind(&person.dn, "Second-Passw0rd2").unwrap();
        let found = directory.find(&person.login).await.unwrap();
        // A DN is taken for one; a star is a star.
        if !person.login.contains('=') {
            assert_eq!(found.unwrap().anchor, id, "{}", person.login);
        }
        let by_name = directory.find(&person.dn).await.unwrap().unwrap();
        assert_eq!(by_name.anchor, id);
        assert!(directory.in_scope(&scope, id).await.unwrap());
    }
    slapd.bind(&ada.dn, &ada.password).unwrap();
    assert!(
        !directory
            .in_scope(&scope, anchor(&slapd, &ada.dn))
            .await
            .unwrap()
    );
    slapd.remove_member(&group, dns[0]);
    slapd.rename(&unit, r"ou=\23other\, \2a", None);
    follower.follow().await;
    assert_eq!(follower.world().members[&id].len(), HOSTILE.len() - 1);
    follower.assert_true(&slapd).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_and_what_is_left_out() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada").named("Ada", "Löwe"));
    // As much as slapd takes over the wire; longer ones are a test of the parts.
    slapd.set(&ada.dn, "description", &["short", &"x".repeat(3_000_000)]);
    slapd.set(&ada.dn, "jpegPhoto", &["not asked for"]);
    let directory = open(&slapd, slapd.service());
    let id = anchor(&slapd, &ada.dn);
    for name in ["ada", "ADA@corp.example.test", &ada.dn, &id.to_string()] {
        let found = directory.find(name).await.unwrap().unwrap();
        assert_eq!(found.anchor, id, "{name}");
        assert_eq!(found.attributes["description"], ["short"]);
        assert!(!found.attributes.contains_key("jpegphoto"));
        assert!(!found.attributes.contains_key("userpassword"));
    }
    for name in [
        "nobody",
        "*",
        "ad*",
        "uid=nobody,dc=x",
        "=",
        "",
        "ou=People,dc=corp,dc=example,dc=test",
    ] {
        assert!(directory.find(name).await.unwrap().is_none(), "{name}");
    }
    slapd.user(&Person::new("twin").mail("ada@corp.example.test"));
    let twice = directory.find("ada@corp.example.test").await;
    assert!(matches!(twice, Err(Error::Refused(_))));

    let identity = directory.identify().await.unwrap();
    assert_eq!(
        (identity.kind, identity.name.as_str()),
        (DirectoryKind::OpenLdap, "corp.example.test")
    );
    assert_eq!(
        (identity.base.as_str(), identity.server),
        (slapd.base_dn(), slapd.url())
    );
    assert_eq!(identity.suffixes, ["corp.example.test"]);
    let other = open(&slapd, &slapd.reader()).identify().await.unwrap();
    assert_eq!(other.id, identity.id);

    let desk = slapd.ou(&format!("ou=Desk,{}", slapd.people()));
    let units = directory.tree().await.unwrap();
    let unit = units.iter().find(|unit| unit.dn == desk).unwrap();
    assert_eq!(
        (unit.name.as_str(), unit.parent),
        ("Desk", Some(anchor(&slapd, &slapd.people())))
    );
    let root = units
        .iter()
        .find(|unit| unit.dn == slapd.base_dn())
        .unwrap();
    assert_eq!(root.parent, None);
    // Whoever takes what is read may end it.
    let scope = Scope {
        units: vec![uuid::Uuid::from_u128(1)],
        ..Scope::default()
    };
    let mut taker = crate::bed::Taker::default();
    let read = directory.read_all(&scope, &mut taker).await;
    assert!(
        matches!(read, Err(Error::Refused(_))),
        "a scope that isn't there isn't an empty one"
    );
    assert_eq!(
        denial(&directory.unlock(uuid::Uuid::from_u128(1)).await),
        Denial::NotFound
    );
}
