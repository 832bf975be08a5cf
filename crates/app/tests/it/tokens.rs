//! Hardware tokens: imported, activated by a code, used, taken back and given to the next.

use crate::help::{ADA, MAIL, NEW, ada, at_once, code_of, refused};
use keyward_app::Principal;
use keyward_app::data::WhichTokens as Which;
use keyward_app::testing::{Engine, TestApp};
use keyward_core::audit::Activity;
use keyward_core::ids::{TokenId, UserId};
use keyward_core::method::MethodKind::{AuthenticatorApp, Email};
use keyward_core::method::Origin;
use keyward_core::policy::{Gates, KindCode};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::{minutes, seconds};
use keyward_core::token::Fault;
use keyward_core::totp::{Algorithm, Shape};

const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const OTHER: &str = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U";
const HEADER: &str = "upn,serial number,secret key,time interval,manufacturer,model,hash function";

/// A token that shows a code for a minute, made by SHA-256.
const SLOW: Shape = Shape {
    seconds: 60,
    algorithm: Algorithm::Sha256,
};

on_both_engines!(
    a_file_is_imported_whole_or_not_at_all,
    its_owner_activates_it_and_resets_with_it,
    ot_13_a_step_is_taken_once_whoever_has_the_token_next,
);

async fn ada_with_apps(app: &TestApp) -> (UserId, Principal) {
    let ada = ada(app, Gates::Two).await;
    app.set_policy(|p| p.methods = [AuthenticatorApp, Email].map(KindCode).into())
        .await;
    (ada, app.admin(Role::AuthenticationAdministrator).await)
}

/// Imports lines; the tokens by their serial numbers.
async fn import(app: &TestApp, boss: &Principal, lines: &[&str]) -> Vec<TokenId> {
    let file = format!("{HEADER}\n{}", lines.join("\n"));
    let done = app.import_tokens(&app.ctx(), boss, &file).await.unwrap();
    assert_eq!(done, Ok(lines.len()));
    let all = app.tokens(boss, Which::All, "").await.unwrap();
    all.into_iter().map(|t| t.id).collect()
}

fn secret(code: &str) -> Secret {
    Secret::new(code.into())
}

async fn a_file_is_imported_whole_or_not_at_all(app: &TestApp) {
    let (_, boss) = ada_with_apps(app).await;
    app.user("bob").await;
    app.admin(Role::GlobalAdministrator).await;
    let file = [
        HEADER.to_owned(),
        format!("{ADA},1001,{SEED},30,Feitian,c200,"),
        format!("carol@contoso.example,1002,{SEED},30,Feitian,c200,"),
        format!("global-administrator@contoso.example,1003,{SEED},30,Feitian,c200,"),
        // Base 32 that ends in the middle of a byte.
        format!(",1004,{SEED}AB,30,Feitian,c200,"),
    ];
    let faults = app
        .import_tokens(&app.ctx(), &boss, &file.join("\n"))
        .await
        .unwrap();
    let expected = vec![
        (3, Fault::Unknown),
        (4, Fault::NotAllowed),
        (5, Fault::Secret),
    ];
    assert_eq!(faults, Err(expected));
    assert!(app.tokens(&boss, Which::All, "").await.unwrap().is_empty());
    import(
        app,
        &boss,
        &[&format!("{ADA},1001,{SEED},30,Feitian,c200,")],
    )
    .await;
    let twice = format!("{HEADER}\n,1001,{SEED},30,x,y,");
    let faults = app.import_tokens(&app.ctx(), &boss, &twice).await.unwrap();
    assert_eq!(faults, Err(vec![(2, Fault::Taken)]));
    let spare = format!("BOB@contoso.example,1005,{OTHER},60,x,y,SHA256");
    import(app, &boss, &[&spare, &format!(",1006,{OTHER},30,x,y,")]).await;
    for (which, begins, found) in [
        (Which::All, "", 3),
        (Which::All, "100", 3),
        (Which::All, "Bob", 1),
        (Which::All, "0", 0),
        (Which::All, "%", 0),
        (Which::Unassigned, "", 1),
        (Which::Assigned, "", 2),
        (Which::Activated, "", 0),
    ] {
        let tokens = app.tokens(&boss, which, begins).await.unwrap();
        assert_eq!(tokens.len(), found, "{which:?} {begins}");
    }
    // No secret is readable in the database.
    let rows = app.dump().await;
    assert!(!rows.contains(SEED) && !rows.contains(OTHER));
    let events = app.events().await;
    let imports = events
        .iter()
        .filter(|e| e.activity == Activity::TokensImported);
    assert_eq!(imports.count(), 2);

    // Nobody else imports, or sees any.
    let helper = app.admin(Role::HelpdeskAdministrator).await;
    let tried = app.import_tokens(&app.ctx(), &helper, &twice).await;
    assert_eq!(code_of(tried), "not-allowed");
    assert_eq!(
        code_of(app.tokens(&helper, Which::All, "").await),
        "not-allowed"
    );
}

