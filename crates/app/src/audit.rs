//! Writing, reading and exporting the audit log.

use crate::attempt::{Attempt, On};
use crate::error::Result;
use crate::{App, Ctx, Principal};
use keyward_core::audit::{Activity, Actor, Change, Event, Outcome, Service, Target};
use keyward_core::csv::harmless_cell;
use keyward_core::ids::{EventId, GroupId, UserId};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::time::Timestamp;
use keyward_core::user::User;
use keyward_store::Tx;
use keyward_store::audit::{EventFilter, StoredEvent};

/// An event being put together: what and by whom are known, the rest has a default.
#[must_use]
pub struct Draft(Event);

impl Draft {
    pub(crate) fn new(ctx: &Ctx, activity: Activity, actor: Actor) -> Self {
        Self(Event {
            at: ctx.now,
            activity,
            actor: if ctx.local {
                Actor::LocalCommand
            } else {
                actor
            },
            target: None,
            outcome: Outcome::Success,
            detail: None,
            changes: Vec::new(),
            ip: ctx.ip.clone(),
            user_agent: ctx.user_agent.clone(),
            request_id: ctx.request_id.clone(),
        })
    }

    /// A user acting on their own account.
    pub(crate) fn own(ctx: &Ctx, activity: Activity, user: &User) -> Self {
        let actor = Actor::User {
            id: user.id.0,
            name: user.upn.to_string(),
        };
        Self::new(ctx, activity, actor).on_user(user)
    }

    pub(crate) fn on_user(self, user: &User) -> Self {
        self.on("user", Some(user.id.0), user.upn.as_str())
    }

    pub(crate) fn on_group(self, id: GroupId, name: &str) -> Self {
        self.on("group", Some(id.0), name)
    }

    pub(crate) fn on(mut self, kind: &'static str, id: Option<uuid::Uuid>, name: &str) -> Self {
        self.0.target = Some(Target {
            kind,
            id,
            name: name.to_owned(),
        });
        self
    }

    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    pub(crate) fn failed(mut self, reason: &str) -> Self {
        self.0.outcome = Outcome::Failure(reason.to_owned());
        self
    }

    /// Failed for the reason of a refusal, if there was one.
    pub(crate) fn ended(self, refusal: Option<&Refusal>) -> Self {
        match refusal {
            Some(refusal) => self.failed(refusal.code()),
            None => self,
        }
    }

    /// Notes a property if it changed.
    pub(crate) fn change(
        mut self,
        property: &str,
        old: Option<String>,
        new: Option<String>,
    ) -> Self {
        if old != new {
            self.0.changes.push(Change {
                property: property.to_owned(),
                old,
                new,
            });
        }
        self
    }

    /// Notes properties that changed.
    pub(crate) fn changes(mut self, changes: Vec<Change>) -> Self {
        self.0.changes.extend(changes);
        self
    }

    pub(crate) fn has_changes(&self) -> bool {
        !self.0.changes.is_empty()
    }
}

impl App {
    /// Writes an event into the transaction of what it tells.
    pub(crate) async fn record(&self, tx: &mut Tx, draft: Draft) -> Result<()> {
        tracing::info!(
            target: "audit",
            tenant = %tx.tenant(),
            activity = draft.0.activity.name(),
            success = matches!(draft.0.outcome, Outcome::Success),
            request_id = draft.0.request_id.as_deref().unwrap_or_default(),
        );
        tx.record(EventId(self.entropy.uuid()), &draft.0).await?;
        Ok(())
    }

    /// A page of the log, newest first.
    pub async fn audit_log(
        &self,
        me: &Principal,
        filter: &EventFilter,
        before: Option<(Timestamp, EventId)>,
        limit: i64,
    ) -> Result<Vec<StoredEvent>> {
        me.needs(Permission::ReadAudit)?;
        Ok(self
            .db
            .read(me.tenant())
            .await?
            .events(filter, before, limit)
            .await?)
    }

    /// What happened to and by a user, for the pages of that user: addresses and devices are in it, so it is for those
    /// who may read the log, or act on that user.
    pub async fn timeline(
        &self,
        me: &Principal,
        user: UserId,
        limit: i64,
    ) -> Result<Vec<StoredEvent>> {
        me.full()?;
        if me.user.id != user {
            me.needs(Permission::ReadUsers)?;
        }
        let mut tx = self.db.read(me.tenant()).await?;
        let roles = tx.roles_of(user).await?;
        if !me.sees_activity_of(user, &roles) {
            return Err(Refusal::HoldsMoreRights.into());
        }
        let filter = EventFilter {
            about: Some(user.0),
            ..EventFilter::default()
        };
        Ok(tx.events(&filter, None, limit).await?)
    }

    /// Everything the filter lets through, as CSV or JSON lines, at most [`EXPORT_LIMIT`] events; noted in the log.
    pub async fn export_audit(
        &self,
        ctx: &Ctx,
        me: &Principal,
        filter: &EventFilter,
        format: Format,
    ) -> Result<Vec<u8>> {
        let attempt = Attempt::new(ctx, me, Activity::AuditExported, On::Thing("tenant"));
        self.attempt(attempt, async {
            me.needs(Permission::ReadAudit)?;
            let mut tx = self.db.write(me.tenant()).await?;
            self.record(
                &mut tx,
                Draft::new(ctx, Activity::AuditExported, me.actor()).detail(format.name()),
            )
            .await?;
            tx.commit().await?;
            let mut out = Exporter::new(format)?;
            let mut before = None;
            let mut left = EXPORT_LIMIT;
            loop {
                let page = self
                    .db
                    .read(me.tenant())
                    .await?
                    .events(filter, before, EXPORT_PAGE)
                    .await?;
                let Some(last) = page.last() else { break };
                before = Some((last.event.at, last.id));
                for stored in page.iter().take(left) {
                    out.write(stored)?;
                }
                if page.len() > left {
                    out.cut()?;
                    break;
                }
                left -= page.len();
            }
            out.finish()
        })
        .await
    }

