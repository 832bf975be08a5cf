//! What applies to one user: which policy, which methods, whether they could reset now, and what they would see. Looking
//! touches nothing.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use keyward_app::by_group::Offered;
use keyward_app::users::{Inspection, KindOfTheirs};
use keyward_core::method::MethodKind;
use keyward_core::policy::Standing;
use keyward_core::role::Permission;

use super::id_of;
use crate::Web;
use crate::admin::desk::Desk;
use crate::format::Moment;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/admin/users/{id}/what-applies", get(show))
}

/// A kind of method in words.
struct Row {
    kind: MethodKind,
    /// The end of the message key `applies-<code>`.
    code: &'static str,
    /// The policies that leave it out.
    by: String,
    registered: usize,
    usable_from: Option<Moment>,
}

impl From<KindOfTheirs> for Row {
    fn from(k: KindOfTheirs) -> Self {
        Self {
            kind: k.kind,
            code: k.offered.code(),
            registered: k.registered,
            usable_from: k.waits_until.map(Into::into),
            by: match k.offered {
                Offered::LeftOut(names) => names,
                _ => String::new(),
            },
        }
    }
}

/// What an agent found when somebody asked last.
struct Found {
    at: Moment,
    good: bool,
}

#[derive(Template)]
#[template(path = "admin/user-what-applies.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each shows or leaves out one part of the page"
)]
struct InspectPage {
    v: View,
    id: String,
    name: String,
    upn: String,
    /// Why they can't reset: the end of `users-unable-<code>`; empty if they can.
    unable: &'static str,
    administrator: bool,
    impossible: bool,
    gates: usize,
    mail_alone: bool,
    policies: Vec<(String, String, usize)>,
    rows: Vec<Row>,
    methods_shown: bool,
    shown: Vec<(MethodKind, String)>,
    gates_shown: usize,
    synced: bool,
    found: Option<Found>,
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let Inspection {
        user,
        standing,
        rules,
        policies,
        impossible,
        kinds,
        methods_shown,
        shown,
        gates_shown,
    } = web.app.inspect_user(&desk.me, id).await?;
    let synced = user.directory.is_some() && user.deleted_at.is_none();
    let found = if synced && desk.me.needs(Permission::ReadConnect).is_ok() {
        let (_, examined) = web.app.examination(&desk.me, id).await?;
        examined.map(|e| Found {
            at: e.at.into(),
            good: e.found.reason().is_none(),
        })
    } else {
        None
    };
    let policies = policies.into_iter();
    Ok(ok(&InspectPage {
        id: id.to_string(),
        upn: user.upn.to_string(),
        name: user.profile.display_name,
        unable: match &standing {
            Standing::Able(_) => "",
            Standing::Unable(why) => why.code(),
        },
        administrator: rules.administrator,
        impossible,
        gates: rules.gates.count(),
        mail_alone: rules.mail_alone,
        policies: policies
            .map(|p| (p.id.to_string(), p.name, p.gates.count()))
            .collect(),
        rows: kinds.into_iter().map(Into::into).collect(),
        methods_shown,
        shown,
        gates_shown,
        synced,
        found,
        v: desk.v,
    }))
}