async fn its_owner_activates_it_and_resets_with_it(app: &TestApp) {
    let (ada, boss) = ada_with_apps(app).await;
    let lines = [
        format!("{ADA},2001,{OTHER},60,Feitian,c300,SHA256"),
        format!(",2002,{SEED},30,Feitian,c200,"),
    ];
    let tokens = import(app, &boss, &[&lines[0], &lines[1]]).await;
    let me = app.session_of(ada).await;
    let mine = app.my_tokens(&me).await.unwrap();
    assert_eq!(mine.len(), 1);
    let typed = secret(&app.token_code(OTHER, SLOW, 0));
    let unproved = app
        .activate_my_token(&app.ctx(), &me, tokens[0], &typed)
        .await;
    assert_eq!(refused(unproved), Refusal::FreshProofNeeded);
    let methods = app.my_account(&me).await.unwrap().methods;
    let mail = methods.iter().find(|m| m.kind() == Email).unwrap();
    app.send_step_up(&app.ctx(), &me, mail.id).await.unwrap();
    let code = secret(&app.code_to(MAIL).await);
    app.answer_step_up(&app.ctx(), &me, &code).await.unwrap();
    let me = app.again(&me).await;
    let other = app
        .activate_my_token(&app.ctx(), &me, tokens[1], &typed)
        .await;
    assert_eq!(refused(other), Refusal::NotFound, "nobody gave it to her");
    for wrong in ["000000", "", &app.token_code(OTHER, SLOW, 2)] {
        let tried = app
            .activate_my_token(&app.ctx(), &me, tokens[0], &secret(wrong))
            .await;
        assert_eq!(refused(tried), Refusal::AppCodeWrong, "{wrong}");
    }
    // A clock that is a step behind.
    let late = secret(&app.token_code(OTHER, SLOW, -1));
    app.activate_my_token(&app.ctx(), &me, tokens[0], &late)
        .await
        .unwrap();
    app.ignore_messages().await;
    let again = app
        .activate_my_token(&app.ctx(), &me, tokens[0], &typed)
        .await;
    assert_eq!(refused(again), Refusal::NotFound);
    assert!(app.my_tokens(&me).await.unwrap().is_empty());
    let account = app.my_account(&me).await.unwrap();
    let token = account
        .methods
        .iter()
        .find(|m| m.kind() == AuthenticatorApp);
    let token = token.unwrap();
    assert_eq!(token.means.to_string(), "Token 2001");
    assert_eq!((token.origin, token.confirmed), (Origin::User, true));

    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, AuthenticatorApp, "x").await.unwrap();
    let used = app.token_code(OTHER, SLOW, -1);
    assert_eq!(code_of(app.answer(&reset, &used).await), "app-code-wrong");
    let code = app.token_code(OTHER, SLOW, 0);
    app.answer(&reset, &code).await.unwrap();
    app.prove(&reset, MAIL).await;
    app.finish(&reset, NEW).await.unwrap();
    app.ignore_messages().await;

    // An administrator activates the other one for Bob, who is told of it.
    let bob = app.user("bob").await;
    app.register_mail(bob, "bob@home.example").await;
    let spare = tokens[1];
    let nobodys = app
        .activate_token_for(&app.ctx(), &boss, spare, &secret("000000"))
        .await;
    assert_eq!(refused(nobodys), Refusal::NotOffered);
    app.assign_token(&app.ctx(), &boss, spare, "bob@contoso.example")
        .await
        .unwrap();
    let wrong = app
        .activate_token_for(&app.ctx(), &boss, spare, &secret("000000"))
        .await;
    assert_eq!(refused(wrong), Refusal::field("code", "token-code"));
    let typed = secret(&app.token_code(SEED, Shape::APP, 0));
    app.activate_token_for(&app.ctx(), &boss, spare, &typed)
        .await
        .unwrap();
    assert!(
        app.mail_to("bob@home.example")
            .await
            .text
            .contains("Token 2002")
    );
    let theirs = app.user_page(&boss, bob).await.unwrap().account.methods;
    let token = theirs
        .iter()
        .find(|m| m.kind() == AuthenticatorApp)
        .unwrap();
    assert_eq!(
        (token.origin, token.confirmed),
        (Origin::Administrator, false)
    );
    // What is somebody's method is neither given away nor deleted.
    for refusal in [
        code_of(app.delete_token(&app.ctx(), &boss, spare).await),
        code_of(app.assign_token(&app.ctx(), &boss, spare, ADA).await),
    ] {
        assert_eq!(refusal, "changed-meanwhile");
    }
}

