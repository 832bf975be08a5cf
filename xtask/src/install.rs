//! What the tests need beyond a Rust toolchain: found where it is, installed where it isn't.

use std::path::Path;
use std::process::Command;

use keyward_testbed::process::find_program;
use keyward_testbed::{postgres, samba, slapd};

use crate::shell::{Done, cargo, root, run, succeeds};

const POLICY: &str = "/usr/sbin/policy-rc.d";

/// One thing that is needed, what it is for, and how to get it.
struct Need {
    what: &'static str,
    why: &'static str,
    from: Source,
    present: fn() -> bool,
}

enum Source {
    Debian,
    Npm,
    Cargo,
}

const NEEDS: &[Need] = &[
    Need {
        what: "postgresql",
        why: "store tests run on both engines",
        from: Source::Debian,
        present: postgres::is_installed,
    },
    Need {
        what: "python3-aiosmtpd",
        why: "a real SMTP server takes the mail",
        from: Source::Debian,
        present: || succeeds("/usr/bin/python3", &["-c", "import aiosmtpd"]),
    },
    Need {
        what: "samba-ad-dc",
        why: "a real Active Directory is read and written",
        from: Source::Debian,
        present: samba::is_installed,
    },
    Need {
        what: "samba-ad-provision",
        why: "what a new Active Directory is made from",
        from: Source::Debian,
        present: || Path::new("/usr/share/samba/setup/provision.ldif").exists(),
    },
    Need {
        what: "slapd",
        why: "a real OpenLDAP is read and written",
        from: Source::Debian,
        present: slapd::is_installed,
    },
    Need {
        what: "ldap-utils",
        why: "tells what a directory answers, independently of our own client",
        from: Source::Debian,
        present: || find_program("ldapmodify", &[]).is_some(),
    },
    Need {
        what: "krb5-user",
        why: "kinit proves that a password of Active Directory is true",
        from: Source::Debian,
        present: || find_program("kinit", &[]).is_some(),
    },
    Need {
        what: "oathtool",
        why: "shows the codes of an authenticator app, independently of our own",
        from: Source::Debian,
        present: || find_program("oathtool", &[]).is_some(),
    },
    Need {
        what: "zbar-tools",
        why: "reads QR codes off pictures of pages",
        from: Source::Debian,
        present: || find_program("zbarimg", &[]).is_some(),
    },
    Need {
        what: "chromium",
        why: "browser tests",
        from: Source::Debian,
        present: || find_program("chromium", &[]).is_some(),
    },
    Need {
        what: "chromium-driver",
        why: "browser tests",
        from: Source::Debian,
        present: || find_program("chromedriver", &[]).is_some(),
    },
    Need {
        what: "fonts-dejavu-core",
        why: "pages without a font have no text to look at",
        from: Source::Debian,
        present: || Path::new("/usr/share/fonts/truetype").exists(),
    },
    Need {
        what: "npm",
        why: "fetches axe-core",
        from: Source::Debian,
        present: || axe_is_there() || find_program("npm", &[]).is_some(),
    },
    Need {
        what: "axe-core",
        why: "finds what keeps people from using a page",
        from: Source::Npm,
        present: axe_is_there,
    },
    Need {
        what: "cargo-nextest",
        why: "runs the tests",
        from: Source::Cargo,
        present: nextest_is_there,
    },
];

fn axe_is_there() -> bool {
    root()
        .join("testbed/npm/node_modules/axe-core/axe.min.js")
        .exists()
}

fn nextest_is_there() -> bool {
    succeeds("cargo", &["nextest", "--version"])
}

/// Installs what is missing, and says what; with `skip` it only says.
pub(crate) fn everything(skip: bool) -> Done {
    let missing = missing(|_| true);
    if missing.is_empty() {
        eprintln!("install: nothing is missing");
        return Ok(());
    }
    if skip {
        eprintln!(
            "install: left as it is (--skip-install): tests that need it will fail and say so"
        );
        if !nextest_is_there() {
            return Err(
                "without cargo-nextest no test runs: cargo install cargo-nextest --locked".into(),
            );
        }
        return Ok(());
    }
    let without = ", or go on without: cargo xtask test --skip-install";
    install(&missing, without)
}

/// The same for these of Debian's packages, which nothing goes on without.
pub(crate) fn packages(names: &[&str], skip: bool) -> Done {
    let missing = missing(|need| names.contains(&need.what));
    if missing.is_empty() {
        return Ok(());
    }
    if skip {
        let names = names_of(&missing).join(" ");
        return Err(format!(
            "not installed here: {names}; with Debian: apt-get install {names}"
        ));
    }
    install(&missing, "")
}

/// What is missing among those that are wanted, after saying so.
fn missing(wanted: impl Fn(&Need) -> bool) -> Vec<&'static Need> {
    let wanted = NEEDS.iter().filter(|need| wanted(need));
    let missing: Vec<_> = wanted.filter(|need| !(need.present)()).collect();
    for need in &missing {
        eprintln!("install: {} is missing ({})", need.what, need.why);
    }
    missing
}

fn names_of(needs: &[&Need]) -> Vec<&'static str> {
    needs.iter().map(|need| need.what).collect()
}

fn install(missing: &[&Need], without: &str) -> Done {
    let (debian, others): (Vec<&Need>, Vec<&Need>) = missing
        .iter()
        .partition(|need| matches!(need.from, Source::Debian));
    if !debian.is_empty() {
        from_debian(&names_of(&debian), without)?;
    }
    for need in others {
        match need.from {
            Source::Debian => {}
            Source::Npm => run(Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(root().join("testbed/npm")))?,
            Source::Cargo => run(&mut cargo(&["install", need.what, "--locked"]))?,
        }
    }
    match missing.iter().find(|need| !(need.present)()) {
        Some(need) => Err(format!(
            "{} was installed but is still not found",
            need.what
        )),
        None => Ok(()),
    }
}

/// Whether we are root, who may take ports below 1024 and install packages.
pub(crate) fn is_root() -> bool {
    succeeds("/bin/sh", &["-c", "test \"$(/usr/bin/id -u)\" = 0"])
}

fn from_debian(packages: &[&str], without: &str) -> Done {
    let by_hand = format!(
        "install them by hand (Debian's names: {}){without}",
        packages.join(" ")
    );
    if find_program("apt-get", &[]).is_none() {
        return Err(format!("this machine has no apt-get: {by_hand}"));
    }
    let root = is_root();
    if !root && !succeeds("sudo", &["-n", "true"]) {
        return Err(format!("only root may install packages here: {by_hand}"));
    }
    // Tests start their own servers: installing PostgreSQL must not leave one running on somebody's machine.
    let quiet = root && !Path::new(POLICY).exists();
    if quiet {
        let written = std::fs::write(POLICY, "#!/bin/sh\nexit 101\n");
        written.map_err(|error| format!("{POLICY}: {error}"))?;
        run(Command::new("chmod").args(["755", POLICY]))?;
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
            .args(["-o", "DPkg::Lock::Timeout=300", "-qq"])
            .args(arguments)
            // Whoever reads our output reads what we say, not what apt-get does.
            .stdout(std::io::stderr());
        run(&mut command)
    };
    let install = ["install", "-y", "--no-install-recommends"];
    let done = apt(&["update"]).and_then(|()| apt(&[&install, packages].concat()));
    if quiet {
        drop(std::fs::remove_file(POLICY));
    }
    done.map_err(|error| format!("{error}; {by_hand}"))
}
