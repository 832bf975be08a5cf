//! The first synchronisation, held against reading the same and throwing it away; and what the agent needs for it.

use std::time::Instant;

use super::Context;
use super::directory::{Directory, Kind};
use super::premises::Premises;
use crate::Done;
use crate::figure::{Bar, Figure};

/// The few that memory is compared with.
const FEW: usize = 1_000;
const MIB: f64 = 1_048_576.0;

pub(super) fn run(context: &mut Context, kind: Kind) -> Done<Vec<Figure>> {
    let few = Premises::start(kind, FEW)?.import.memory as f64;
    let premises = context.premises(kind)?;
    let import = premises.import;
    let (read, all) = bare_rate(&premises.directory)?;
    let brought = import.told.added as f64 / import.told.took.as_secs_f64();
    eprintln!(
        "{} objects were brought in, {all} read barely",
        import.told.added
    );
    let bar = match kind {
        Kind::Samba => 0.9,
        Kind::Slapd => 0.35,
    };
    let memory = import.memory as f64;
    let head = format!("{}, {} users", kind.name(), import.users);
    let figure =
        |text: &str, value, unit, bar| Figure::new(format!("{head}: {text}"), value, unit, bar);
    Ok(vec![
        figure(
            "first import",
            import.told.took.as_secs_f64(),
            "s",
            Bar::None,
        ),
        figure(
            "from the agent's start",
            import.all.as_secs_f64(),
            "s",
            Bar::None,
        ),
        figure("objects imported", brought, "1/s", Bar::None),
        figure("bare paged search", read, "1/s", Bar::None),
        figure(
            "import ÷ bare search",
            brought / read,
            "",
            Bar::AtLeast(bar),
        ),
        figure("agent RSS, at most", memory / MIB, "MiB", Bar::AtMost(64.0)),
        figure("the same with 1,000 users", few / MIB, "MiB", Bar::None),
    ])
}

/// Objects per second, and how many there are: users with everything that the agent asks for, then groups with their
/// members.
fn bare_rate(directory: &Directory) -> Done<(f64, usize)> {
    let mut bare = directory.as_service()?;
    let base = directory.base();
    let mut read = || -> Done<usize> {
        match directory.kind() {
            Kind::Samba => {
                let groups = [AD.as_slice(), &["member"]].concat();
                let people = bare.read(base, ("(sAMAccountType=805306368)", &AD, 500))?;
                Ok(people + bare.read(base, (AD_GROUPS, &groups, 100))?)
            }
            Kind::Slapd => {
                let groups = [OPEN.as_slice(), &["member", "uniqueMember"]].concat();
                let people = bare.read(base, (OPEN_USERS, &OPEN, 500))?;
                Ok(people + bare.read(base, (OPEN_GROUPS, &groups, 10))?)
            }
        }
    };
    // The better of three: what disturbs a bare search is none of it.
    let mut best = f64::INFINITY;
    let mut count = 0;
    for _ in 0..3 {
        let begun = Instant::now();
        count = read()?;
        best = best.min(begun.elapsed().as_secs_f64());
    }
    Ok((count as f64 / best, count))
}

const AD_GROUPS: &str = "(|(sAMAccountType=268435456)(sAMAccountType=536870912))";
const OPEN_USERS: &str = "(|(objectClass=inetOrgPerson)(objectClass=posixAccount))";
const OPEN_GROUPS: &str = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))";

/// What the agent reads of users in an Active Directory.
const AD: [&str; 25] = [
    "objectGUID",
    "objectSid",
    "sAMAccountType",
    "sAMAccountName",
    "userPrincipalName",
    "displayName",
    "givenName",
    "sn",
    "cn",
    "mail",
    "mailNickname",
    "proxyAddresses",
    "mobile",
    "telephoneNumber",
    "department",
    "title",
    "manager",
    "c",
    "msExchUsageLocation",
    "userAccountControl",
    "pwdLastSet",
    "adminCount",
    "primaryGroupID",
    "isCriticalSystemObject",
    "description",
];

/// And in an `OpenLDAP`.
const OPEN: [&str; 26] = [
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
