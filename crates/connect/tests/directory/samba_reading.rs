//! Everything in scope, as it is.

use super::samba_guard::guid_of;
use super::{Taken, anchor_of, directory_of, escaped};
use keyward_connect::directory::Scope;
use keyward_testbed::ldap::{Person, line};
use keyward_testbed::samba::Samba;
use keyward_wire::link::DirectoryKind;
use std::collections::BTreeSet;

const HOSTILE: [&str; 7] = [
    r"a*b(c)d",
    r"a\b",
    "x,OU=Groups",
    "+plus;semi<less>",
    "#hash",
    "quote\"=",
    "Zoë 😀 密码",
];

// case: AD-16, AG-16, IN-02, IN-03, S70
#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one domain controller for all of it: each costs seconds"
)]
async fn users_and_groups_come_whole_whatever_their_names() {
    let samba = Samba::start();
    let directory = directory_of(&samba, samba.service());
    let identity = directory.identify().await.unwrap();
    assert_eq!(identity.kind, DirectoryKind::ActiveDirectory);
    assert_eq!(identity.id, guid_of(&samba, samba.base_dn()));
    assert_eq!(identity.name, "corp.example.test");
    assert_eq!(identity.suffixes, ["corp.example.test"]);
    assert_eq!(identity.base, samba.base_dn());
    assert!(!identity.policy_hints);
    assert!(
        identity
            .server
            .eq_ignore_ascii_case("dc1.corp.example.test")
    );

    let boss = samba.user(&Person::new("boss"));
    let long = "x".repeat(40_000);
    let ada = Person::new("ada")
        .with("manager", &boss.dn)
        .with("mobile", "+49 151 1")
        .with("proxyAddresses", "SMTP:ada@corp.example.test")
        .with("proxyAddresses", "smtp:a.l@corp.example.test")
        .with("description", "kept");
    let ada = samba.user(&ada);
    samba.set(&ada.dn, "info", &[&long[..900]]);
    samba.set(&ada.dn, "wWWHomePage", &[&long[..2000]]);
    for (number, name) in HOSTILE.into_iter().enumerate() {
        let unit = samba.ou(&format!("OU={},{}", escaped(name), samba.base_dn()));
        let person = Person::new(&format!("h{number}"))
            .named(name, name)
            .under(&unit);
        samba.user(&person);
    }
    let off = samba.user(&Person::new("off"));
    samba.disable(&off.dn);
    let must = samba.user(&Person::new("must"));
    samba.must_change(&must.dn);
    let root = samba.user(&Person::new("root"));
    let inner = samba.group("Inner", &[&root.dn]);
    samba.add_member(
        &format!("CN=Domain Admins,CN=Users,{}", samba.base_dn()),
        &inner,
    );
    let staff = samba.group("Staff", &[&ada.dn, &inner]);
    samba.ldif(&format!(
        "dn: CN=Mail only,{}\nchangetype: add\nobjectClass: group\ngroupType: 2\n{}\n",
        samba.groups(),
        line("sAMAccountName", "mail-only"),
    ));
    samba.ldif(&format!(
        "dn: CN=PC1,{}\nchangetype: add\nobjectClass: computer\nsAMAccountName: PC1$\n\n",
        samba.people(),
    ));

    let scope = Scope {
        attributes: vec!["info".to_owned(), "no)(such".to_owned()],
        ..Scope::default()
    };
    let all = Taken::all(&directory, &scope).await;
    let hostile = ["h0", "h1", "h2", "h3", "h4", "h5", "h6"];
    let mut expected: BTreeSet<&str> = hostile.into_iter().collect();
    expected.extend([
        "ada",
        "boss",
        "off",
        "must",
        "root",
        "svc-keyward",
        "Inner",
        "Staff",
    ]);
    let come: BTreeSet<&str> = all.accounts().into_iter().collect();
    assert!(come.is_superset(&expected), "{come:?}");
    for stranger in [
        "krbtgt",
        "Administrator",
        "Guest",
        "Domain Admins",
        "PC1$",
        "DC1$",
        "mail-only",
    ] {
        assert!(!come.contains(stranger), "{stranger}");
    }
    for (number, name) in HOSTILE.into_iter().enumerate() {
        let found = all.named(&format!("h{number}"));
        assert_eq!(found.attributes["givenname"], [name]);
        let again = directory.find(&found.dn).await.unwrap().unwrap();
        assert_eq!(again.anchor, found.anchor, "{}", found.dn);
    }
    let found = all.named("ada");
    assert_eq!(found.anchor, guid_of(&samba, &ada.dn));
    assert_eq!(found.dn, ada.dn);
    assert_eq!(found.manager, Some(all.named("boss").anchor));
    assert_eq!(found.attributes["proxyaddresses"].len(), 2);
    assert_eq!(found.attributes["info"][0].len(), 900);
    assert!(!found.attributes.contains_key("wwwhomepage"));
    assert!(found.sid.as_ref().unwrap().starts_with("S-1-5-21-"));
    assert!(found.enabled && !found.must_change && !found.protected && !found.group);
    assert!(found.password_set_at.unwrap() > 1_700_000_000_000_000);
    assert!(!all.named("off").enabled);
    let must = all.named("must");
    assert!(must.must_change && must.password_set_at.is_none());
    assert!(all.named("root").protected && all.named("svc-keyward").protected);
    let group = all.named("Staff");
    assert!(group.group && group.anchor == guid_of(&samba, &staff));
    let mut members = all.members_of(group.anchor);
    members.sort();
    let mut expected = vec![found.anchor, all.named("Inner").anchor];
    expected.sort();
    assert_eq!(members, expected);

    assert!(directory.find("nobody").await.unwrap().is_none());
    assert!(directory.find("*").await.unwrap().is_none());
    assert!(directory.find("ada)(cn=*").await.unwrap().is_none());
    // Neither rules of a filter nor the special forms of names are reached by what somebody types.
    let guid = format!("<GUID={}>", found.anchor);
    let sid = found.sid.as_ref().unwrap();
    let well_known = format!(
        "<WKGUID=a9d1ca15768811d1aded00c04fd8d5cd,{}>",
        samba.base_dn()
    );
    for typed in [
        "(userAccountControl:1.2.840.113556.1.4.803:=512)",
        "*)(userAccountControl:1.2.840.113556.1.4.803:=512",
        &guid,
        &format!("<SID={sid}>"),
        &format!(" <SID={sid}>"),
        &well_known,
    ] {
        let found = directory.find(typed).await.unwrap();
        assert!(found.is_none(), "{typed}");
    }
    let named = directory.find(r"CORP\ada").await.unwrap().unwrap();
    assert_eq!(named.anchor, found.anchor);
    assert_eq!(named.attributes["wwwhomepage"][0].len(), 2000);
}

