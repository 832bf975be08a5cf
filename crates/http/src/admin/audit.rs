//! The audit log: filtered, a page at a time, each row with all that is known of it, and as a file.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use keyward_app::audit::Format;
use keyward_app::data::{EventFilter, StoredEvent};
use keyward_core::audit::{Activity, Change, Outcome};
use keyward_core::ids::EventId;
use keyward_core::text::fold;
use keyward_core::time::{Timestamp, days};
use uuid::Uuid;

use super::csv::download;
use super::desk::{Desk, missing};
use super::paging::{PAGE, Pager, cut, search};
use super::words::{self, midnight};
use crate::Web;
use crate::form::{Form, Query};
use crate::format::Moment;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(LIST, get(show))
        .route("/admin/audit/export", post(export))
}

const LIST: &str = "/admin/audit";

/// The filter as it stands in the address and in the form.
#[derive(Default)]
struct Typed {
    from: String,
    until: String,
    activity: Option<Activity>,
    result: &'static str,
    text: String,
    about: Option<Uuid>,
}

impl Typed {
    fn read<'q>(one: impl Fn(&str) -> Result<&'q str, Problem>) -> Result<Self, Problem> {
        let date = |name: &str| -> Result<String, Problem> {
            let text = one(name)?;
            Ok(midnight(text).map_or_else(String::new, |_| text.to_owned()))
        };
        Ok(Self {
            from: date("from")?,
            until: date("until")?,
            activity: Activity::from_name(one("activity")?),
            result: match one("result")? {
                "success" => "success",
                "failure" => "failure",
                _ => "",
            },
            text: search(one("text")?),
            about: Uuid::try_parse(one("about")?).ok(),
        })
    }

    fn filter(&self) -> EventFilter {
        EventFilter {
            from: midnight(&self.from),
            // The last day belongs to it.
            until: midnight(&self.until).map(|at| at + days(1)),
            activity: self.activity,
            success: match self.result {
                "success" => Some(true),
                "failure" => Some(false),
                _ => None,
            },
            about: self.about,
            text: Some(fold(&self.text)).filter(|t| !t.is_empty()),
        }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let pairs = [
            ("from", self.from.clone()),
            ("until", self.until.clone()),
            (
                "activity",
                self.activity
                    .map(|a| a.name().to_owned())
                    .unwrap_or_default(),
            ),
            ("result", self.result.to_owned()),
            ("text", self.text.clone()),
            (
                "about",
                self.about.map(|a| a.to_string()).unwrap_or_default(),
            ),
        ];
        pairs.into_iter().filter(|(_, v)| !v.is_empty()).collect()
    }
}

struct Row {
    at: Moment,
    activity: &'static str,
    service: &'static str,
    good: bool,
    reason: String,
    actor: String,
    target: String,
    /// Where the target's page is; empty if it has none.
    link: String,
    detail: String,
    changes: Vec<Change>,
    ip: String,
    user_agent: String,
    request_id: String,
    id: String,
}

