//! The audit log: written in the transaction of what it tells, never changed.

use crate::db::{Error, Result, Row, Tx, args};
use keyward_core::audit::{Activity, Actor, Change, Event, Outcome, Target};
use keyward_core::ids::{EventId, UserId};
use keyward_core::time::Timestamp;
use uuid::Uuid;

/// Which events a list shows. An empty field filters nothing.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// One activity.
    pub activity: Option<Activity>,
    /// Only successes, or only failures.
    pub success: Option<bool>,
    /// Done by or to this user or thing.
    pub about: Option<Uuid>,
    /// Folded text that occurs in the names, the reason, the detail, the address or what changed.
    pub text: Option<String>,
}

/// An event with its id, by which pages follow each other.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    /// Its id.
    pub id: EventId,
    /// What happened.
    pub event: Event,
}

fn read(row: &Row) -> Result<StoredEvent> {
    let actor_name: Option<String> = row.get("actor_name")?;
    let actor = match row.get::<String>("actor_kind")?.as_str() {
        "user" => Actor::User {
            id: row.get::<Option<Uuid>>("actor_id")?.unwrap_or_default(),
            name: actor_name.unwrap_or_default(),
        },
        "system" => Actor::System,
        "local-command" => Actor::LocalCommand,
        "agent" => Actor::Agent {
            id: row.get::<Option<Uuid>>("actor_id")?.unwrap_or_default(),
            name: actor_name.unwrap_or_default(),
        },
        _ => Actor::Stranger,
    };
    let kind: Option<String> = row.get("target_kind")?;
    let target_name: Option<String> = row.get("target_name")?;
    let target_id: Option<Uuid> = row.get("target_id")?;
    let target = kind.map(|k| Target {
        kind: TARGET_KINDS
            .into_iter()
            .find(|known| *known == k)
            .unwrap_or("thing"),
        id: target_id,
        name: target_name.unwrap_or_default(),
    });
    let reason: Option<String> = row.get("reason")?;
    Ok(StoredEvent {
        id: EventId(row.get("id")?),
        event: Event {
            at: row.at("at")?,
            activity: Activity::from_name(&row.get::<String>("activity")?)
                .ok_or(Error::Unreadable("audit_events.activity"))?,
            actor,
            target,
            outcome: if row.get("success")? {
                Outcome::Success
            } else {
                Outcome::Failure(reason.unwrap_or_default())
            },
            detail: row.get("detail")?,
            changes: serde_json::from_str::<Vec<Change>>(&row.get::<String>("changes")?)
                .map_err(|_| Error::Unreadable("audit_events.changes"))?,
            ip: row.get("ip")?,
            user_agent: row.get("user_agent")?,
            request_id: row.get("request_id")?,
        },
    })
}

/// The columns that [`read`] wants.
macro_rules! columns {
    () => {
        "e.id, e.at, e.activity, e.actor_kind, e.actor_id, e.actor_name, e.target_kind, e.target_id, e.target_name, \
         e.success, e.reason, e.detail, e.changes, e.ip, e.user_agent, e.request_id"
    };
}

/// The page of events that match. `$first` is a condition whose index is to be used: `$at` is then `at` in a form that
/// SQLite, which has no statistics here, can't take for a reason to walk all events of that time instead.
macro_rules! matching {
    ($first:literal, $at:literal) => {
        concat!(
            " FROM audit_events e WHERE ",
            $first,
            "e.tenant_id = $1 AND ",
            $at,
            " >= $2 AND ",
            $at,
            " <= $3 AND (e.at < $4 OR e.id < $5)
             AND ($6 = '' OR e.activity = $6) AND ($7 = '' OR e.success = ($7 = 'success'))
             AND ($8 = '' OR e.search_key LIKE $8 ESCAPE '!') ORDER BY e.at DESC, e.id DESC LIMIT $9"
        )
    };
}

const TARGET_KINDS: [&str; 11] = [
    "user",
    "group",
    "role",
    "policy",
    "job",
    "tenant",
    "subscription",
    "budget",
    "country",
    "agent",
    "directory",
];

