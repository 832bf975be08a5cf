//! Sign-ins that the agent has the directory check, held against rebinds on open connections.

use std::net::SocketAddr;
use std::time::Duration;

use super::Context;
use super::desk::Person;
use super::directory::{Kind, PASSWORD};
use super::share::{AT_ONCE, share};
use crate::Done;
use crate::figure::{Bar, Figure};
use crate::http::Visitor;
use crate::load::{field, post};

/// How many in a round: each has a connection, and a server takes so many of one address.
const ROUND: usize = 160;
const ROUNDS: usize = 3;
const MANY: usize = ROUND * ROUNDS;

pub(super) fn run(context: &mut Context, kind: Kind) -> Done<Vec<Figure>> {
    let premises = context.premises(kind)?;
    // Somebody has reset, so the agent is known to be ready.
    premises.take_ready(1)?;
    let people = premises.take(MANY)?;
    let connections = (0..AT_ONCE).map(|_| premises.directory.as_service());
    let mut connections = connections.collect::<Done<Vec<_>>>()?;
    let mut rebinds = |people: &[Person]| {
        share(&mut connections, people.iter().collect(), |bare, person| {
            bare.bind(&person.dn, PASSWORD)
        })
    };
    // A first sign-in is written down there, a second one isn't.
    rebinds(&people)?;
    let (mut bound, mut signed_in) = (Duration::ZERO, Duration::ZERO);
    for round in people.chunks(ROUND) {
        let doors: Done<Vec<_>> = round
            .iter()
            .map(|person| Door::of(premises.address(), person))
            .collect();
        let (first, last) = round.split_at(ROUND / 2);
        bound += rebinds(first)?;
        signed_in += share(&mut [(); AT_ONCE], doors?, |(), door| door.enter())?;
        bound += rebinds(last)?;
    }

    let rate = |time: Duration| MANY as f64 / time.as_secs_f64();
    let (signed_in, bound) = (rate(signed_in), rate(bound));
    let name = kind.name();
    let figure = |text: &str, value, unit, bar| {
        Figure::new(format!("{name}, 8 at once: {text}"), value, unit, bar)
    };
    Ok(vec![
        figure("pass-through sign-ins", signed_in, "1/s", Bar::None),
        figure("bare rebinds", bound, "1/s", Bar::None),
        figure(
            "sign-ins ÷ bare rebinds",
            signed_in / bound,
            "",
            Bar::AtLeast(0.8),
        ),
    ])
}

/// Somebody who has the sign-in page, and is about to send it.
struct Door {
    visitor: Visitor,
    fields: [(&'static str, String); 3],
}

impl Door {
    fn of(address: SocketAddr, person: &Person) -> Done<Self> {
        let mut visitor = Visitor::of(address);
        let page = visitor.get("/signin")?.text();
        let fields = [
            ("csrf", field(&page, "csrf")?),
            ("name", person.upn.clone()),
            ("password", PASSWORD.to_owned()),
        ];
        Ok(Self { visitor, fields })
    }

    fn enter(mut self) -> Done {
        let answer = post(&mut self.visitor, "/signin", &self.fields)?;
        match answer.header("location") {
            Some(place) if place != "/signin" => Ok(()),
            _ => Err(format!(
                "no sign-in ({}): {}",
                answer.status, self.fields[1].1
            )),
        }
    }
}
