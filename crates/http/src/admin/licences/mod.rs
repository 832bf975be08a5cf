//! Licences: what the organisation holds, who was given one, and giving and taking them.

mod assign;
mod detail;
mod list;
mod remove;

use axum::Router;
use keyward_app::licences::Held;
use keyward_core::licence::Sku;

use super::desk::missing;
use crate::Web;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .merge(list::routes())
        .merge(detail::routes())
        .merge(assign::routes())
        .merge(remove::routes())
}

/// The list.
const LIST: &str = "/admin/licences";

/// A product in an address.
fn sku_of(code: &str) -> Result<Sku, Problem> {
    // One spelling only: a page has one address.
    let sku = Sku::parse(code).filter(|s| s.code() == code);
    sku.ok_or_else(missing)
}

/// A subscription's page.
fn page_of(sku: Sku) -> String {
    format!("{LIST}/{}", sku.code())
}

/// A subscription as pages show it.
struct Shown {
    code: String,
    name: &'static str,
    part: &'static str,
    /// How many there are; none: everybody has it.
    held: Option<i64>,
    taken: i64,
    left: i64,
    /// How many more users have it than there are licences.
    over: i64,
    /// Ends of the message keys `plan-<code>`.
    plans: Vec<&'static str>,
}

impl From<&Held> for Shown {
    fn from(held: &Held) -> Self {
        let sku = held.subscription.sku;
        let left = held.units.left().unwrap_or_default();
        Self {
            code: sku.code(),
            name: sku.name(),
            part: sku.part_number(),
            held: held.units.held,
            taken: held.units.taken,
            left: left.max(0),
            over: (-left).max(0),
            plans: sku.plans().iter().map(|p| p.code()).collect(),
        }
    }
}