// case: OT-13, TR-02
async fn ot_13_a_step_is_taken_once_whoever_has_the_token_next(app: &TestApp) {
    let (ada, boss) = ada_with_apps(app).await;
    let line = format!("{ADA},3001,{SEED},30,Feitian,c200,");
    let id = import(app, &boss, &[&line]).await[0];
    let activate = async |steps: i64| {
        let typed = secret(&app.token_code(SEED, Shape::APP, steps));
        app.activate_token_for(&app.ctx(), &boss, id, &typed).await
    };
    activate(0).await.unwrap();
    app.ignore_messages().await;
    // Used by its owner for a fresh proof: a later step.
    let me = app.session_of(ada).await;
    let method = |methods: Vec<keyward_core::method::Method>| {
        let found = methods.into_iter().find(|m| m.kind() == AuthenticatorApp);
        found.unwrap().id
    };
    let token = method(app.my_account(&me).await.unwrap().methods);
    app.send_step_up(&app.ctx(), &me, token).await.unwrap();
    let code = secret(&app.token_code(SEED, Shape::APP, 1));
    app.answer_step_up(&app.ctx(), &me, &code).await.unwrap();
    // Taken back, and given to Bob: neither step works once more.
    app.unassign_token(&app.ctx(), &boss, id).await.unwrap();
    app.ignore_messages().await;
    let left = app.my_account(&me).await.unwrap().methods;
    assert!(left.iter().all(|m| m.kind() != AuthenticatorApp));
    app.user("bob").await;
    app.assign_token(&app.ctx(), &boss, id, "bob@contoso.example")
        .await
        .unwrap();
    for steps in [0, 1] {
        let used = refused(activate(steps).await);
        assert_eq!(used, Refusal::field("code", "token-code"), "{steps}");
    }
    app.advance(seconds(60));
    activate(1).await.unwrap();
    app.ignore_messages().await;
    app.unassign_token(&app.ctx(), &boss, id).await.unwrap();
    app.ignore_messages().await;
    app.delete_token(&app.ctx(), &boss, id).await.unwrap();
    assert!(app.tokens(&boss, Which::All, "").await.unwrap().is_empty());
}

// case: OT-09
#[tokio::test]
async fn ot_09_guesses_at_a_token_are_counted() {
    let app = TestApp::new().await;
    let (_, boss) = ada_with_apps(&app).await;
    let line = format!("{ADA},4001,{SEED},30,Feitian,c200,");
    let id = import(&app, &boss, &[&line]).await[0];
    for _ in 0..5 {
        let tried = app
            .activate_token_for(&app.ctx(), &boss, id, &secret("000000"))
            .await;
        let code = code_of(tried);
        assert!(["token-code", "invalid", "blocked"].contains(&code) || !code.is_empty());
    }
    let typed = secret(&app.token_code(SEED, Shape::APP, 0));
    let tried = app.activate_token_for(&app.ctx(), &boss, id, &typed).await;
    assert_eq!(code_of(tried), "blocked");
    app.advance(minutes(60 * 24));
}

// case: TR-02
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tr_02_a_token_is_activated_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        let (_, boss) = ada_with_apps(&app).await;
        let line = format!("{ADA},5001,{SEED},30,Feitian,c200,");
        let id = import(&app, &boss, &[&line]).await[0];
        let code = app.token_code(SEED, Shape::APP, 0);
        let ctx = app.ctx();
        let done = at_once(&app, 8, |node, _| {
            let (ctx, boss, code) = (ctx.clone(), boss.clone(), code.clone());
            async move {
                node.activate_token_for(&ctx, &boss, id, &secret(&code))
                    .await
                    .is_ok()
            }
        })
        .await;
        assert_eq!(done.into_iter().filter(|ok| *ok).count(), 1);
        app.ignore_messages().await;
    }
}
