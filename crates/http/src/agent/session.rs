//! Which agent asks, as an argument of a handler.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use keyward_app::Ctx;
use keyward_app::link::{Caller, Refused};
use keyward_wire::code;

use super::Reply;
use crate::Web;
use crate::request::Circumstances;

/// An agent in a session, and the circumstances of its request.
pub(crate) struct Session {
    /// From where, when.
    pub(crate) ctx: Ctx,
    /// Who.
    pub(crate) caller: Caller,
}

impl FromRequestParts<Web> for Session {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Reply> {
        let Ok(Circumstances(ctx)) = Circumstances::from_request_parts(parts, web).await;
        let mut shown = parts.headers.get_all(header::AUTHORIZATION).iter();
        let (first, second) = (shown.next(), shown.next());
        let token = first
            .filter(|_| second.is_none())
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.strip_prefix("Bearer "));
        let Some(token) = token else {
            let message = "no session: open one, and show its token";
            return Err(Refused::new(code::SESSION, message).into());
        };
        let caller = web.app.agent_caller(&ctx, token).await?;
        Ok(Self { ctx, caller })
    }
}
