//! What the agent's account may and may not do, and the commands that grant it.
//!
//! The three access rules name different attributes, so that they may be added in any order. None lets the account read
//! a password's hash.

use super::super::connection::Lease;
use super::super::{Result, Right, Scope};
use super::control::{POLICY, SYNC, WOULD_BE_DONE, dry_run};
use super::examine::{candidate, held_to_policy};
use super::object::{ATTRIBUTES, USERS, anchor};
use super::password::{pwd_reset, try_reset};
use super::policy::Policies;
use super::{OpenLdap, any_of, below, follow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keyward_wire::outcome::{Denial, Outcome};
use ldap3::Mod;
use std::collections::HashSet;
use std::time::Duration;
use uuid::Uuid;

/// What is written beside passwords: it is read as well.
const STATE: [&str; 2] = ["pwdReset", "pwdAccountLockedTime"];

impl OpenLdap {
    pub(super) async fn account_rights(&self, scope: &Scope) -> Result<Vec<Right>> {
        let (mut lease, context) = self.ready().await?;
        let (lease, base) = (&mut lease, context.base.as_str());
        let agent = self.settings().bind_dn.as_str();
        let places = places(lease, base, &scope.units).await?;
        let policies = Policies::read(lease, base).await?;
        let mut seen = Seen::default();
        for place in &places {
            seen.look(lease, place, &policies).await?;
        }
        let each =
            |command: &dyn Fn(&str) -> String| places.iter().map(|place| command(place)).collect();
        let resets: Vec<String> = each(&|place| grant_reset(base, place, agent));
        let states: Vec<String> = each(&|place| grant_state(base, place, agent));
        Ok(vec![
            right(
                "Read users, groups and units",
                seen.read,
                vec![grant_read(base, agent)],
            ),
            right(
                "Read all of them, however many there are",
                reads_all(lease, base).await?,
                vec![grant_limits(base, agent)],
            ),
            right(
                "Follow changes (the overlay syncprov)",
                Some(
                    Self::understands(lease, SYNC).await?
                        && follow::cookie(lease, base).await?.is_some(),
                ),
                load_overlay(
                    base,
                    "syncprov",
                    "objectClass: olcSyncProvConfig\nolcSpSessionlog: 10000\n",
                ),
            ),
            right(
                "Rules for passwords are kept (the overlay ppolicy)",
                Some(Self::understands(lease, POLICY).await?),
                load_overlay(base, "ppolicy", "objectClass: olcPPolicyConfig\n"),
            ),
            right("Set passwords", seen.reset, resets.clone()),
            right(
                "Unlock accounts, and demand another password",
                seen.state,
                states,
            ),
            right(
                "Resets are held to the rules (the right is `write`, not `manage`)",
                held_to_policy(lease, base, agent, &policies).await?,
                resets.clone(),
            ),
            right(
                "Password hashes stay hidden from this account",
                seen.hidden,
                resets,
            ),
        ])
    }
}

fn right(what: &str, held: Option<bool>, commands: Vec<String>) -> Right {
    Right {
        what: what.to_owned(),
        held,
        commands,
    }
}

/// What one user of each place shows. None: there is no user.
#[derive(Debug, Default)]
struct Seen {
    read: Option<bool>,
    reset: Option<bool>,
    state: Option<bool>,
    hidden: Option<bool>,
}

impl Seen {
    async fn look(&mut self, lease: &mut Lease, place: &str, policies: &Policies) -> Result<()> {
        let mut search = below(place, USERS, &["entryUUID", "cn", "pwdPolicySubentry"]);
        search.most = 1;
        let found = lease.search(search).await?;
        let Some(user) = found.entries.first() else {
            return Ok(());
        };
        all(
            &mut self.read,
            Some(anchor(user).is_some() && user.text("cn").is_some()),
        );
        let policy = policies.of(user.text("pwdpolicysubentry"));
        let tried = try_reset(lease, &user.dn, &candidate(&policy)).await?;
        all(&mut self.reset, tried.map(|outcome| !lacks_right(&outcome)));
        let unlock = Mod::Replace(b"pwdAccountLockedTime".to_vec(), HashSet::new());
        let changes = vec![pwd_reset(true), unlock];
        let answer = lease.modify(&user.dn, changes, vec![dry_run()]).await?;
        let state = (answer.rc != 12).then_some(answer.rc == WOULD_BE_DONE);
        all(&mut self.state, state);
        // Whether there is one, not which.
        let hashed = ldap3::Scope::Base;
        let search = super::Search::below(&user.dn, hashed, "(userPassword=*)", &["1.1"]);
        let found = lease.search(search).await?;
        all(&mut self.hidden, Some(found.entries.is_empty()));
        Ok(())
    }
}

/// It holds if it holds everywhere.
fn all(held: &mut Option<bool>, here: Option<bool>) {
    if let Some(here) = here {
        *held = Some(held.unwrap_or(true) && here);
    }
}

fn lacks_right(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Refused {
            refusal: Denial::NoRight,
            ..
        }
    )
}

