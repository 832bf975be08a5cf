//! One member more in the group that everybody is in: what the service writes for it.

use std::time::{Duration, Instant};

use super::Context;
use super::directory::Kind;
use super::rows::Rows;
use crate::Done;
use crate::figure::{Bar, Figure};

/// The table that members are in; a row for each.
const MEMBERS: &str = "group_members";
const TOO_LONG: Duration = Duration::from_mins(1);
/// What comes later belongs to it as well.
const AFTER: Duration = Duration::from_secs(3);

pub(super) fn run(context: &mut Context, kind: Kind) -> Done<Vec<Figure>> {
    let premises = context.premises(kind)?;
    let person = premises.take(1)?.remove(0);
    let group = premises.directory.everybody();
    let mut admin = premises.directory.as_admin()?;
    let data = premises.data();
    let rows = Rows::count(&data)?;
    admin.remove_member(&group, &person.dn)?;
    until_written(&rows)?;
    rows.forget()?;
    admin.add_member(&group, &person.dn)?;
    let took = until_written(&rows)?;
    let written = rows.written()?;
    rows.end()?;
    eprintln!("rows written: {written:?}");
    let members = written.get(MEMBERS).copied().unwrap_or(0) as f64;
    let all: usize = written.values().sum();
    let head = format!(
        "{}, one more of {} members",
        kind.name(),
        premises.import.users
    );
    let figure =
        |text: &str, value, unit, bar| Figure::new(format!("{head}: {text}"), value, unit, bar);
    Ok(vec![
        figure("rows of members written", members, "", Bar::AtMost(1.0)),
        figure("all rows, with the run's record", all as f64, "", Bar::None),
        figure("visible after", took.as_secs_f64(), "s", Bar::None),
    ])
}

/// When a member was written, and a moment more.
fn until_written(rows: &Rows<'_>) -> Done<Duration> {
    let begun = Instant::now();
    while !rows.written()?.contains_key(MEMBERS) {
        if begun.elapsed() > TOO_LONG {
            return Err("the member never came".to_owned());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let took = begun.elapsed();
    std::thread::sleep(AFTER);
    Ok(took)
}
