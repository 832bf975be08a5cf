//! The writeback doctor: would a reset of this user, or of everybody, succeed?

use crate::browser::encoded;
use crate::site::Site;
use keyward_app::testing::{Options, TestAgent, TestApp};
use keyward_core::ids::UserId;
use keyward_core::policy::{Gates, Scope};
use keyward_core::role::Role;
use keyward_core::time::minutes;
use keyward_wire::link::Task;
use keyward_wire::outcome::{Denial, Examination, Finding, Outcome, PasswordPolicy};
use std::time::Duration;
use uuid::Uuid;

const DOCTOR: &str = "/admin/connect/doctor";
const EXPORT: &str = "/admin/connect/doctor/examinations.csv";

async fn corp(patience: Duration) -> (Site, TestAgent, UserId) {
    let mut options = Options::default();
    options.settings.directory_patience = patience;
    let site = Site::with(options).await;
    let agent = site.agent(1).await;
    site.directory_policies(&[TestApp::directory_policy(None, 6)])
        .await;
    let carl = Uuid::from_u128(0xca);
    let carl = site
        .directory_person("carl@corp.contoso.example", carl, false)
        .await;
    site.register_mail(carl, "carl@home.example").await;
    site.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
    })
    .await;
    site.ignore_messages().await;
    (site, agent, carl)
}

fn found(findings: Vec<Finding>) -> Outcome {
    Outcome::Examined(Examination {
        findings,
        policy: PasswordPolicy {
            name: Some("Executives".into()),
            min_length: 15,
            complexity: true,
            history: 24,
            min_age_s: 86_400,
            lockout_threshold: 6,
            ..PasswordPolicy::default()
        },
        password_set_at: Some(1_700_000_000_000_000),
        dn: "CN=<i>Carl</i>,OU=Staff,DC=corp".into(),
    })
}

fn lacks_right(_: &Task, _: &[String]) -> Outcome {
    found(vec![
        Finding {
            what: Denial::NoRight,
            blocks: true,
            mend: Some(
                r#"dsacls "OU=<b>Staff</b>,DC=corp" /G "svc:CA;Reset Password;user""#.into(),
            ),
        },
        Finding {
            what: Denial::Locked,
            blocks: false,
            mend: None,
        },
    ])
}

fn fine(_: &Task, _: &[String]) -> Outcome {
    found(Vec::new())
}

