//! Hardware tokens: who has which, a file of them, and one token with what can be done with it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use keyward_app::data::{Token, WhichTokens as Which};
use keyward_app::tokens::SHOWN;
use keyward_core::ids::TokenId;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::token::COLUMNS;

use crate::Web;
use crate::admin::desk::{Desk, done, done_to, missing, refused};
use crate::form::{Form, Query};
use crate::format::Moment;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, ok, page};

const LIST: &str = "/admin/tokens";

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/tokens", get(show))
        .route("/admin/tokens/import", get(ask_import).post(import))
        .route("/admin/tokens/{token_id}", get(one))
        .route("/admin/tokens/{token_id}/activate", post(activate))
        .route("/admin/tokens/{token_id}/assign", post(assign))
        .route("/admin/tokens/{token_id}/unassign", post(unassign))
        .route("/admin/tokens/{token_id}/delete", post(delete))
}

/// A token on a page.
struct Shown {
    id: String,
    serial: String,
    maker: String,
    seconds: i64,
    algorithm: &'static str,
    /// The address of its owner's page, and their name.
    owner: Option<(String, String, String)>,
    state: &'static str,
    at: Moment,
}

impl From<Token> for Shown {
    fn from(t: Token) -> Self {
        Self {
            id: t.id.to_string(),
            state: match (&t.user, t.method) {
                (None, _) => "unassigned",
                (Some(_), None) => "assigned",
                (Some(_), Some(_)) => "activated",
            },
            serial: t.serial,
            maker: format!("{} {}", t.manufacturer, t.model),
            seconds: t.shape.seconds,
            algorithm: t.shape.algorithm.name(),
            owner: t
                .user
                .map(|(id, name, upn)| (format!("/admin/users/{id}"), name, upn)),
            at: t.created_at.into(),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/tokens.html")]
struct ListPage {
    v: View,
    rows: Vec<Shown>,
    cut: bool,
    q: String,
    state: String,
}

#[derive(Template)]
#[template(path = "admin/token-import.html")]
struct ImportPage {
    v: View,
    typed: String,
    /// The line and what is wrong with it.
    wrong: Vec<(usize, String)>,
    columns: String,
}

#[derive(Template)]
#[template(path = "admin/token.html")]
struct TokenPage {
    v: View,
    token: Shown,
    upn: String,
    faults: Faults,
}

fn id_of(text: &str) -> Result<TokenId, Problem> {
    TokenId::parse(text).ok_or_else(missing)
}

async fn show(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let q = super::paging::search(query.one("q")?);
    let state = query.one("state")?.to_owned();
    let which = match state.as_str() {
        "unassigned" => Which::Unassigned,
        "assigned" => Which::Assigned,
        "activated" => Which::Activated,
        _ => Which::All,
    };
    let found = web.app.tokens(&desk.me, which, &q).await?;
    let mut rows: Vec<Shown> = found.into_iter().map(Into::into).collect();
    let cut = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    Ok(ok(&ListPage {
        v: desk.v,
        rows,
        cut,
        q,
        state,
    }))
}

fn import_page(v: View, typed: String, wrong: Vec<(usize, String)>) -> Response {
    let code = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let columns = COLUMNS.join(",");
    page(
        code,
        &ImportPage {
            v,
            typed,
            wrong,
            columns,
        },
    )
}

async fn ask_import(desk: Desk) -> Result<Response, Problem> {
    desk.offers(Permission::WriteMethods)?;
    Ok(import_page(desk.v, String::new(), Vec::new()))
}

async fn import(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    let typed = form.one("file")?;
    match web.app.import_tokens(&desk.ctx, &desk.me, typed).await? {
        Ok(count) => Ok(done_to(&web, LIST, "tokens-imported", count)),
        Err(faults) => {
            let said = |fault: keyward_core::token::Fault| {
                desk.v.tf("token-fault-{}", fault.code()).into_owned()
            };
            let wrong = faults.into_iter().map(|(at, fault)| (at, said(fault)));
            let wrong: Vec<_> = wrong.collect();
            Ok(import_page(desk.v, typed.to_owned(), wrong))
        }
    }
}

async fn draw(
    web: &Web,
    desk: Desk,
    id: TokenId,
    upn: String,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let token = web.app.token(&desk.me, id).await?;
    let faults = refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default();
    let page_ = TokenPage {
        v: desk.v,
        token: token.into(),
        upn,
        faults,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn one(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    draw(&web, desk, id_of(&id)?, String::new(), None).await
}

async fn activate(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let code = form.secret("code")?;
    let activated = web
        .app
        .activate_token_for(&desk.ctx, &desk.me, id, &code)
        .await;
    match refused(activated)? {
        Ok(()) => Ok(done(&web, &format!("{LIST}/{id}"), "token-activated")),
        Err(refusal) => draw(&web, desk, id, String::new(), Some(&refusal)).await,
    }
}

async fn assign(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let upn = form.one("upn")?;
    let assigned = web.app.assign_token(&desk.ctx, &desk.me, id, upn).await;
    match refused(assigned)? {
        Ok(()) => Ok(done(&web, &format!("{LIST}/{id}"), "token-assigned")),
        Err(refusal) => {
            let typed = upn.chars().take(254).collect();
            draw(&web, desk, id, typed, Some(&refusal)).await
        }
    }
}

async fn unassign(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let taken = web.app.unassign_token(&desk.ctx, &desk.me, id).await;
    match refused(taken)? {
        Ok(()) => Ok(done(&web, &format!("{LIST}/{id}"), "token-unassigned")),
        Err(refusal) => draw(&web, desk, id, String::new(), Some(&refusal)).await,
    }
}

async fn delete(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    match refused(web.app.delete_token(&desk.ctx, &desk.me, id).await)? {
        Ok(()) => Ok(done(&web, LIST, "token-deleted")),
        Err(refusal) => draw(&web, desk, id, String::new(), Some(&refusal)).await,
    }
}
