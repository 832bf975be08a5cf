//! The commands that grant what is missing, and nothing more: one for Windows, one for Samba.

use super::descriptor::{REPLICATE, RESET_PASSWORD};
use super::domain::Agent;
use super::names::first_value;
use uuid::{Uuid, uuid};

const USER: Uuid = uuid!("bf967aba-0de6-11d0-a285-00aa003049e2");
const LOCKOUT_TIME: Uuid = uuid!("28630ebf-41d5-11d1-a9c1-0000f80367c1");
const CONSISTENCY_GUID: Uuid = uuid!("23773dc2-b63a-11d2-90e1-00c04fd91ab1");
const PWD_LAST_SET: Uuid = uuid!("bf967a0a-0de6-11d0-a285-00aa003049e2");

/// Set passwords of the users below a unit.
pub(super) fn reset_password(agent: &Agent, unit: &str) -> Vec<String> {
    let grant = format!("{}:CA;Reset Password;user", agent.trustee);
    let entry = format!("(OA;CIIO;CR;{RESET_PASSWORD};{USER};{})", agent.sid);
    both(unit, &format!("/I:S /G {}", double(&grant)), &entry)
}

/// Lift lockouts of the users below a unit.
pub(super) fn unlock(agent: &Agent, unit: &str) -> Vec<String> {
    property(agent, unit, "lockoutTime", LOCKOUT_TIME)
}

/// Have the users below a unit change their passwords.
pub(super) fn must_change(agent: &Agent, unit: &str) -> Vec<String> {
    property(agent, unit, "pwdLastSet", PWD_LAST_SET)
}

fn property(agent: &Agent, unit: &str, name: &str, id: Uuid) -> Vec<String> {
    let grant = format!("{}:RPWP;{name};user", agent.trustee);
    let entry = format!("(OA;CIIO;RPWP;{id};{USER};{})", agent.sid);
    both(unit, &format!("/I:S /G {}", double(&grant)), &entry)
}

/// Write the source anchors of the users below a unit.
pub(super) fn anchor(agent: &Agent, unit: &str) -> Vec<String> {
    property(agent, unit, "mS-DS-ConsistencyGuid", CONSISTENCY_GUID)
}

/// Be told of deletions.
pub(super) fn replicate(agent: &Agent, base: &str) -> Vec<String> {
    let grant = format!("{}:CA;Replicating Directory Changes", agent.trustee);
    let entry = format!("(OA;;CR;{REPLICATE};;{})", agent.sid);
    both(base, &format!("/G {}", double(&grant)), &entry)
}

/// See the fine-grained password policies.
pub(super) fn read_policies(agent: &Agent, container: &str) -> Vec<String> {
    let grant = format!("{}:GR", agent.trustee);
    let entry = format!("(A;CI;LCRPLORC;;;{})", agent.sid);
    both(container, &format!("/I:T /G {}", double(&grant)), &entry)
}

/// Have an object take the rights of its unit again.
pub(super) fn inherit(dn: &str) -> String {
    format!("dsacls {} /P:N", double(&plain(dn)))
}

fn both(dn: &str, words: &str, entry: &str) -> Vec<String> {
    let dn = plain(dn);
    vec![
        format!("dsacls {} {words}", double(&dn)),
        format!(
            "samba-tool dsacl set --objectdn={} --sddl={}",
            double(&dn),
            double(entry)
        ),
    ]
}

fn double(text: &str) -> String {
    format!("\"{text}\"")
}

/// A DN that means the same and has nothing in it that a shell or a command line understands: names are chosen by others.
pub(super) fn plain(dn: &str) -> String {
    let mut plain = String::new();
    let mut rest = dn.chars();
    while let Some(c) = rest.next() {
        let (escaped, c) = match c {
            '\\' => (true, rest.next().unwrap_or(' ')),
            c => (false, c),
        };
        let harmless = c.is_alphanumeric() || matches!(c, ' ' | '-' | '.' | '_');
        if harmless || (!escaped && matches!(c, ',' | '=')) {
            // Two hex digits behind a backslash are a byte: they stay as they are.
            if escaped {
                plain.push('\\');
            }
            plain.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                plain.push_str(&format!("\\{byte:02X}"));
            }
        }
    }
    plain
}

/// What an administrator calls it: the value of a DN's first part.
pub(super) fn called(dn: &str) -> String {
    first_value(dn).unwrap_or_else(|| dn.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent() -> Agent {
        Agent {
            sid: "S-1-5-21-1-2-3-1105".to_owned(),
            trustee: "svc-keyward@corp.example.test".to_owned(),
            ..Agent::default()
        }
    }

    #[test]
    fn the_least_rights_have_exact_commands() {
        let unit = "OU=People,DC=corp,DC=example,DC=test";
        let all = [
            reset_password(&agent(), unit),
            unlock(&agent(), unit),
            must_change(&agent(), unit),
            anchor(&agent(), unit),
            replicate(&agent(), "DC=corp,DC=example,DC=test"),
            read_policies(&agent(), "CN=Password Settings Container,CN=System,DC=corp"),
        ];
        insta::assert_snapshot!(all.concat().join("\n"));
    }

    #[test]
    fn a_name_is_no_command() {
        assert_eq!(
            plain(r#"OU=a\"; rm -rf $(x) `y` %z%\,,DC=b"#),
            r"OU=a\22\3B rm -rf \24\28x\29 \60y\60 \25z\25\2C,DC=b"
        );
        assert_eq!(plain(r"OU=\C3\A4ä\ ,DC=b"), r"OU=\C3\A4ä\ ,DC=b");
        assert_eq!(plain(r"OU=\#1\\2,DC=b"), r"OU=\231\5C2,DC=b");
    }
}
