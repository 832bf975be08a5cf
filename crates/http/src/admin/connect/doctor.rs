//! Would resets succeed, for everybody: how many would, why the others wouldn't, and who they are.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::{After, ListedExamination};
use keyward_core::examination::Obstacle;

use crate::Web;
use crate::admin::csv::{Csv, yes};
use crate::admin::desk::{Desk, done, missing};
use crate::admin::paging::{EXPORT_PAGE, PAGE, Pager, after, cursor, cut};
use crate::form::{Form, Query};
use crate::format::{Moment, iso};
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(DOCTOR, get(overview).post(start))
        .route("/admin/connect/doctor/because/{reason}", get(because))
        .route("/admin/connect/doctor/examinations.csv", get(export))
}

const DOCTOR: &str = "/admin/connect/doctor";

/// A round as the page shows it.
struct Shown {
    running: bool,
    /// Why it ended early: the end of `doctor-why-<code>`; empty: it didn't.
    stopped: &'static str,
    at: Moment,
    by: String,
    users: i64,
    examined: i64,
    succeeding: i64,
    /// The ends of `doctor-why-<code>`, and for how many users it is the reason.
    reasons: Vec<(&'static str, i64)>,
}

#[derive(Template)]
#[template(path = "admin/connect/doctor.html")]
struct DoctorPage {
    v: View,
    round: Option<Shown>,
}

struct Row {
    id: String,
    name: String,
    upn: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "admin/connect/because.html")]
struct BecausePage {
    v: View,
    code: &'static str,
    rows: Vec<Row>,
    pager: Pager,
}

async fn overview(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let overview = web.app.examinations_overview(&desk.me).await?;
    let (examined, succeeding) = (overview.examined(), overview.succeeding());
    let at = overview.at();
    let failing = overview.sums.iter();
    let reasons = failing.filter_map(|s| Some((s.reason?.code(), s.users)));
    let reasons = reasons.collect();
    let round = overview.round.zip(at).map(|(round, at)| Shown {
        running: round.ended_at.is_none(),
        stopped: round.stopped.map_or("", Obstacle::code),
        at: at.into(),
        by: round.started_by,
        users: round.users,
        examined,
        succeeding,
        reasons,
    });
    Ok(ok(&DoctorPage { round, v: desk.v }))
}

async fn start(State(web): State<Web>, desk: Desk, _form: Form) -> Result<Response, Problem> {
    let begun = web.app.examine_everybody(&desk.ctx, &desk.me).await?;
    let note = if begun {
        "doctor-begun"
    } else {
        "doctor-runs-already"
    };
    Ok(done(&web, DOCTOR, note))
}

async fn because(
    State(web): State<Web>,
    desk: Desk,
    Path(reason): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let reason = Obstacle::from_code(&reason).ok_or_else(missing)?;
    let here = after(query.one("after")?);
    let found = web
        .app
        .examinations(&desk.me, Some(reason), here.as_ref(), PAGE + 1);
    let mut list = found.await?;
    let more = cut(&mut list);
    let next = list.last().filter(|_| more);
    let next = next.map(|l| cursor(&l.name_key, l.examined.user.0));
    let rows = list.into_iter().map(|l| Row {
        id: l.examined.user.to_string(),
        name: l.name,
        upn: l.upn,
        at: l.examined.at.into(),
    });
    let code = reason.code();
    Ok(ok(&BecausePage {
        code,
        rows: rows.collect(),
        pager: Pager::new(
            &format!("{DOCTOR}/because/{code}"),
            &[],
            here.is_some(),
            next,
        ),
        v: desk.v,
    }))
}

async fn export(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let heads = [
        "userPrincipalName",
        "displayName",
        "wouldSucceed",
        "reason",
        "findings",
        "mend",
        "policy",
        "passwordLastSet",
        "distinguishedName",
        "examinedAt",
    ];
    let mut csv = Csv::new(&heads);
    let mut here: Option<After> = None;
    while csv.has_room() {
        let found = web
            .app
            .examinations(&desk.me, None, here.as_ref(), EXPORT_PAGE);
        let list = found.await?;
        let Some(last) = list.last() else { break };
        here = Some(After {
            key: last.name_key.clone(),
            id: last.examined.user.0,
        });
        for one in &list {
            line(&mut csv, &desk.v, one);
        }
    }
    Ok(csv.download("examinations.csv"))
}

fn line(csv: &mut Csv, v: &View, one: &ListedExamination) {
    let found = &one.examined.found;
    let reason = found.reason();
    let codes: Vec<_> = found.findings.iter().map(|f| f.what.code()).collect();
    let mends = found.findings.iter().filter_map(|f| f.mend.as_deref());
    let mends: Vec<_> = mends.collect();
    let policy = found.rules.as_ref().and_then(|r| r.name.as_deref());
    let why = reason.map(|r| v.tf("doctor-why-{}", r.code()));
    csv.row(&[
        &one.upn,
        &one.name,
        yes(reason.is_none()),
        &why.unwrap_or_default(),
        &codes.join(" "),
        &mends.join("\n"),
        policy.unwrap_or_default(),
        &found.set_at.map(iso).unwrap_or_default(),
        found.dn.as_deref().unwrap_or_default(),
        &iso(one.examined.at),
    ]);
}
