//! Password reset: the settings, what a change of them would do, and the fixed policy of administrators.

mod administrators;
mod by_group;
mod effect;
mod in_person;
mod on_premises;
mod protection;
mod reach;
mod section;
mod settings;

use axum::Router;

use crate::Web;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .merge(settings::routes())
        .merge(effect::routes())
        .merge(by_group::routes())
        .merge(reach::routes())
        .merge(in_person::routes())
        .merge(administrators::routes())
        .merge(on_premises::routes())
        .merge(protection::routes())
}
