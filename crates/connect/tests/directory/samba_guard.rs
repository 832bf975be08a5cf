//! Whose passwords are never touched, and what the agent's account may do.

use super::{anchor_of, denial, directory_of};
use keyward_connect::directory::{Directory, ResetOptions, Scope};
use keyward_testbed::ldap::Person;
use keyward_testbed::samba::Samba;
use keyward_wire::outcome::{Denial, Outcome};
use std::process::Command;
use std::sync::Arc;
use uuid::Uuid;

const NEW: &str = "Brand-New-Pass-1";

async fn reset(directory: &Arc<dyn Directory>, anchor: Uuid) -> Outcome {
    directory.reset(anchor, NEW, ResetOptions::default()).await
}

// case: AD-01, AD-02, AD-11, S79
#[tokio::test]
async fn the_privileged_are_refused_whoever_asks() {
    let samba = Samba::start();
    // With the domain administrator's rights: the directory itself would take all of these.
    let admin = directory_of(&samba, samba.admin());
    let base = samba.base_dn();
    let users = format!("CN=Users,{base}");
    let person = |login: &str| samba.user(&Person::new(login));

    let marked = person("marked");
    samba.set(&marked.dn, "adminCount", &["1"]);
    let nested = person("nested");
    let inner = samba.group("Inner", &[&nested.dn]);
    let outer = samba.group("Outer", &[&inner]);
    samba.add_member(&format!("CN=Domain Admins,{users}"), &outer);
    let operator = person("operator");
    samba.add_member(
        &format!("CN=Account Operators,CN=Builtin,{base}"),
        &operator.dn,
    );
    let names = person("names");
    let dns = samba.group("DnsAdmins", &[&names.dn]);
    let built_in = ["krbtgt", "Guest"].map(|name| format!("CN={name},{users}"));
    let others = [
        samba.admin().dn.clone(),
        built_in[0].clone(),
        built_in[1].clone(),
        format!("CN=DC1,OU=Domain Controllers,{base}"),
        inner.clone(),
        dns,
    ];
    let people = [&marked, &nested, &operator, &names].map(|account| account.dn.clone());
    for dn in people.iter().chain(&others) {
        let anchor = guid_of(&samba, dn);
        for outcome in [
            reset(&admin, anchor).await,
            admin.change(anchor, "Start-Passw0rd1", NEW).await,
            admin.unlock(anchor).await,
            admin.force_change(anchor).await,
        ] {
            assert_eq!(denial(&outcome), Denial::Protected, "{dn}");
        }
        let examined = admin.examine(anchor).await.unwrap();
        assert!(
            examined
                .findings
                .iter()
                .any(|found| found.what == Denial::Protected && found.blocks)
        );
    }
    for login in ["marked", "nested", "operator", "names"] {
        samba.kinit(login, "Start-Passw0rd1").unwrap();
    }

    // Its own account: whoever it is bound as.
    let service = directory_of(&samba, samba.service());
    let own = anchor_of(&service, &samba.service().login).await;
    assert_eq!(denial(&reset(&service, own).await), Denial::Protected);
    assert_eq!(reset(&admin, own).await, Outcome::Done);

    // Out of the privileged group again, and somebody like all others.
    samba.remove_member(&format!("CN=Domain Admins,{users}"), &outer);
    assert_eq!(
        reset(&admin, guid_of(&samba, &nested.dn)).await,
        Outcome::Done
    );
    samba.kinit("nested", NEW).unwrap();

    for (login, state) in [
        ("off", Denial::Disabled),
        ("card", Denial::SmartCard),
        ("over", Denial::AccountExpired),
    ] {
        let account = person(login);
        match state {
            Denial::Disabled => samba.disable(&account.dn),
            Denial::SmartCard => samba.flag(&account.dn, 0x4_0000, true),
            _ => samba.set(&account.dn, "accountExpires", &["132000000000000000"]),
        }
        let anchor = guid_of(&samba, &account.dn);
        assert_eq!(denial(&reset(&admin, anchor).await), state);
        let examined = admin.examine(anchor).await.unwrap();
        assert_eq!(examined.findings[0].what, state);
        assert!(
            examined.findings[0]
                .mend
                .as_ref()
                .unwrap()
                .contains(&anchor.to_string())
        );
    }
}

