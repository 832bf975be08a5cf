//! The admin center: for somebody with forty other systems.
//!
//! Every handler takes a [`desk::Desk`] (who asks, and the page they see), makes its call to the use cases and draws a
//! page or redirects. What a role allows is asked there, not here; pages only leave out what would be refused anyway.

mod audit;
mod connect;
mod csv;
mod deliveries;
mod desk;
mod groups;
mod insights;
mod licences;
mod overview;
mod paging;
mod pick;
mod policy;
mod roles;
mod sending;
mod tokens;
mod users;
mod words;

use axum::Router;

use crate::Web;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .merge(overview::routes())
        .merge(users::routes())
        .merge(groups::routes())
        .merge(roles::routes())
        .merge(licences::routes())
        .merge(policy::routes())
        .merge(connect::routes())
        .merge(insights::routes())
        .merge(audit::routes())
        .merge(deliveries::routes())
        .merge(sending::routes())
        .merge(tokens::routes())
        .merge(pick::routes())
}
