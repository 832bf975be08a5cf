//! Users: the list, one user's page, and everything that is done to users.

mod actions;
mod bulk;
mod detail;
mod edit;
mod examine;
mod hand_over;
mod inspect;
mod list;
mod methods;
mod pass;

use axum::Router;
use keyward_core::ids::UserId;
use keyward_core::user::User;

use super::desk::missing;
use crate::Web;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .merge(list::routes())
        .merge(bulk::routes())
        .merge(edit::routes())
        .merge(detail::routes())
        .merge(actions::routes())
        .merge(examine::routes())
        .merge(inspect::routes())
        .merge(hand_over::routes())
        .merge(pass::routes())
        .merge(methods::routes())
}

/// The list.
const LIST: &str = "/admin/users";

/// A user's id in an address.
fn id_of(text: &str) -> Result<UserId, Problem> {
    UserId::parse(text).ok_or_else(missing)
}

/// A user's page.
fn page_of(id: UserId) -> String {
    format!("{LIST}/{id}")
}

/// Whether somebody may sign in: the end of the message key `users-state-<code>` and the colour of its chip.
pub(crate) fn sign_in_state(user: &User) -> (&'static str, &'static str) {
    if user.deleted_at.is_some() {
        ("deleted", "bad")
    } else if user.held_at.is_some() {
        ("held", "bad")
    } else if user.enabled {
        ("enabled", "good")
    } else {
        ("blocked", "bad")
    }
}
