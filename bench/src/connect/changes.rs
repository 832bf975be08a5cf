//! How soon a change in the directory is visible in the service.

use std::time::{Duration, Instant};

use super::Context;
use super::directory::Kind;
use super::times::percentile;
use crate::Done;
use crate::figure::{Bar, Figure};

const MANY: usize = 40;
const TOO_LONG: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(5);

pub(super) fn run(context: &mut Context, kind: Kind) -> Done<Vec<Figure>> {
    let premises = context.premises(kind)?;
    let people = premises.take(MANY)?;
    let mut admin = premises.directory.as_admin()?;
    let mut times = Vec::new();
    for (n, person) in people.iter().enumerate() {
        // At any instant between two looks of the agent.
        std::thread::sleep(Duration::from_millis(n as u64 * 137 % 1_000));
        let number = format!("+49 151 99{n:06}");
        admin.set(&person.dn, "mobile", &number)?;
        let changed = Instant::now();
        while premises.desk.mobile(person)?.as_ref() != Some(&number) {
            if changed.elapsed() > TOO_LONG {
                return Err(format!("the number of {} never came", person.upn));
            }
            std::thread::sleep(LOOK);
        }
        times.push(changed.elapsed());
    }
    let seconds = |share| percentile(times.clone(), share).as_secs_f64();
    let name = kind.name();
    let figure = |text: &str, value, bar| Figure::new(format!("{name}: {text}"), value, "s", bar);
    Ok(vec![
        figure("changed number visible, p50", seconds(0.5), Bar::None),
        figure(
            "changed number visible, p95",
            seconds(0.95),
            Bar::AtMost(2.0),
        ),
    ])
}
