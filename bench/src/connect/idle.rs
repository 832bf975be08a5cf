//! What a domain controller pays for an agent that has nothing to do.

use std::time::Duration;

use super::Context;
use super::directory::{Directory, Kind};
use crate::figure::{Bar, Figure};
use crate::{Done, proc};

const LOOKS: Duration = Duration::from_secs(30);
/// What the start and the end of an agent cause is over then.
const SETTLED: Duration = Duration::from_secs(8);

pub(super) fn run(context: &mut Context) -> Done<Vec<Figure>> {
    let premises = context.premises(Kind::Samba)?;
    let group = match &premises.directory {
        Directory::Samba(samba) => samba.pid().ok_or("Samba doesn't run")?,
        Directory::Slapd(_) => return Err("that is slapd".to_owned()),
    };
    let with = used(group)?;
    premises.agent.stop();
    let without = used(group);
    premises.agent.run();
    let without = without?;
    let caused = with.as_secs_f64() - without.as_secs_f64();
    let percent = |seconds: f64| 100.0 * seconds / LOOKS.as_secs_f64();
    let head = format!("Samba, {} users, idle", premises.import.users);
    let figure = |text: &str, seconds, bar| {
        Figure::new(format!("{head}: {text}"), percent(seconds), "%", bar)
    };
    Ok(vec![
        figure("CPU with the agent", with.as_secs_f64(), Bar::None),
        figure("CPU without it", without.as_secs_f64(), Bar::None),
        figure("CPU caused by the agent", caused, Bar::AtMost(1.0)),
    ])
}

fn used(group: u32) -> Done<Duration> {
    std::thread::sleep(SETTLED);
    let before = proc::group_cpu_time(group)?;
    std::thread::sleep(LOOKS);
    Ok(proc::group_cpu_time(group)?.saturating_sub(before))
}
