//! Words that several pages of the admin center share.

use keyward_core::audit::Actor;
use keyward_core::time::Timestamp;

use crate::view::View;

/// A reason from the log, in words where we have some: the text `reason-<code>`.
pub(crate) fn reason(v: &View, code: &str) -> String {
    let plain = code.len() <= 60
        && code
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !plain {
        return code.to_owned();
    }
    let text = v.tf("reason-{}", code);
    if text.starts_with('{') {
        code.to_owned()
    } else {
        text.into_owned()
    }
}

/// Who did it.
pub(crate) fn actor(v: &View, actor: &Actor) -> String {
    match actor {
        Actor::User { name, .. } => name.clone(),
        Actor::Agent { name, .. } => v.t1("audit-actor-agent", "host", name).into_owned(),
        Actor::Stranger => v.t("audit-actor-stranger").into_owned(),
        Actor::System => v.t("audit-actor-system").into_owned(),
        Actor::LocalCommand => v.t("audit-actor-local").into_owned(),
    }
}

/// The beginning of a day in UTC, from `2026-11-22`.
pub(crate) fn midnight(text: &str) -> Option<Timestamp> {
    let date: jiff::civil::Date = text.parse().ok()?;
    let at = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    (text.len() == 10).then_some(Timestamp(at.timestamp().as_microsecond()))
}

/// The day of an instant in UTC: `2026-11-22`.
pub(crate) fn day(at: Timestamp) -> String {
    crate::format::iso(at).chars().take(10).collect()
}