/// Where the units of a scope are; the naming context, if there are none.
async fn places(lease: &mut Lease, base: &str, units: &[Uuid]) -> Result<Vec<String>> {
    if units.is_empty() {
        return Ok(vec![base.to_owned()]);
    }
    let filter = any_of("entryUUID", units.iter().map(Uuid::to_string));
    let found = lease.search(below(base, &filter, &["1.1"])).await?;
    found.answer.done()?;
    Ok(found.entries.into_iter().map(|entry| entry.dn).collect())
}

async fn reads_all(lease: &mut Lease, base: &str) -> Result<Option<bool>> {
    let search = below(base, USERS, &["1.1"]).within(Duration::from_mins(5));
    let found = lease.search(search).await?;
    // sizeLimitExceeded, timeLimitExceeded, adminLimitExceeded.
    Ok(match found.answer.rc {
        0 => Some(true),
        3 | 4 | 11 => Some(false),
        _ => None,
    })
}

fn grant_read(base: &str, agent: &str) -> String {
    let mut attributes = vec!["entry"];
    attributes.extend(ATTRIBUTES.into_iter().filter(|name| !STATE.contains(name)));
    attributes.extend(["member", "uniqueMember", "contextCSN"]);
    attributes.extend(["pwdStartTime", "pwdEndTime", "@pwdPolicy"]);
    access(base, base, &attributes.join(","), agent, "read")
}

fn grant_state(base: &str, place: &str, agent: &str) -> String {
    access(base, place, &STATE.join(","), agent, "write")
}

/// Writing without reading: `=w`.
pub(super) fn grant_reset(base: &str, place: &str, agent: &str) -> String {
    access(base, place, "userPassword", agent, "=w")
}

fn access(base: &str, place: &str, attributes: &str, agent: &str, level: &str) -> String {
    let (place, by) = (quoted(place), quoted(agent));
    let rule = format!(
        "{{0}}to dn.subtree={place} attrs={attributes} by dn.exact={by} {level} by * break"
    );
    let change = format!(
        "changetype: modify\nadd: olcAccess\n{}",
        ldif_line("olcAccess", &rule)
    );
    on_database(base, "", &change)
}

fn grant_limits(base: &str, agent: &str) -> String {
    let rule = format!(
        "{{0}}dn.exact={} size=unlimited time=unlimited",
        quoted(agent)
    );
    let change = format!(
        "changetype: modify\nadd: olcLimits\n{}",
        ldif_line("olcLimits", &rule)
    );
    on_database(base, "", &change)
}

fn load_overlay(base: &str, name: &str, settings: &str) -> Vec<String> {
    let module = format!(
        "ldapmodify -Q -Y EXTERNAL -H ldapi:/// <<'LDIF'\ndn: cn=module{{0}},cn=config\nchangetype: modify\n\
         add: olcModuleLoad\nolcModuleLoad: {name}\nLDIF"
    );
    let entry =
        format!("changetype: add\nobjectClass: olcOverlayConfig\nolcOverlay: {name}\n{settings}");
    vec![
        module,
        on_database(base, &format!("olcOverlay={name},"), &entry),
    ]
}

/// A change of the configuration of the database that holds the naming context. Its number isn't known here.
fn on_database(base: &str, above: &str, change: &str) -> String {
    let filter = shell(&format!("(olcSuffix={})", ldap3::ldap_escape(base)));
    format!(
        "DB=$(ldapsearch -LLL -Q -Y EXTERNAL -H ldapi:/// -o ldif-wrap=no -b cn=config {filter} dn | \
         sed -n 's/^dn: //p')\n\
         {{ echo \"dn: {above}$DB\"; cat <<'LDIF'\n{change}LDIF\n}} | ldapmodify -Q -Y EXTERNAL -H ldapi:///"
    )
}

/// A name in an access rule: backslashes and quotes mean something there.
fn quoted(dn: &str) -> String {
    format!("\"{}\"", dn.replace('\\', r"\\").replace('"', "\\\""))
}

fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A line of LDIF (RFC 2849), in base64 where the value needs it.
pub(super) fn ldif_line(name: &str, value: &str) -> String {
    let plain = value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !value.starts_with([' ', ':', '<'])
        && !value.ends_with(' ');
    if plain {
        format!("{name}: {value}\n")
    } else {
        format!("{name}:: {}\n", STANDARD.encode(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_hold_hostile_names() {
        let command = grant_reset("o=It's", r#"ou=a\"b,o=It's"#, "cn=agent,o=x");
        assert!(command.contains(r"'(olcSuffix=o=It'\''s)'"), "{command}");
        assert!(
            command.contains(r#"dn.subtree="ou=a\\\"b,o=It's""#),
            "{command}"
        );
        assert!(grant_reset("o=é", "o=é", "cn=a").contains("olcAccess:: "));
    }

    #[test]
    fn no_rule_lets_a_hash_be_read_and_none_hides_another() {
        let read = grant_read("dc=x", "cn=a");
        assert!(!read.to_lowercase().contains("userpassword"));
        for name in STATE {
            assert!(!read.contains(name), "{name}");
        }
        assert!(grant_reset("dc=x", "dc=x", "cn=a").contains(" =w by * break"));
        let mut held = None;
        all(&mut held, None);
        assert_eq!(held, None);
        all(&mut held, Some(true));
        all(&mut held, Some(false));
        all(&mut held, Some(true));
        assert_eq!(held, Some(false));
    }
}
