//! Security groups: the list, one group's page, and its members and owners.

mod detail;
mod edit;
mod list;
mod members;

use axum::Router;
use keyward_core::ids::GroupId;

use super::desk::missing;
use crate::Web;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .merge(list::routes())
        .merge(edit::routes())
        .merge(detail::routes())
        .merge(members::routes())
}

/// The list.
const LIST: &str = "/admin/groups";

/// A group's id in an address.
fn id_of(text: &str) -> Result<GroupId, Problem> {
    GroupId::parse(text).ok_or_else(missing)
}

/// A group's page.
fn page_of(id: GroupId) -> String {
    format!("{LIST}/{id}")
}
