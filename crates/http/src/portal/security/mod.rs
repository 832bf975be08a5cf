//! Security info: seeing, adding, replacing and removing one's methods, after a fresh proof of one of them.

mod app;
mod codes;
mod passkey;
mod remove;
mod set_up;
mod token;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use keyward_app::Principal;
use keyward_core::ids::MethodId;
use keyward_core::method::{Method, MethodKind, Origin};
use keyward_core::refusal::Refusal;

use super::prove::forget_way_back;
use crate::Web;
use crate::format::Moment;
use crate::problem::Problem;
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, ok};

use app::draw_app;
use passkey::draw_passkey;
pub(super) use passkey::draw_proof;
pub(super) use set_up::{AskPage, draw_code, draw_step};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(HOME, get(show))
        .merge(set_up::routes())
        .merge(remove::routes())
        .merge(app::routes())
        .merge(codes::routes())
        .merge(token::routes())
}

pub(super) struct Shown {
    pub(super) id: String,
    pub(super) kind: MethodKind,
    pub(super) means: String,
    /// As the log and notices call it.
    told: String,
    /// The user holds what shows its codes.
    pub(super) held: bool,
    by_admin: bool,
    since: Moment,
    /// When it begins to open gates of a reset, if it doesn't yet.
    usable_from: Option<Moment>,
}

impl From<&Method> for Shown {
    fn from(m: &Method) -> Self {
        Self {
            id: m.id.to_string(),
            kind: m.kind(),
            means: m.means.to_string(),
            told: m.means.told(),
            held: m.kind().carrier().is_none(),
            by_admin: m.origin == Origin::Administrator,
            since: m.created_at.into(),
            usable_from: None,
        }
    }
}

#[derive(Template)]
#[template(path = "portal/security.html")]
struct SecurityPage {
    v: View,
    methods: Vec<Shown>,
    addable: Vec<MethodKind>,
    needed: usize,
    satisfied: bool,
    fresh: bool,
    in_scope: bool,
    /// Recovery codes that were not used.
    left: i64,
    /// Hardware tokens that wait for a code: id and serial number.
    tokens: Vec<(String, String)>,
}

pub(super) use codes::CODES;

pub(super) const HOME: &str = "/account/security";

pub(super) async fn my_methods(web: &Web, me: &Principal) -> Result<Vec<Method>, Problem> {
    Ok(web.app.my_account(me).await?.methods)
}

pub(super) fn find<'m>(methods: &'m [Method], id: &str) -> Result<&'m Method, Problem> {
    let wanted = MethodId::parse(id);
    methods
        .iter()
        .find(|m| Some(m.id) == wanted)
        .ok_or(Problem::Refused(Refusal::NotFound))
}

async fn show(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
) -> Result<Response, Problem> {
    let account = web.app.my_account(&me).await?;
    let rules = account.rules();
    let addable = rules
        .kinds
        .iter()
        .copied()
        .filter(|k| *k != MethodKind::Passkey || web.app.has_passkeys())
        .filter(|k| *k != MethodKind::OfficePhone || web.app.offers_office(&account))
        .filter(|k| account.methods.iter().filter(|m| m.kind() == *k).count() < k.most());
    let given = web.app.my_tokens(&me).await?.into_iter();
    let tokens = given
        .filter(|_| rules.kinds.contains(&MethodKind::AuthenticatorApp))
        .map(|t| (t.id.to_string(), t.serial));
    let mut response = ok(&SecurityPage {
        v: v.of(&me),
        methods: account
            .methods
            .iter()
            .map(|m| Shown {
                usable_from: account.waits_until(m, ctx.now).map(Into::into),
                ..m.into()
            })
            .collect(),
        addable: addable.collect(),
        needed: rules.gates.count(),
        satisfied: rules.is_satisfied_by(&account.methods),
        fresh: web.app.has_fresh_proof(&ctx, &me, &account.methods),
        in_scope: account.in_scope(),
        tokens: tokens.collect(),
        left: web
            .app
            .recovery_list(&me)
            .await?
            .map_or(0, |list| list.left),
    });
    // Whoever looks at this page has left whatever they were about to do when they were asked for a proof.
    forget_way_back(&web, &mut response);
    Ok(response)
}
