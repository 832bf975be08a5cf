//! Words that several modules use.

use keyward_app::testing::{Engine, TestApp};
use keyward_app::{App, Error, Result};
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, KindCode, Scope};
use keyward_core::refusal::Refusal;
use std::future::Future;

pub(crate) const ADA: &str = "ada@contoso.example";
pub(crate) const PHONE: &str = "+4915112345634";
pub(crate) const MAIL: &str = "ada@home.example";
pub(crate) const NEW: &str = "a brand new pass phrase";

pub(crate) async fn on_sqlite() -> TestApp {
    TestApp::on(Engine::Sqlite).await
}

pub(crate) async fn on_postgres() -> TestApp {
    TestApp::on(Engine::Postgres).await
}

/// The refusal that something must end in.
pub(crate) fn refused<T>(result: Result<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        Err(fault) => panic!("a refusal, not a fault: {fault}"),
        Ok(_) => panic!("it was not refused"),
    }
}

/// Its code.
pub(crate) fn code_of<T>(result: Result<T>) -> &'static str {
    match result {
        Ok(_) => "ok",
        other => refused(other).code(),
    }
}

/// Ada, registered with a phone and a mailbox; reset is on for everybody.
pub(crate) async fn ada(app: &TestApp, gates: Gates) -> UserId {
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = gates;
        p.methods = [MethodKind::MobilePhone, MethodKind::Email]
            .map(KindCode)
            .into();
    })
    .await;
    let ada = app.user("ada").await;
    app.register_phone(ada, PHONE).await;
    app.register_mail(ada, MAIL).await;
    ada
}

/// A code that is certainly another one.
pub(crate) fn other_than(code: &str) -> String {
    let flipped = if code.ends_with('7') { '8' } else { '7' };
    format!("{}{flipped}", &code[..code.len() - 1])
}

/// Starts `n` of something at the same instant, half of them on another node, and waits for all.
pub(crate) async fn at_once<T, F>(app: &TestApp, n: usize, one: impl Fn(App, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let other = app.node(0).await;
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(n));
    let mut running = tokio::task::JoinSet::new();
    for i in 0..n {
        let node = if i % 2 == 0 {
            app.app.clone()
        } else {
            other.clone()
        };
        let (barrier, task) = (barrier.clone(), one(node, i));
        running.spawn(async move {
            barrier.wait().await;
            task.await
        });
    }
    let all = running.join_all().await;
    other.db.close().await;
    all
}