impl Tx {
    /// Writes an event.
    pub async fn record(&mut self, id: EventId, e: &Event) -> Result<()> {
        self.recorded = true;
        let (actor_kind, actor_id, actor_name) = match &e.actor {
            Actor::User { id, name } => ("user", Some(*id), Some(name.clone())),
            Actor::Agent { id, name } => ("agent", Some(*id), Some(name.clone())),
            Actor::Stranger => ("stranger", None, None),
            Actor::System => ("system", None, None),
            Actor::LocalCommand => ("local-command", None, None),
        };
        let (success, reason) = match &e.outcome {
            Outcome::Success => (true, None),
            Outcome::Failure(reason) => (false, Some(reason.clone())),
        };
        let changes =
            serde_json::to_string(&e.changes).map_err(|_| Error::Unreadable("changes"))?;
        let target_name = e.target.as_ref().map(|t| t.name.clone());
        let search: Vec<&str> = [
            &actor_name,
            &target_name,
            &reason,
            &e.detail,
            &e.ip,
            &e.request_id,
        ]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .chain([e.activity.name()])
        // Whoever came into a group or went is no target: they stand in what changed.
        .chain(e.changes.iter().flat_map(|c| {
            let values = [&c.old, &c.new].into_iter().flatten();
            values.map(String::as_str)
        }))
        .collect();
        let sql = "INSERT INTO audit_events (tenant_id, id, at, activity, service, actor_kind, actor_id, actor_name,
                   target_kind, target_id, target_name, success, reason, detail, changes, ip, user_agent, request_id,
                   search_key) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)";
        let args = args![
            self.tenant(),
            id,
            e.at,
            e.activity.name(),
            e.activity.service().name(),
            actor_kind,
            actor_id,
            &actor_name,
            e.target.as_ref().map(|t| t.kind),
            e.target.as_ref().and_then(|t| t.id),
            &target_name,
            success,
            &reason,
            &e.detail,
            changes,
            &e.ip,
            &e.user_agent,
            &e.request_id,
            keyward_core::text::fold(&search.join(" ")),
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// A page of events, newest first, older than `before`.
    pub async fn events(
        &mut self,
        filter: &EventFilter,
        before: Option<(Timestamp, EventId)>,
        limit: i64,
    ) -> Result<Vec<StoredEvent>> {
        let sql = match (filter.about, filter.activity) {
            (None, None) => concat!("SELECT ", columns!(), matching!("", "e.at")),
            (None, Some(_)) => concat!(
                "SELECT ",
                columns!(),
                matching!("e.activity = $6 AND ", "e.at + 0")
            ),
            (Some(_), _) => concat!(
                "SELECT ",
                columns!(),
                " FROM (SELECT id FROM (SELECT e.id AS id ",
                matching!("e.actor_id = $10 AND ", "e.at + 0"),
                ") actor UNION SELECT id FROM (SELECT e.id AS id ",
                matching!("e.target_id = $10 AND ", "e.at + 0"),
                ") target) hit CROSS JOIN audit_events e WHERE e.tenant_id = $1 AND e.id = hit.id
                 ORDER BY e.at DESC, e.id DESC LIMIT $9"
            ),
        };
        let (at, id) = before.unwrap_or((Timestamp(i64::MAX), EventId(Uuid::max())));
        // One upper end: of two, SQLite seeks to whichever was written first.
        let last = filter.until.map_or(Timestamp(i64::MAX), |until| {
            Timestamp(until.0.saturating_sub(1))
        });
        let like = filter
            .text
            .as_deref()
            .filter(|t| !t.is_empty())
            .map_or(String::new(), |t| {
                format!(
                    "%{}%",
                    t.replace('!', "!!").replace('%', "!%").replace('_', "!_")
                )
            });
        let success = match filter.success {
            Some(true) => "success",
            Some(false) => "failure",
            None => "",
        };
        let mut args = args![
            self.tenant(),
            filter.from.unwrap_or(Timestamp(i64::MIN)),
            last.min(at),
            at,
            id,
            filter.activity.map_or("", Activity::name),
            success,
            like,
            limit,
        ];
        args.extend(filter.about.map(Into::into));
        let rows = self.conn.rows(sql, args).await?;
        rows.iter().map(read).collect()
    }

    /// What happened to a user, newest first: the events of these activities that are about them, whoever did it.
    pub async fn events_of(
        &mut self,
        user: UserId,
        activities: &[Activity],
        limit: i64,
    ) -> Result<Vec<StoredEvent>> {
        let mut args = args![self.tenant(), user, limit];
        let mut places = Vec::new();
        for activity in activities {
            args.push(activity.name().into());
            places.push(format!("${}", args.len()));
        }
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {} FROM audit_events e WHERE e.tenant_id = $1 AND e.target_id = $2 AND e.activity IN ({})
             ORDER BY e.at DESC, e.id DESC LIMIT $3",
            columns!(),
            places.join(", ")
        );
        let rows = self.conn.rows_of(sql, args).await?;
        rows.iter().map(read).collect()
    }

    /// Counts events of one activity since an instant, by success and failure.
    pub async fn count_events(
        &mut self,
        activity: Activity,
        since: Timestamp,
    ) -> Result<(i64, i64)> {
        let sql = "SELECT COUNT(*) FROM audit_events WHERE tenant_id = $1 AND activity = $2 AND at >= $3 AND success = $4";
        let good = self
            .conn
            .count(sql, args![self.tenant(), activity.name(), since, true])
            .await?;
        let bad = self
            .conn
            .count(sql, args![self.tenant(), activity.name(), since, false])
            .await?;
        Ok((good, bad))
    }
}