#[tokio::test]
async fn the_scope_is_kept_by_unit_and_pilot() {
    let samba = Samba::start();
    let people = samba.people();
    let old = samba.ou(&format!("OU=Old,{people}"));
    let kept = samba.ou(&format!("OU=Kept,{old}"));
    let person = |login: &str, unit: &str| samba.user(&Person::new(login).under(unit));
    let ada = person("ada", &people);
    person("gone", &old);
    let kim = person("kim", &kept);
    let inner = samba.group("Inner", &[&kim.dn]);
    let pilot = samba.group("Pilot", &[&ada.dn, &inner]);
    samba.add_member(&inner, &pilot);
    let far = samba.ou(&format!(r"OU=x\,OU\=People,{}", samba.base_dn()));
    person("far", &far);
    let directory = directory_of(&samba, samba.service());
    let id = |dn: &str| guid_of(&samba, dn);

    let scope = Scope {
        units: vec![id(&people), id(&kept), id(&samba.groups())],
        excluded: vec![id(&old)],
        ..Scope::default()
    };
    let all = Taken::all(&directory, &scope).await;
    assert_eq!(all.accounts(), ["Inner", "Pilot", "ada", "kim"]);
    for (login, inside) in [
        ("ada", true),
        ("kim", true),
        ("gone", false),
        ("far", false),
    ] {
        let anchor = anchor_of(&directory, login).await;
        assert_eq!(
            directory.in_scope(&scope, anchor).await.unwrap(),
            inside,
            "{login}"
        );
    }

    // A pilot: nested, in circles.
    let pilot = Scope {
        group: Some(id(&pilot)),
        ..Scope::default()
    };
    let all = Taken::all(&directory, &pilot).await;
    assert_eq!(all.accounts(), ["Inner", "Pilot", "ada", "kim"]);
    for (login, inside) in [("ada", true), ("kim", true), ("gone", false)] {
        let anchor = anchor_of(&directory, login).await;
        assert_eq!(
            directory.in_scope(&pilot, anchor).await.unwrap(),
            inside,
            "{login}"
        );
    }

    // A unit by anchor stays in when it is renamed; one that is no longer there ends the reading.
    let renamed = kept.replacen("OU=Kept", "OU=Kept too", 1);
    samba.rename(&kept, &renamed);
    let all = Taken::all(&directory, &scope).await;
    assert_eq!(all.accounts(), ["Inner", "Pilot", "ada", "kim"]);
    samba.delete(&renamed);
    let mut taken = Taken::default();
    directory.read_all(&scope, &mut taken).await.unwrap_err();
}

#[tokio::test]
async fn a_large_domain_comes_in_pieces() {
    let samba = Samba::start();
    samba.seed(1_300, "Seed-Passw0rd-1");
    let directory = directory_of(&samba, samba.service());
    let all = Taken::all(&directory, &Scope::default()).await;
    let people: BTreeSet<_> = all
        .objects
        .iter()
        .filter(|object| !object.group)
        .collect_anchors();
    assert!(people.len() >= 1_300);
    assert!(all.most_objects <= 500 && all.most_members <= 4_000);
    let everybody = all
        .objects
        .iter()
        .find(|object| object.group && object.dn.starts_with("CN=Seed Everybody,"));
    let members: BTreeSet<_> = all
        .members_of(everybody.unwrap().anchor)
        .into_iter()
        .collect();
    assert_eq!(members.len(), 1_300);
    assert!(members.is_subset(&people));
}

trait Anchors {
    fn collect_anchors(self) -> BTreeSet<uuid::Uuid>;
}

impl<'a, I: Iterator<Item = &'a keyward_connect::directory::Object>> Anchors for I {
    fn collect_anchors(self) -> BTreeSet<uuid::Uuid> {
        self.map(|object| object.anchor).collect()
    }
}
