//! The watch that [`TestApp`] keeps when it is dropped.

use crate::help::{ADA, MAIL, ada};
use keyward_app::testing::TestApp;
use keyward_core::method::MethodKind;
use keyward_core::policy::Gates;

async fn with_code_on_its_way() -> TestApp {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    app
}

#[tokio::test]
#[should_panic(expected = "1 jobs were never run")]
async fn jobs_that_nobody_ran_fail_a_test() {
    drop(with_code_on_its_way().await);
}

#[tokio::test]
#[should_panic(expected = "nobody looked at")]
async fn mails_that_nobody_looked_at_fail_a_test() {
    let app = with_code_on_its_way().await;
    app.settle().await;
    drop(app);
}

#[tokio::test]
#[should_panic(expected = "a secret stands in the log")]
async fn a_code_in_a_log_line_fails_a_test() {
    let app = with_code_on_its_way().await;
    let code = app.code_to(MAIL).await;
    tracing::debug!(target: "keyward_app", %code, "sent");
    drop(app);
}
