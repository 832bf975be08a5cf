//! What somebody meets whose password lives in a directory.

use crate::browser::Browser;
use crate::site::Site;
use keyward_app::testing::{Options, TestAgent, TestApp};
use keyward_core::ids::UserId;
use keyward_core::policy::{Gates, Scope};
use keyward_core::time::minutes;
use keyward_wire::link::{Job, Task};
use keyward_wire::outcome::{Denial, Outcome};
use std::time::Duration;
use uuid::Uuid;

const CORP: &str = "carl@corp.contoso.example";
const MAIL: &str = "carl@home.example";
const OLD: &str = "Canary-of-the-old-1";
const GOOD: &str = "A-brand-new-canary-2";

async fn corp(patience: Duration) -> (Site, TestAgent, UserId) {
    let mut options = Options::default();
    options.settings.directory_patience = patience;
    let site = Site::with(options).await;
    let agent = site.agent(1).await;
    site.ignore_messages().await;
    site.directory_policies(&[TestApp::directory_policy(None, 6)])
        .await;
    let carl = site
        .directory_person(CORP, Uuid::from_u128(0xca), false)
        .await;
    site.register_mail(carl, MAIL).await;
    site.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
        p.on_premises.unlock_without_reset = false;
    })
    .await;
    for secret in [OLD, GOOD] {
        site.plant(secret);
    }
    (site, agent, carl)
}

async fn proved(site: &Site) -> Browser<'_> {
    let mut browser = site.browser();
    browser.begin(CORP).await.leads("/reset/verify");
    browser.send_mail().await.leads("/reset/code");
    let code = site.code_to(MAIL).await;
    browser.type_code(&code).await.leads("/reset/password");
    browser
}

fn no(why: Denial) -> Outcome {
    Outcome::refused(why)
}

// case: AD-10
#[tokio::test]
async fn ad_10_the_form_comes_back_with_the_directorys_own_reason() {
    let (site, agent, _) = corp(Duration::from_secs(20)).await;
    let mut browser = proved(&site).await;
    let page = browser.get("/reset/password").await.expect(200);
    let page = page
        .says("What your new password must be")
        .says("12 characters or more asked by your organization")
        .says("12 characters or more asked by its directory");
    page.says("Three of these").says("None of your last 24");
    let says = |_: &Task, _: &[String]| no(Denial::History);
    let page = site.answered(&agent, says, browser.choose(GOOD)).await;
    page.expect(422).says("used this password before");
    // It is there after a reload, too, and the same proof counts.
    let page = browser.get("/reset/password").await;
    page.expect(200).says("used this password before");
    let done = |_: &Task, _: &[String]| Outcome::Done;
    let page = site.answered(&agent, done, browser.choose(GOOD)).await;
    page.leads("/reset/done");
    browser.get("/reset/done").await.expect(200);
    site.ignore_messages().await;
}

// case: AD-01, S79
#[tokio::test]
async fn ad_01_what_no_password_mends_ends_the_reset_with_its_reason() {
    let (site, agent, _) = corp(Duration::from_secs(20)).await;
    let mut browser = proved(&site).await;
    let says = |_: &Task, _: &[String]| no(Denial::Protected);
    let page = site.answered(&agent, says, browser.choose(GOOD)).await;
    page.expect(422).says("specially protected");
    let page = browser.get("/reset/wait").await;
    page.expect(422).says("specially protected");
}

// case: WB-08
#[tokio::test]
async fn wb_08_a_page_that_looks_again_by_itself_waits_for_a_slow_directory() {
    let (site, agent, _) = corp(Duration::ZERO).await;
    let mut browser = proved(&site).await;
    browser.choose(GOOD).await.leads("/reset/wait");
    let page = browser.get("/reset/wait").await.expect(200);
    assert_eq!(page.header("refresh"), "2");
    assert!(
        !page.body.contains("http-equiv"),
        "a header, which no policy has to allow"
    );
    page.says("Just a moment");
    // Back, another tab, once more: all lead to the same place.
    for path in [
        "/reset/password",
        "/reset/verify",
        "/reset/code",
        "/reset/done",
        "/reset/unlock",
    ] {
        browser.get(path).await.leads("/reset/wait");
    }
    let twice = [("password", GOOD), ("confirm", GOOD)];
    browser
        .post("/reset/password", &twice)
        .await
        .leads("/reset/wait");
    assert_eq!(agent.serve(&site, |_, _| Outcome::Done).await, 1);
    browser.get("/reset/wait").await.leads("/reset/done");
    site.ignore_messages().await;
}