struct Group {
    service: &'static str,
    activities: Vec<(&'static str, bool)>,
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    v: View,
    typed: Typed,
    /// The name of the user or thing that the list is about, as far as the list tells.
    about: String,
    groups: Vec<Group>,
    filtered: bool,
    fields: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    pager: Pager,
}

fn row(v: &View, stored: StoredEvent) -> Row {
    let e = stored.event;
    let (good, reason) = match &e.outcome {
        Outcome::Success => (true, String::new()),
        Outcome::Failure(reason) => (false, words::reason(v, reason)),
    };
    let link = match e.target.as_ref().and_then(|t| t.id.map(|id| (t.kind, id))) {
        Some(("user", id)) if v.can("users.read") => format!("/admin/users/{id}"),
        Some(("group", id)) if v.can("groups.read") => format!("/admin/groups/{id}"),
        _ => String::new(),
    };
    Row {
        at: e.at.into(),
        activity: e.activity.name(),
        service: e.activity.service().name(),
        good,
        reason,
        actor: words::actor(v, &e.actor),
        target: e.target.map(|t| t.name).unwrap_or_default(),
        link,
        detail: e.detail.unwrap_or_default(),
        changes: e.changes,
        ip: e.ip.unwrap_or_default(),
        user_agent: e.user_agent.unwrap_or_default(),
        request_id: e.request_id.unwrap_or_default(),
        id: stored.id.to_string(),
    }
}

/// Reads `<microseconds>~<id>`.
fn before(text: &str) -> Option<(Timestamp, EventId)> {
    let (at, id) = text.split_once('~')?;
    Some((Timestamp(at.parse().ok()?), EventId::parse(id)?))
}

fn groups(chosen: Option<Activity>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for activity in Activity::ALL {
        let entry = (activity.name(), chosen == Some(*activity));
        let service = activity.service().name();
        match groups.iter_mut().find(|g| g.service == service) {
            Some(group) => group.activities.push(entry),
            None => groups.push(Group {
                service,
                activities: vec![entry],
            }),
        }
    }
    groups
}

async fn show(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let typed = Typed::read(|name| query.one(name))?;
    let here = before(query.one("after")?);
    let mut events = web
        .app
        .audit_log(&desk.me, &typed.filter(), here, PAGE + 1)
        .await?;
    let more = cut(&mut events);
    let next = events
        .last()
        .filter(|_| more)
        .map(|e| format!("{}~{}", e.event.at.0, e.id));
    let fields = typed.pairs();
    let kept: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let about = about(typed.about, &events);
    Ok(ok(&AuditPage {
        pager: Pager::new(LIST, &kept, here.is_some(), next),
        groups: groups(typed.activity),
        filtered: !fields.is_empty(),
        rows: events.into_iter().map(|e| row(&desk.v, e)).collect(),
        v: desk.v,
        about,
        fields,
        typed,
    }))
}

/// The name under an id, looked for in the events themselves: readers of the log may not see users.
fn about(id: Option<Uuid>, events: &[StoredEvent]) -> String {
    use keyward_core::audit::Actor;
    let Some(id) = id else {
        return String::new();
    };
    let named = events
        .iter()
        .find_map(|e| match (&e.event.target, &e.event.actor) {
            (Some(target), _) if target.id == Some(id) => Some(target.name.clone()),
            (_, Actor::User { id: actor, name }) if *actor == id => Some(name.clone()),
            _ => None,
        });
    named.unwrap_or_else(|| id.to_string())
}

/// Posted, because the export is itself noted in the log.
async fn export(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    let typed = Typed::read(|name| form.one(name))?;
    let (format, name, kind) = match form.one("format")? {
        "csv" => (Format::Csv, "audit.csv", "text/csv; charset=utf-8"),
        "jsonl" => (Format::JsonLines, "audit.jsonl", "application/x-ndjson"),
        _ => return Err(missing()),
    };
    let body = web
        .app
        .export_audit(&desk.ctx, &desk.me, &typed.filter(), format)
        .await?;
    Ok(download(body, name, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_what_its_address_says() {
        let id = Uuid::from_u128(9);
        let pairs = [
            ("from", "2026-02-28".to_owned()),
            ("until", "2026-02-28".to_owned()),
            ("activity", Activity::UserAdded.name().to_owned()),
            ("result", "failure".to_owned()),
            ("about", id.to_string()),
        ];
        let one = |name: &str| {
            let found = pairs.iter().find(|(n, _)| *n == name);
            Ok(found.map_or("", |(_, v)| v.as_str()))
        };
        let filter = Typed::read(one).unwrap().filter();
        assert_eq!(filter.activity, Some(Activity::UserAdded));
        assert_eq!(
            (filter.success, filter.about, filter.text),
            (Some(false), Some(id), None)
        );
        let (from, until) = (filter.from.unwrap(), filter.until.unwrap());
        assert_eq!(until.since(from), days(1));
    }
}
