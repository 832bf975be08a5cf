//! From entries to what the rest of the agent knows.

use super::super::Object;
use super::super::connection::Entry;
use super::dn::own_name;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use keyward_wire::Micros;
use uuid::Uuid;

/// Who signs in.
pub(super) const USERS: &str = "(|(objectClass=inetOrgPerson)(objectClass=posixAccount))";
/// What has members by their names.
pub(super) const GROUPS: &str = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))";
/// What users are kept in.
pub(super) const UNITS: &str = "(|(objectClass=organizationalUnit)(objectClass=organization)\
    (objectClass=dcObject)(objectClass=domain)(objectClass=locality)(objectClass=country))";

/// Where a group's members are.
pub(super) const MEMBERS: [&str; 2] = ["member", "uniquemember"];

/// The lock of an administrator: it ends with nobody's patience (draft-behera-ldap-password-policy, 5.3.3).
pub(super) const LOCKED_FOR_GOOD: &str = "000001010000Z";

/// What is read of every user and group.
pub(super) const ATTRIBUTES: [&str; 26] = [
    "objectClass",
    "entryUUID",
    "uid",
    "cn",
    "sn",
    "givenName",
    "displayName",
    "mail",
    "mobile",
    "telephoneNumber",
    "departmentNumber",
    "ou",
    "o",
    "l",
    "st",
    "c",
    "title",
    "employeeNumber",
    "employeeType",
    "preferredLanguage",
    "manager",
    "description",
    "pwdChangedTime",
    "pwdReset",
    "pwdAccountLockedTime",
    "pwdPolicySubentry",
];

/// Never read, whoever configures it: they hold passwords, or what passwords can be guessed from.
const SECRET: [&str; 9] = [
    "userpassword",
    "authpassword",
    "pwdhistory",
    "sambantpassword",
    "sambalmpassword",
    "sambapasswordhistory",
    "krbprincipalkey",
    "sshprivatekey",
    "olcrootpw",
];

/// Longer values are left out: nothing that is brought in is so long, and one of 20 MB would travel in each batch.
const LONGEST: usize = 16 * 1024;
/// More values of one attribute are left out. Members aren't among them.
const MOST: usize = 1000;

/// A user, a group or a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Group,
    Unit,
}

/// What an entry is, if it is any of our affair.
pub(super) fn kind(entry: &Entry) -> Option<Kind> {
    let classes = entry.texts("objectclass");
    let is = |names: &[&str]| {
        let mut classes = classes.iter();
        classes.any(|class| names.iter().any(|name| name.eq_ignore_ascii_case(class)))
    };
    if is(&["inetorgperson", "posixaccount"]) {
        Some(Kind::User)
    } else if is(&["groupofnames", "groupofuniquenames"]) {
        Some(Kind::Group)
    } else if is(&[
        "organizationalunit",
        "organization",
        "dcobject",
        "domain",
        "locality",
        "country",
    ]) {
        Some(Kind::Unit)
    } else {
        None
    }
}

pub(super) fn anchor(entry: &Entry) -> Option<Uuid> {
    entry.text("entryuuid")?.parse().ok()
}

/// The attributes to read for these further ones, without those that nobody may read.
pub(super) fn attributes(further: &[String]) -> Vec<&str> {
    let further = further.iter().map(String::as_str).filter(|name| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ';' | '.');
        let base = name.split(';').next().unwrap_or_default();
        let secret = SECRET
            .iter()
            .any(|secret| secret.eq_ignore_ascii_case(base));
        !base.is_empty() && name.chars().all(plain) && !secret
    });
    ATTRIBUTES.into_iter().chain(further).collect()
}

/// The object. Its manager and whether it is protected are left to those who know more than the entry.
pub(super) fn object(entry: &Entry, anchor: Uuid, kind: Kind) -> Object {
    let mut object = Object {
        anchor,
        dn: entry.dn.clone(),
        group: kind == Kind::Group,
        enabled: entry.text("pwdaccountlockedtime") != Some(LOCKED_FOR_GOOD),
        password_set_at: entry.text("pwdchangedtime").and_then(micros),
        must_change: entry.truth("pwdreset"),
        policy: entry.text("pwdpolicysubentry").map(own_name),
        ..Object::default()
    };
    for (name, values) in &entry.attributes {
        if MEMBERS.contains(&name.as_str()) {
            continue;
        }
        let values: Vec<_> = values.iter().filter_map(|value| text(value)).collect();
        if !values.is_empty() {
            let values = values.into_iter().take(MOST).collect();
            object.attributes.insert(name.clone(), values);
        }
    }
    object
}

/// A value as text that can be kept anywhere. A NUL can be kept in no database that the service knows.
fn text(value: &[u8]) -> Option<String> {
    if value.len() > LONGEST || value.contains(&0) {
        return None;
    }
    std::str::from_utf8(value).ok().map(str::to_owned)
}

/// A generalized time (RFC 4517) in UTC: `20261127072641Z`, with or without a fraction.
pub(super) fn micros(text: &str) -> Option<Micros> {
    let digits = text.strip_suffix('Z')?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || fraction.len() > 9 || !plain(whole) || !plain(fraction) {
        return None;
    }
    let part = |from: usize, to: usize| whole[from..to].parse::<i8>().ok();
    let nanos = format!("{fraction:0<9}").parse().ok()?;
    let time = DateTime::new(
        whole[..4].parse().ok()?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?,
        nanos,
    );
    let time = time.ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(time.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generalized_time_is_read() {
        assert_eq!(micros("19700101000001Z"), Some(1_000_000));
        assert_eq!(
            micros("20261127072641.798009Z"),
            Some(1_795_764_401_798_009)
        );
        for bad in [
            "",
            "Z",
            LOCKED_FOR_GOOD,
            "20261327072641Z",
            "2026112707264éZ",
            "20261127072641",
        ] {
            assert_eq!(micros(bad), None, "{bad}");
        }
    }

    // case: AG-16
    #[test]
    fn values_that_nobody_can_keep_are_left_out() {
        let entry = Entry {
            dn: "uid=a,dc=x".to_owned(),
            attributes: vec![
                (
                    "cn".to_owned(),
                    vec![b"A".to_vec(), vec![0xff, 0xfe], b"a\0b".to_vec()],
                ),
                ("description".to_owned(), vec![vec![b'x'; 20 * 1024 * 1024]]),
                ("member".to_owned(), vec![b"uid=b,dc=x".to_vec()]),
                (
                    "pwdaccountlockedtime".to_owned(),
                    vec![LOCKED_FOR_GOOD.into()],
                ),
            ],
        };
        let object = object(&entry, Uuid::nil(), Kind::User);
        assert_eq!(object.attributes["cn"], ["A"]);
        assert!(!object.attributes.contains_key("description"));
        assert!(!object.attributes.contains_key("member"));
        assert!(!object.enabled);
    }

    #[test]
    fn passwords_are_never_asked_for() {
        let further = [
            "carLicense",
            "userPassword",
            "USERPASSWORD;x-a",
            "*",
            "+",
            "a)(b",
            "",
        ];
        let further: Vec<_> = further.into_iter().map(str::to_owned).collect();
        let all = attributes(&further);
        assert_eq!(&all[ATTRIBUTES.len()..], ["carLicense"]);
    }
}