    /// Refuses unless the reader may see the log, for pages that only offer it.
    pub fn may_read_audit(me: &Principal) -> Result<(), Refusal> {
        me.needs(Permission::ReadAudit)
    }
}

/// The most events in one export; a file that was cut there says so in its last line.
pub const EXPORT_LIMIT: usize = 100_000;

/// Events fetched at a time for an export.
const EXPORT_PAGE: i64 = 1000;

/// The last line of an export that has room for no more.
#[must_use]
pub fn cut_note(rows: usize) -> String {
    format!("(cut after {rows} rows: there are more; filter and export them in parts)")
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, with cells that a spreadsheet would calculate made harmless.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::JsonLines => "JSON lines",
        }
    }
}

#[expect(
    clippy::large_enum_variant,
    reason = "one lives on the stack for the time of an export"
)]
enum Exporter {
    Csv(csv::Writer<Vec<u8>>),
    JsonLines(Vec<u8>),
}

const COLUMNS: [&str; 15] = [
    "time",
    "service",
    "activity",
    "result",
    "reason",
    "actor",
    "actor_id",
    "target_type",
    "target",
    "target_id",
    "detail",
    "changes",
    "ip",
    "user_agent",
    "request_id",
];

impl Exporter {
    fn new(format: Format) -> Result<Self> {
        Ok(match format {
            Format::JsonLines => Self::JsonLines(Vec::new()),
            Format::Csv => {
                // The mark by which spreadsheets know UTF-8, as every other list has it.
                let mut writer = csv::WriterBuilder::new()
                    .terminator(csv::Terminator::CRLF)
                    .from_writer("\u{feff}".into());
                writer.write_record(COLUMNS).map_err(fault)?;
                Self::Csv(writer)
            }
        })
    }

    fn write(&mut self, stored: &StoredEvent) -> Result<()> {
        let e = &stored.event;
        let (actor, actor_id) = match &e.actor {
            Actor::User { id, name } => (name.clone(), id.to_string()),
            Actor::Agent { id, name } => (format!("(agent) {name}"), id.to_string()),
            Actor::Stranger => ("(not signed in)".into(), String::new()),
            Actor::System => ("(Keyward)".into(), String::new()),
            Actor::LocalCommand => ("(local command)".into(), String::new()),
        };
        let (result, reason) = match &e.outcome {
            Outcome::Success => ("Success", String::new()),
            Outcome::Failure(reason) => ("Failure", reason.clone()),
        };
        let (kind, target, target_id) = e.target.as_ref().map_or_else(Default::default, |t| {
            (
                t.kind.to_owned(),
                t.name.clone(),
                t.id.map(|i| i.to_string()).unwrap_or_default(),
            )
        });
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        match self {
            Self::JsonLines(out) => {
                let json = serde_json::json!({
                    "time": rfc3339(e.at), "service": service(e.activity.service()), "activity": e.activity.name(),
                    "result": result, "reason": reason, "actor": actor, "actor_id": actor_id, "target_type": kind,
                    "target": target, "target_id": target_id, "detail": text(&e.detail), "changes": e.changes,
                    "ip": text(&e.ip), "user_agent": text(&e.user_agent), "request_id": text(&e.request_id),
                });
                serde_json::to_writer(&mut *out, &json).map_err(fault)?;
                out.push(b'\n');
            }
            Self::Csv(writer) => {
                let changes = serde_json::to_string(&e.changes).map_err(fault)?;
                let cells = [
                    rfc3339(e.at),
                    service(e.activity.service()).into(),
                    e.activity.name().into(),
                    result.into(),
                    reason,
                    actor,
                    actor_id,
                    kind,
                    target,
                    target_id,
                    text(&e.detail),
                    changes,
                    text(&e.ip),
                    text(&e.user_agent),
                    text(&e.request_id),
                ];
                writer
                    .write_record(cells.iter().map(|c| harmless_cell(c)))
                    .map_err(fault)?;
            }
        }
        Ok(())
    }

    /// Says that there is more.
    fn cut(&mut self) -> Result<()> {
        let note = cut_note(EXPORT_LIMIT);
        match self {
            Self::JsonLines(out) => {
                serde_json::to_writer(&mut *out, &serde_json::json!({ "note": note }))
                    .map_err(fault)?;
                out.push(b'\n');
                Ok(())
            }
            Self::Csv(writer) => {
                let mut cells = [""; COLUMNS.len()];
                cells[0] = &note;
                writer.write_record(cells).map_err(fault)
            }
        }
    }

    fn finish(self) -> Result<Vec<u8>> {
        match self {
            Self::JsonLines(out) => Ok(out),
            Self::Csv(writer) => writer.into_inner().map_err(fault),
        }
    }
}

fn service(service: Service) -> &'static str {
    service.name()
}

fn fault(error: impl std::fmt::Display) -> crate::Error {
    crate::Error::Fault(format!("export: {error}"))
}

/// An instant as RFC 3339 in UTC.
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.0)
        .map(|t| t.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_that_is_cut_says_so_in_its_last_line() {
        for (format, wanted) in [
            (Format::Csv, "(cut after 100000 rows"),
            (Format::JsonLines, "{\"note\":\"(cut after"),
        ] {
            let mut out = Exporter::new(format).unwrap();
            out.cut().unwrap();
            let text = String::from_utf8(out.finish().unwrap()).unwrap();
            assert!(text.lines().last().unwrap().starts_with(wanted), "{text}");
        }
    }
}
