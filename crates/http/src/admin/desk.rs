//! What every handler of the admin center starts from, and the line on top of the page after something was done.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use keyward_app::{Ctx, Principal};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;

use crate::Web;
use crate::cookies::{self, Cookies};
use crate::problem::Problem;
use crate::request::Circumstances;
use crate::session::Admin;
use crate::view::View;

/// An administrator at work: who, under which circumstances, and the page they will see.
pub(crate) struct Desk {
    /// Who.
    pub me: Principal,
    /// Under which circumstances.
    pub ctx: Ctx,
    /// The page, with what was just done on top.
    pub v: View,
}

impl Desk {
    /// Refuses to show a form that this administrator could not send. Whether they may is asked again when it is sent.
    pub(crate) fn offers(&self, permission: Permission) -> Result<(), Problem> {
        Ok(self.me.needs(permission)?)
    }
}

/// The cookie that carries a note to the page after a redirect, for a few seconds: `code_number_path`.
const NOTE: &str = "note";

impl FromRequestParts<Web> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Admin(me) = Admin::from_request_parts(parts, web).await?;
        let Ok(Circumstances(ctx)) = Circumstances::from_request_parts(parts, web).await;
        let Ok(v) = View::from_request_parts(parts, web).await;
        let v = v.of(&me);
        let jar = Cookies::of(&parts.headers);
        let note = jar
            .get(NOTE)
            .and_then(|note| note_on(&v, note, parts.uri.path()));
        let v = match note {
            Some(text) => v.noting(text),
            None => v,
        };
        Ok(Self { me, ctx, v })
    }
}

/// The note, if it is for this page and one that we have words for.
fn note_on(v: &View, note: &str, path: &str) -> Option<String> {
    let mut parts = note.splitn(3, '_');
    let (code, count, place) = (parts.next()?, parts.next()?, parts.next()?);
    let text = v
        .counted(&format!("note-{code}"), count.parse::<i64>().ok()?)
        .into_owned();
    (place == path && !text.starts_with('{')).then_some(text)
}

/// Redirects to a page that will say what was done: the text `note-<code>`.
pub(crate) fn done(web: &Web, to: &str, code: &str) -> Response {
    done_to(web, to, code, 1)
}

/// Redirects to a page that will say to how many something was done.
pub(crate) fn done_to(web: &Web, to: &str, code: &str, count: usize) -> Response {
    let mut response = Redirect::to(to).into_response();
    let path = to.split('?').next().unwrap_or(to);
    let note = format!("{code}_{count}_{path}");
    response
        .headers_mut()
        .append(header::SET_COOKIE, cookies::set(web, NOTE, &note, Some(5)));
    response
}

/// What is not there, be it malformed, of another tenant or gone.
pub(crate) fn missing() -> Problem {
    Problem::Refused(Refusal::NotFound)
}

/// A refusal that the form can show; what concerns the session or ourselves is a problem.
pub(crate) fn refused<T>(result: keyward_app::Result<T>) -> Result<Result<T, Refusal>, Problem> {
    use keyward_app::Error;
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Refused(
            refusal @ (Refusal::SignInNeeded | Refusal::NotFound | Refusal::NotAllowed),
        )) => Err(refusal.into()),
        Err(Error::Refused(refusal)) => Ok(Err(refusal)),
        Err(error) => Err(error.into()),
    }
}