#[tokio::test]
async fn the_agent_can_do_what_was_delegated_and_its_commands_delegate_it() {
    let samba = Samba::start();
    let inside = samba.user(&Person::new("inside"));
    let sub = samba.ou(&format!("OU=Sub,{}", samba.people()));
    samba.user(&Person::new("deeper").under(&sub));
    let far = samba.ou(r#"OU=Far \"away\"\, $HOME `x`,DC=corp,DC=example,DC=test"#);
    let outside = samba.user(&Person::new("outside").under(&far));
    let directory = directory_of(&samba, samba.service());

    for login in ["inside", "deeper"] {
        let anchor = anchor_of(&directory, login).await;
        let examined = directory.examine(anchor).await.unwrap();
        assert_eq!(examined.findings, [], "{login}");
        assert_eq!(reset(&directory, anchor).await, Outcome::Done);
        samba.kinit(login, NEW).unwrap();
    }
    let anchor = anchor_of(&directory, "outside").await;
    assert_eq!(denial(&reset(&directory, anchor).await), Denial::NoRight);
    assert_eq!(denial(&directory.unlock(anchor).await), Denial::NoRight);
    samba.kinit("outside", &outside.password).unwrap();
    let examined = directory.examine(anchor).await.unwrap();
    assert_eq!(
        (examined.findings[0].what, examined.findings[0].blocks),
        (Denial::NoRight, true)
    );
    // The user's own right is enough to change.
    let outcome = directory
        .change(anchor, &outside.password, "Changed-Pass-1")
        .await;
    assert_eq!(outcome, Outcome::Done);
    samba.kinit("outside", "Changed-Pass-1").unwrap();

    let tree = directory.tree().await.unwrap();
    let unit = |dn: &str| {
        tree.iter()
            .find(|unit| unit.dn.eq_ignore_ascii_case(dn))
            .unwrap()
    };
    assert_eq!(unit(&sub).parent, Some(unit(&samba.people()).anchor));
    let scope = Scope {
        units: vec![guid_of(&samba, &far), unit(&samba.people()).anchor],
        ..Scope::default()
    };
    let rights = directory.rights(&scope).await.unwrap();
    let held: Vec<Option<bool>> = rights.iter().map(|right| right.held).collect();
    let (no, yes) = (Some(false), Some(true));
    assert_eq!(held, [no, no, no, yes, yes, yes, no, no], "{rights:#?}");
    // What stands there for Samba does what it says.
    for right in rights.iter().filter(|right| right.held == Some(false)) {
        if let Some(command) = right.commands.last() {
            run(&samba, command);
        }
    }
    let directory = directory_of(&samba, samba.service());
    let rights = directory.rights(&scope).await.unwrap();
    let held: Vec<Option<bool>> = rights.iter().map(|right| right.held).collect();
    // Samba tells administrators alone what was deleted.
    assert_eq!(held, [yes, yes, yes, yes, yes, yes, no, yes], "{rights:#?}");
    assert_eq!(directory.examine(anchor).await.unwrap().findings, []);
    assert_eq!(reset(&directory, anchor).await, Outcome::Done);
    samba.kinit("outside", NEW).unwrap();

    // "User cannot change password."
    let deny = "(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS)";
    run(
        &samba,
        &format!(
            "samba-tool dsacl set --objectdn=\"{}\" --sddl=\"{deny}\"",
            inside.dn
        ),
    );
    let anchor = anchor_of(&directory, "inside").await;
    assert_eq!(
        denial(&reset(&directory, anchor).await),
        Denial::CannotChange
    );

    // Nothing is taken from the unit any more: the command says so.
    let anchor = anchor_of(&directory, "deeper").await;
    cut_off(&samba, &format!("CN=Test deeper,{sub}"));
    let examined = directory.examine(anchor).await.unwrap();
    let found = &examined.findings[0];
    assert_eq!((found.what, found.blocks), (Denial::NoRight, true));
    let mend = found.mend.as_deref();
    assert_eq!(
        mend,
        Some(format!("dsacls \"CN=Test deeper,{sub}\" /P:N").as_str())
    );
}

/// Has an object take nothing from its unit, as "disable inheritance" does.
fn cut_off(samba: &Samba, dn: &str) {
    let script = "import sys\n\
        from samba.samdb import SamDB\n\
        from samba.auth import system_session\n\
        from samba.param import LoadParm\n\
        from samba.dcerpc import security\n\
        lp = LoadParm()\n\
        lp.load(sys.argv[1] + '/smb.conf')\n\
        db = SamDB(sys.argv[1] + '/private/sam.ldb', session_info=system_session(), lp=lp)\n\
        sid = security.dom_sid(db.get_domain_sid())\n\
        sd = security.descriptor.from_sddl('D:PAI(A;;RPLCLORC;;;AU)', sid)\n\
        db.modify_ldif('dn: ' + sys.argv[2] + '\\nchangetype: modify\\nreplace: nTSecurityDescriptor\\n'\n\
                       'nTSecurityDescriptor: ' + sd.as_sddl(sid) + '\\n', controls=['sd_flags:1:4'])\n";
    let home = samba.ca_file().parent().unwrap().to_owned();
    let output = Command::new("/usr/bin/python3")
        .args(["-c", script])
        .arg(home)
        .arg(dn)
        .output();
    let output = output.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs a command as it was printed, as the owner of the database.
pub(super) fn run(samba: &Samba, command: &str) {
    let home = samba.ca_file().parent().unwrap().to_owned();
    let smb_conf = home.join("smb.conf");
    let command = format!("{command} --configfile={}", smb_conf.display());
    let output = Command::new("sh").args(["-c", &command]).output().unwrap();
    assert!(
        output.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

pub(super) fn guid_of(samba: &Samba, dn: &str) -> Uuid {
    let admin = samba.admin();
    let found = samba
        .ldap()
        .search(admin, dn, "base", "(objectClass=*)", &["objectGUID"]);
    let found = found.unwrap();
    let (_, bytes) = &found[0].attributes[0];
    Uuid::from_bytes_le(bytes.as_slice().try_into().unwrap())
}
