//! The accounts of these tests: registered, in scope, each with a mailbox and a phone of their own.

use crate::world::{WAIT, World, demo_data, keyward};
use keyward_testbed::postgres::Postgres;

/// How many accounts are made.
pub(crate) const PEOPLE: usize = 6;

/// Limits that no amount of starting again reaches: they have tests of their own.
const GENEROUS: [(&str, &str); 4] = [
    ("KEYWARD_LIMITS_PROOF_FAILURES", "100"),
    ("KEYWARD_LIMITS_SMS_PER_HOUR", "100"),
    ("KEYWARD_LIMITS_MAILS_PER_TEN_MINUTES", "100"),
    ("KEYWARD_LIMITS_LOCKOUT_THRESHOLD", "100"),
];

/// One of them, and what their password is and was.
#[derive(Debug)]
pub(crate) struct Resetter {
    pub(crate) upn: String,
    pub(crate) mail: String,
    pub(crate) phone: String,
    /// Every password that was set, the newest last. The first account's own is unknown.
    pub(crate) passwords: Vec<String>,
}

impl Resetter {
    pub(crate) fn new(n: usize) -> Self {
        Self {
            upn: format!("person{n}@contoso.example"),
            mail: format!("person{n}@home.example"),
            phone: format!("+4915123456{n:03}"),
            passwords: Vec::new(),
        }
    }
}

/// The demo's organisation with these accounts in it.
pub(crate) fn organisation() -> World {
    World::of_demo(&accounts(), &GENEROUS)
}

/// The same with these settings.
pub(crate) fn organisation_with(settings: &[(&'static str, &'static str)]) -> World {
    World::of_demo(&accounts(), &[&GENEROUS, settings].concat())
}

/// The same on a PostgreSQL of its own, moved there as an operator would: by backup and restore.
pub(crate) fn organisation_on_postgres() -> World {
    let (folder, postgres) = (demo_data(&accounts()), Postgres::start());
    let data = folder.path().join("data");
    let file = folder.path().join("backup");
    for (url, arguments) in [
        ("", &["backup"][..]),
        (postgres.url(), &["restore", "--yes"]),
    ] {
        let mut run = keyward(&data)
            .args(arguments)
            .arg(&file)
            .env("KEYWARD_PUBLIC_URL", "http://127.0.0.1")
            .env("KEYWARD_DATABASE_URL", url)
            .spawn();
        assert!(run.wait(WAIT).success(), "{:?}", run.lines());
    }
    World::with(folder, &GENEROUS, Some(postgres))
}

/// SQL that makes the accounts: copies of one who is registered.
fn accounts() -> String {
    let mut sql = vec!["UPDATE users SET mail = NULL".to_owned()];
    for n in 0..PEOPLE {
        let who = Resetter::new(n);
        let (upn, mail, phone) = (&who.upn, &who.mail, &who.phone);
        let brian = "(SELECT id FROM users WHERE upn_key = 'brian@contoso.example')";
        let me = format!("(SELECT id FROM users WHERE upn_key = '{upn}')");
        sql.push(format!(
            "INSERT INTO users (tenant_id, id, upn, upn_key, display_name, name_key, enabled, must_change_password,
             credential_epoch, registration_confirmed_at, created_at)
             SELECT tenant_id, randomblob(16), '{upn}', '{upn}', 'Person {n}', 'person {n}', enabled, 0, 0,
             registration_confirmed_at, created_at FROM users WHERE id = {brian}"
        ));
        sql.push(format!(
            "INSERT INTO group_members SELECT tenant_id, group_id, kind, {me} FROM group_members WHERE member_id = {brian}"
        ));
        sql.push(format!(
            "INSERT INTO methods (tenant_id, id, user_id, kind, destination, destination_key, origin, created_at)
             SELECT tenant_id, randomblob(16), {me}, kind,
             CASE kind WHEN 'email' THEN '{mail}' ELSE '{phone}' END,
             CASE kind WHEN 'email' THEN '{mail}' ELSE '{phone}' END, origin, created_at
             FROM methods WHERE user_id = {brian}"
        ));
    }
    sql.join(";")
}