#[tokio::test]
async fn one_press_says_whether_a_reset_would_work_and_what_mends_it() {
    let (site, agent, carl) = corp(Duration::from_secs(20)).await;
    let mut desk = site.as_admin(Role::HybridIdentityAdministrator).await;
    let user = format!("/admin/users/{carl}");
    let page = format!("{user}/examine");
    desk.get(&user)
        .await
        .says("Would a reset work?")
        .form(&page);
    desk.get(&page)
        .await
        .says("Nobody has looked yet")
        .form(&page);
    let asked = desk.post(&page, &[]);
    site.answered(&agent, lacks_right, asked).await.leads(&page);
    let shown = desk.get(&page).await.expect(200);
    let shown = shown
        .says("This is how it is just now")
        .says("No. A reset would fail now")
        .says("lacks a right on this object")
        .says(r#"dsacls "OU=<b>Staff</b>,DC=corp" /G "svc:CA;Reset Password;user""#)
        .says("locked after wrong passwords")
        .says("CN=<i>Carl</i>,OU=Staff,DC=corp")
        .says("Executives")
        .says("At least 15 characters")
        .says("At least 24 hours between two changes")
        .says("Locked after 6 wrong passwords")
        .says("2023-11-14");
    assert!(
        !shown.body.contains("<b>Staff") && !shown.body.contains("<i>Carl"),
        "what an agent says is text"
    );
    let asked = desk.post(&page, &[]);
    site.answered(&agent, fine, asked).await.leads(&page);
    let shown = desk.get(&page).await;
    shown
        .says("Yes. A reset would succeed now")
        .says("Look again");
    let mut german = desk.clone().sending("accept-language", "de");
    german
        .get(&page)
        .await
        .says("Ein Zurücksetzen gelänge jetzt");
    site.ignore_messages().await;
}

#[tokio::test]
async fn whoever_asks_too_early_is_told_to_look_again() {
    let (site, agent, carl) = corp(Duration::ZERO).await;
    let mut desk = site.as_admin(Role::GlobalAdministrator).await;
    let page = format!("/admin/users/{carl}/examine");
    desk.get(&page).await;
    desk.post(&page, &[]).await.leads(&page);
    desk.get(&page)
        .await
        .says("The agent has not answered yet")
        .says("Nobody has looked yet");
    agent.serve(&site, fine).await;
    desk.get(&page).await.says("Yes. A reset would succeed now");
    site.advance(minutes(2));
    desk.post(&page, &[]).await.leads(&page);
    desk.get(&page)
        .await
        .says("No agent of this directory was heard");
    site.ignore_messages().await;
}

// case: AZ-01, ID-01, CS-06
#[tokio::test]
async fn others_neither_ask_nor_see() {
    let (site, agent, carl) = corp(Duration::ZERO).await;
    let page = format!("/admin/users/{carl}/examine");
    let mut reader = site.as_admin(Role::GlobalReader).await;
    let shown = reader.get(&page).await.expect(200);
    assert!(!shown.body.contains(&format!("action=\"{page}\"")));
    reader.post(&page, &[]).await.expect(403);
    reader.get(DOCTOR).await.expect(200);
    reader.post(DOCTOR, &[]).await.expect(403);
    reader.get(EXPORT).await.expect(200);
    let mut helper = site.as_admin(Role::HelpdeskAdministrator).await;
    let user = helper
        .get(&format!("/admin/users/{carl}"))
        .await
        .expect(200);
    assert!(!user.body.contains(&page));
    for path in [page.as_str(), DOCTOR, EXPORT] {
        helper.get(path).await.expect(403);
    }
    for path in [page.as_str(), DOCTOR] {
        helper.post(path, &[]).await.expect(403);
    }
    // An administrator of another organisation finds nobody, and everybody of theirs: that is nobody too.
    let other = site.organisation("Fabrikam", "fabrikam.example").await;
    let eve = site.person(other, "eve@fabrikam.example").await;
    let mut tx = site.db.write(other).await.unwrap();
    tx.assign_role(eve, Role::GlobalAdministrator)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut eve = site.as_user_of(other, eve).await;
    eve.get("/account").await;
    eve.get(&page).await.expect(404);
    eve.post(&page, &[]).await.expect(404);
    // Without the token of the form nothing is asked.
    let mut desk = site.as_admin(Role::GlobalAdministrator).await;
    desk.get(&page).await;
    for path in [page.as_str(), DOCTOR] {
        let request = desk.raw_form(path, encoded(&[("csrf", "")]));
        desk.send(request).await.expect(403);
    }
    assert_eq!(agent.serve(&site, fine).await, 0);
    assert!(
        desk.get(DOCTOR)
            .await
            .text()
            .contains("Nobody has looked yet")
    );
    // Nobody here can be asked about who lives here.
    let here = site.user("here").await;
    let page = format!("/admin/users/{here}/examine");
    desk.get(&page).await.expect(404);
    desk.post(&page, &[]).await.expect(404);
    site.ignore_messages().await;
}

// case: AZ-01, ID-01, CS-06
#[tokio::test]
async fn synchronising_is_asked_for_on_the_page_of_runs() {
    let (site, agent, _) = corp(Duration::from_secs(20)).await;
    let runs = "/admin/connect/runs";
    let directory = TestApp::directory().to_string();
    let form = |how: &'static str| [("directory", directory.clone()), ("do", how.to_owned())];
    let mut desk = site.as_admin(Role::HybridIdentityAdministrator).await;
    desk.get(runs).await.says("Synchronize now").says("Preview");
    let begun = |_: &Task, _: &[String]| Outcome::Started;
    for how in ["changes", "preview", "full"] {
        let fields = form(how);
        let fields = [("directory", &*fields[0].1), ("do", &*fields[1].1)];
        let asked = desk.post(runs, &fields);
        site.answered(&agent, begun, asked).await.leads(runs);
        desk.get(runs).await.says("The agent begins");
    }
    let changes = [("directory", directory.as_str()), ("do", "changes")];
    let no = |_: &Task, _: &[String]| Outcome::refused(Denial::SwitchedOff);
    let asked = desk.post(runs, &changes);
    let page = site.answered(&agent, no, asked).await;
    page.expect(503).says("The agent would not begin");
    desk.post(runs, &[("directory", directory.as_str()), ("do", "x")])
        .await
        .expect(404);
    let unknown = Uuid::from_u128(7).to_string();
    desk.post(runs, &[("directory", unknown.as_str()), ("do", "full")])
        .await
        .expect(404);
    let mut reader = site.as_admin(Role::GlobalReader).await;
    let shown = reader.get(runs).await.expect(200);
    assert!(!shown.body.contains("value=\"preview\""));
    reader.post(runs, &changes).await.expect(403);
    let request = desk.raw_form(runs, encoded(&[("csrf", ""), changes[0], changes[1]]));
    desk.send(request).await.expect(403);
    site.advance(minutes(2));
    let page = desk.post(runs, &changes).await.expect(503);
    page.says("No agent of this directory could be asked");
    assert_eq!(agent.serve(&site, fine).await, 0);
    site.ignore_messages().await;
}

async fn step(site: &Site, agent: &TestAgent, answer: impl Fn(&Task, &[String]) -> Outcome) {
    site.step_round(site.tenant).await.unwrap();
    agent.serve(site, answer).await;
    site.step_round(site.tenant).await.unwrap();
}

#[tokio::test]
async fn everybody_is_examined_and_counted_by_reason() {
    let (site, agent, _) = corp(Duration::ZERO).await;
    for n in 0..3u128 {
        let upn = format!("crowd{n}@corp.contoso.example");
        let id = site
            .directory_person(&upn, Uuid::from_u128(n + 1), false)
            .await;
        site.register_mail(id, &format!("crowd{n}@home.example"))
            .await;
    }
    let mut desk = site.as_admin(Role::HybridIdentityAdministrator).await;
    desk.get(DOCTOR).await.says("Nobody has looked yet");
    desk.post(DOCTOR, &[]).await.leads(DOCTOR);
    desk.get(DOCTOR)
        .await
        .says("The examination has begun")
        .says("Under way: 0 of 4 users");
    desk.post(DOCTOR, &[]).await.leads(DOCTOR);
    desk.get(DOCTOR).await.says("under way already");
    step(&site, &agent, |task, words| match task.job {
        keyward_wire::link::Job::Examine { anchor } if anchor.as_u128() == 1 => {
            lacks_right(task, words)
        }
        _ => fine(task, words),
    })
    .await;
    let page = desk.get(DOCTOR).await;
    page.says("3 of 4 would succeed")
        .says("lacks a right on this object")
        .says("One user");
    let because = format!("{DOCTOR}/because/directory-no-right");
    let page = desk.get(&because).await.expect(200);
    let page = page.says("crowd0@corp.contoso.example");
    assert!(!page.text().contains("crowd1@"), "{}", page.text());
    desk.get(&format!("{DOCTOR}/because/directory-protected"))
        .await
        .says("Nobody");
    desk.get(&format!("{DOCTOR}/because/nonsense"))
        .await
        .expect(404);
    let file = desk.get(EXPORT).await.expect(200);
    assert_eq!(file.body.lines().count(), 5, "{}", file.body);
    assert!(
        file.body
            .contains("\"directory-no-right directory-locked\"")
    );
    // Away: it stops with what it has.
    site.advance(minutes(2));
    desk.post(DOCTOR, &[]).await.leads(DOCTOR);
    site.step_round(site.tenant).await.unwrap();
    desk.get(DOCTOR)
        .await
        .says("It stopped after 0 of 4 users")
        .says("No agent of this directory was heard");
    site.ignore_messages().await;
}