// case: WB-01
#[tokio::test]
async fn wb_01_what_is_unknown_is_told_in_both_languages() {
    let (site, agent, _) = corp(Duration::ZERO).await;
    let mut browser = proved(&site).await;
    browser.choose(GOOD).await.leads("/reset/wait");
    let lost = |_: &Task, _: &[String]| Outcome::Unknown {
        message: "cut".into(),
    };
    agent.serve(&site, lost).await;
    let page = browser.get("/reset/wait").await.expect(200);
    assert_eq!(page.header("refresh"), "", "nothing comes by itself");
    page.says("We don't know yet")
        .says("Try to sign in with the new password first");
    let mut german = browser.clone().sending("accept-language", "de");
    let page = german.get("/reset/wait").await;
    page.says("Das wissen wir noch nicht")
        .says("mit dem neuen Kennwort anzumelden");
}

// case: AG-22, EN-04, F-01
#[tokio::test]
async fn ag_22_the_first_screen_says_that_the_directory_is_away() {
    let (site, _agent, _) = corp(Duration::ZERO).await;
    site.advance(minutes(10));
    let mut seen = Vec::new();
    for name in [CORP, "nobody@corp.contoso.example"] {
        let mut browser = site.browser();
        let reset = browser.begin(name).await.expect(503);
        let reset = reset
            .says("directory can't be reached")
            .text()
            .replace(name, "NAME");
        let mut browser = site.browser();
        let entry = browser.sign_in(name, OLD).await.expect(503);
        let entry = entry
            .says("directory can't be reached")
            .text()
            .replace(name, "NAME");
        seen.push((reset, entry));
    }
    // The sum that robots get wrong differs from page to page.
    let sums = |text: &str| {
        text.lines()
            .filter(|l| !l.contains('?'))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(sums(&seen[0].0), sums(&seen[1].0));
    assert_eq!(seen[0].1, seen[1].1);
}

// case: AD-11
#[tokio::test]
async fn a_password_that_must_be_changed_is_changed_while_one_waits() {
    let (site, agent, carl) = corp(Duration::from_secs(20)).await;
    let says = |task: &Task, _: &[String]| match task.job {
        Job::Verify { .. } => no(Denial::MustChange),
        _ => Outcome::Done,
    };
    let mut browser = site.browser();
    let page = site
        .answered(&agent, says, browser.sign_in(CORP, OLD))
        .await;
    page.leads("/signin/change");
    let page = browser.get("/signin/change").await.expect(200);
    page.says("What your new password must be");
    let twice = [("password", GOOD), ("confirm", GOOD)];
    let changed = browser.post("/signin/change", &twice);
    site.answered(&agent, says, changed).await.expect(303);
    browser.get("/account").await.expect(200);
    site.ignore_messages().await;
    // And where the first page gave up.
    let again = |_: &Task, _: &[String]| no(Denial::Expired);
    let mut late = site.browser();
    let page = site.answered(&agent, again, late.sign_in(CORP, GOOD)).await;
    page.leads("/signin/change");
    late.get("/signin/change/wait")
        .await
        .leads("/signin/change");
    let _ = carl;
}

#[tokio::test]
async fn a_change_that_takes_long_is_waited_for() {
    let (site, agent, carl) = corp(Duration::ZERO).await;
    let mut browser = site.as_user(carl).await;
    browser
        .get("/account/password/wait")
        .await
        .leads("/account/password");
    let page = browser.get("/account/password").await.expect(200);
    page.says("What your new password must be");
    let fields = [("current", OLD), ("password", GOOD), ("confirm", GOOD)];
    let page = browser.post("/account/password", &fields).await;
    page.leads("/account/password/wait");
    let page = browser.get("/account/password/wait").await.expect(200);
    assert_eq!(page.header("refresh"), "2");
    agent.serve(&site, |_, _| no(Denial::WrongPassword)).await;
    let page = browser.get("/account/password/wait").await;
    page.expect(422).says("isn't your current password");
    site.advance(Duration::from_secs(1));
    browser
        .post("/account/password", &fields)
        .await
        .leads("/account/password/wait");
    agent.serve(&site, |_, _| Outcome::Done).await;
    browser
        .get("/account/password/wait")
        .await
        .leads("/account/password/done");
    site.ignore_messages().await;
    // Switched off, nobody types anything for nothing.
    site.set_policy(|p| p.on_premises.writeback = false).await;
    let page = browser.get("/account/password").await.expect(200);
    assert!(page.forms().iter().all(|f| f.action != "/account/password"));
    page.says("can't be set here");
}
