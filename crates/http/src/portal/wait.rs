//! The page that is shown while a directory is at it. It looks again by itself, without a script.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::view::{View, ok};

#[derive(Template)]
#[template(path = "portal/wait.html")]
struct WaitPage {
    v: View,
    /// This page.
    again: &'static str,
    /// Where one begins anew.
    back: &'static str,
    unknown: bool,
}

#[derive(Template)]
#[template(path = "portal/ended.html")]
struct EndedPage {
    v: View,
    text: String,
}

/// Nobody has answered yet.
pub(super) fn waiting(v: View, again: &'static str) -> Response {
    let mut response = ok(&WaitPage {
        v,
        again,
        back: again,
        unknown: false,
    });
    response
        .headers_mut()
        .insert(header::REFRESH, HeaderValue::from_static("2"));
    response
}

/// Nobody knows what was done.
pub(super) fn unknown(v: View, back: &'static str) -> Response {
    ok(&WaitPage {
        v,
        again: back,
        back,
        unknown: true,
    })
}

/// The directory has said something that no other password changes.
pub(super) fn ended(v: View, refusal: &keyward_core::refusal::Refusal) -> Response {
    let text = v.refusal(refusal);
    crate::view::page(crate::problem::status(refusal), &EndedPage { v, text })
}
