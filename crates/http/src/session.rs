//! Who is signed in, as an argument of a handler.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use keyward_app::Principal;
use keyward_app::data::Stage;

use crate::Web;
use crate::cookies::{self, Cookies};
use crate::problem::Problem;
use crate::request::{Circumstances, asked_language};

/// Somebody who is fully signed in.
pub(crate) struct SignedIn(pub Principal);

/// Somebody who must change the password before anything else.
pub(crate) struct MustChange(pub Principal);

/// Somebody who holds an administrator role. What the role allows is asked by the use case.
pub(crate) struct Admin(pub Principal);

/// Whoever the session cookie belongs to, if anybody.
pub(crate) struct Anyone(pub Option<Principal>);

async fn principal(parts: &mut Parts, web: &Web) -> Result<Option<Principal>, Problem> {
    let Ok(Circumstances(ctx)) = Circumstances::from_request_parts(parts, web).await;
    let Some(token) = Cookies::of(&parts.headers)
        .get("session")
        .map(str::to_owned)
    else {
        return Ok(None);
    };
    let me = web.app.principal(&ctx, &token).await?;
    if let Some(me) = &me {
        web.app.touch(&ctx, me).await;
        if let Some(lang) = asked_language(parts) {
            web.app.choose_language(me, lang).await?;
        }
    }
    Ok(me)
}

/// To the sign-in page; a page that was asked for is remembered, so that one lands there afterwards.
fn sign_in(parts: &Parts, web: &Web) -> Response {
    let mut response = Redirect::to("/signin").into_response();
    if parts.method == Method::GET && destination(parts.uri.path()).is_some() {
        let next = cookies::set(web, "next", parts.uri.path(), Some(900));
        response.headers_mut().append(header::SET_COOKIE, next);
    }
    response
}

/// A place to land after signing in: a page of ours, by its path alone (HH-05, S-11).
pub(crate) fn destination(path: &str) -> Option<&str> {
    let ours = path == "/account"
        || path == "/admin"
        || path.starts_with("/account/")
        || path.starts_with("/admin/");
    let plain = path.len() <= 200
        && path
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-/".contains(&b));
    (ours && plain && !path.contains("//")).then_some(path)
}

impl FromRequestParts<Web> for Anyone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        Ok(Self(principal(parts, web).await?))
    }
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        match principal(parts, web)
            .await
            .map_err(IntoResponse::into_response)?
        {
            Some(me) if me.session.stage == Stage::Full => Ok(Self(me)),
            Some(_) => Err(Problem::ChangePassword.into_response()),
            None => Err(sign_in(parts, web)),
        }
    }
}

impl FromRequestParts<Web> for MustChange {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        match principal(parts, web)
            .await
            .map_err(IntoResponse::into_response)?
        {
            Some(me) if me.session.stage == Stage::MustChangePassword => Ok(Self(me)),
            Some(_) => Err(Redirect::to("/account").into_response()),
            None => Err(Problem::SignIn.into_response()),
        }
    }
}

impl FromRequestParts<Web> for Admin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let SignedIn(me) = SignedIn::from_request_parts(parts, web).await?;
        if me.roles.is_empty() {
            return Err(Problem::NoRole.into_response());
        }
        Ok(Self(me))
    }
}

#[cfg(test)]
mod tests {
    use super::destination;

    // case: HH-05, S41
    #[test]
    fn hh_05_one_lands_on_pages_of_ours_only() {
        assert_eq!(destination("/admin/users/0b6f"), Some("/admin/users/0b6f"));
        for bad in [
            "//evil.example",
            "/\\evil",
            "https:evil",
            "javascript:x",
            "/account//evil.example",
            "/adminx",
            "/",
            "/account/%2f%2fevil",
            "/account?x",
            "/account/\tx",
        ] {
            assert_eq!(destination(bad), None, "{bad}");
        }
    }
}
