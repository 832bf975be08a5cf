//! Passwords that are written back, held against a bare modification of the password on an open connection.

use std::time::Duration;

use super::Context;
use super::directory::Kind;
use super::premises::new_password;
use super::share::{AT_ONCE, share};
use super::times::{ms, percentile, timed};
use crate::Done;
use crate::figure::{Bar, Figure};

/// How many, one after the other: enough for the kernel's steps of CPU time to vanish.
const SINGLE: usize = 120;
/// How many at once.
const MANY: usize = 120;
/// Mail that goes out after the answer belongs to a reset.
const AFTER: Duration = Duration::from_secs(2);

/// One at a time, by turns with bare ones, so that a busy neighbour slows both.
pub(super) fn one_by_one(context: &mut Context, kind: Kind) -> Done<Vec<Figure>> {
    let premises = context.premises(kind)?;
    let mine = premises.take_ready(SINGLE)?;
    let others = premises.take(SINGLE)?;
    let whole = premises.cpu()?;
    let proved: Done<Vec<_>> = mine.iter().map(|person| premises.prove(person)).collect();
    let before = premises.cpu()?;
    let mut bare = premises.directory.as_service()?;
    let (mut written, mut modified) = (Vec::new(), Vec::new());
    for ((mut proved, person), other) in proved?.into_iter().zip(&mine).zip(&others) {
        written.push(timed(|| proved.choose(&new_password(person)))?);
        modified.push(timed(|| {
            bare.set_password(&other.dn, &new_password(other))
        })?);
    }
    std::thread::sleep(AFTER);
    let after = premises.cpu()?;
    let each = |from: Duration| ms(after.saturating_sub(from)) / SINGLE as f64;
    let (written, modified) = (percentile(written, 0.5), percentile(modified, 0.5));

    let name = kind.name();
    let figure = |text: &str, value, bar| Figure::new(format!("{name}: {text}"), value, "ms", bar);
    let more = ms(written) - ms(modified);
    let cpu_bar = match kind {
        Kind::Slapd => Bar::AtMost(3.0),
        Kind::Samba => Bar::None,
    };
    Ok(vec![
        figure("written-back reset, p50", ms(written), Bar::None),
        figure("bare password modify, p50", ms(modified), Bar::None),
        figure("reset − bare modify, p50", more, Bar::AtMost(10.0)),
        figure("CPU per written-back reset", each(before), cpu_bar),
        figure("CPU per whole reset", each(whole), Bar::None),
    ])
}

/// Eight at a time; bare ones before and after.
pub(super) fn at_once(context: &mut Context, kind: Kind) -> Done<Vec<Figure>> {
    let premises = context.premises(kind)?;
    let mine = premises.take_ready(MANY)?;
    let others = premises.take(MANY)?;
    let proved: Done<Vec<_>> = mine.iter().map(|person| premises.prove(person)).collect();
    let pieces: Vec<_> = proved?.into_iter().zip(&mine).collect();
    let connections = (0..AT_ONCE).map(|_| premises.directory.as_service());
    let mut connections = connections.collect::<Done<Vec<_>>>()?;

    let mut bare = |people: &[super::desk::Person]| {
        share(&mut connections, people.iter().collect(), |bare, person| {
            bare.set_password(&person.dn, &new_password(person))
        })
    };
    let (first, last) = others.split_at(MANY / 2);
    let mut modified = bare(first)?;
    let written = share(&mut [(); AT_ONCE], pieces, |(), (mut proved, person)| {
        proved.choose(&new_password(person))
    })?;
    modified += bare(last)?;

    let rate = |time: Duration| MANY as f64 / time.as_secs_f64();
    let (written, modified) = (rate(written), rate(modified));
    let name = kind.name();
    let figure = |text: &str, value, unit, bar| {
        Figure::new(format!("{name}, 8 at once: {text}"), value, unit, bar)
    };
    Ok(vec![
        figure("written-back resets", written, "1/s", Bar::None),
        figure("bare password modifies", modified, "1/s", Bar::None),
        figure(
            "resets ÷ bare modifies",
            written / modified,
            "",
            Bar::AtLeast(0.9),
        ),
    ])
}
