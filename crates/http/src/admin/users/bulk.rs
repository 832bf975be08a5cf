//! One act on several users: asked with their names, then done one by one, and told for whom it was not.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use keyward_core::ids::UserId;
use keyward_core::role::Permission;

use super::LIST;
use crate::Web;
use crate::admin::desk::{Desk, done_to, missing};
use crate::admin::pick::{Choice, chosen_users};
use crate::form::Form;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/admin/users/bulk", post(act))
}

/// As many as a page of the list has.
const MOST: usize = 100;

#[derive(Template)]
#[template(path = "admin/users-bulk.html")]
struct BulkPage {
    v: View,
    /// "block" or "revoke-sessions".
    code: &'static str,
    /// For whom it will be done.
    chosen: Vec<Choice>,
    /// After it was done: for how many, and for whom not, with the reason.
    done: Option<(usize, Vec<(Choice, String)>)>,
}

impl BulkPage {
    fn title_key(&self) -> String {
        format!("users-{}-title-bulk", self.code)
    }

    fn note_key(&self) -> String {
        format!("note-users-{}", self.code)
    }
}

async fn act(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    let (code, permission) = match form.one("do")? {
        "block" => ("block", Permission::WriteUsers),
        "revoke-sessions" => ("revoke-sessions", Permission::RevokeSessions),
        _ => return Err(missing()),
    };
    desk.offers(permission)?;
    let ids = form.many("id").filter_map(UserId::parse).take(MOST);
    let chosen = chosen_users(&web, &desk.me, ids).await?;
    if chosen.is_empty() {
        return Ok(Redirect::to(LIST).into_response());
    }
    let mut finished = None;
    if form.ticked("sure")? {
        let not_done = each(&web, &desk, code, &chosen).await?;
        let count = chosen.len() - not_done.len();
        if not_done.is_empty() {
            return Ok(done_to(&web, LIST, &format!("users-{code}"), count));
        }
        finished = Some((count, not_done));
    }
    Ok(ok(&BulkPage {
        v: desk.v,
        code,
        chosen,
        done: finished,
    }))
}

async fn each(
    web: &Web,
    desk: &Desk,
    code: &str,
    chosen: &[Choice],
) -> Result<Vec<(Choice, String)>, Problem> {
    let (ctx, me) = (&desk.ctx, &desk.me);
    let mut not_done = Vec::new();
    for choice in chosen {
        let id = UserId::parse(&choice.id).ok_or_else(missing)?;
        let result = if code == "block" {
            web.app.set_user_enabled(ctx, me, id, false).await
        } else {
            web.app.revoke_sessions(ctx, me, id).await.map(drop)
        };
        match result {
            Ok(()) => {}
            Err(keyward_app::Error::Refused(refusal)) => {
                not_done.push((choice.clone(), desk.v.refusal(&refusal)));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(not_done)
}
