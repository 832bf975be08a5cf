//! Whole sign-ins and whole resets over HTTP, in CPU time of the server alone, held against raw Argon2id hashes of the
//! same run; and both once more with a million users in the table.

use std::net::SocketAddr;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use keyward_testbed::smtp::{SmtpOptions, SmtpServer};

use crate::Context;
use crate::Done;
use crate::baseline;
use crate::figure::{Bar, Figure};
use crate::http::{Answer, Visitor};
use crate::people::{self, PASSWORD, People};
use crate::server::Server;

/// How many of each are measured at a time. Every user resets once: the counters stay out of the way.
const ROUND: usize = 250;
const SMALL: usize = 1_000;
const LARGE: usize = 1_000_000;

/// How long raw hashes are measured before and after each round.
const AROUND: Duration = Duration::from_secs(3);

/// So many people at a time: the server hashes without a pause, as the raw measure does, and doesn't find its memory
/// cold after waiting for a mail.
const AT_ONCE: usize = 4;

/// What is done per second of the server's CPU time, and how many raw hashes fit into one just before and after.
struct Rate {
    own: f64,
    raw: f64,
}

impl Rate {
    /// Held against the raw hashes of the same minute: a busy neighbour slows both.
    fn ratio(&self) -> f64 {
        self.own / self.raw
    }
}

struct Rates {
    sign_ins: Rate,
    resets: Rate,
}

pub(crate) fn run(_: &mut Context) -> Done<Vec<Figure>> {
    let folder = tempfile::tempdir().map_err(|error| format!("a temporary directory: {error}"))?;
    let data = folder.path().join("data");
    drop(Server::demo(&data)?);
    let people = People::open(&data)?;
    people.who_sign_in(2 * ROUND)?;
    people.fill_up_to(SMALL)?;
    people.close();
    let small = measure(&data, 0..ROUND)?;

    eprintln!("filling the table up to {LARGE} users");
    let people = People::open(&data)?;
    people.fill_up_to(LARGE)?;
    people.close();
    let large = measure(&data, ROUND..2 * ROUND)?;

    let ms = |rate: &Rate| 1_000.0 / rate.own;
    let at_least = |name, value, bar| Figure::new(name, value, "", Bar::AtLeast(bar));
    Ok(vec![
        Figure::new("CPU per sign-in", ms(&small.sign_ins), "ms", Bar::None),
        Figure::new("CPU per whole reset", ms(&small.resets), "ms", Bar::None),
        at_least("sign-ins ÷ raw hashes", small.sign_ins.ratio(), 0.90),
        at_least("whole resets ÷ raw hashes", small.resets.ratio(), 0.80),
        at_least(
            "sign-ins, 1,000,000 users ÷ 1,000",
            large.sign_ins.ratio() / small.sign_ins.ratio(),
            0.95,
        ),
        at_least(
            "whole resets, 1,000,000 users ÷ 1,000",
            large.resets.ratio() / small.resets.ratio(),
            0.95,
        ),
    ])
}

fn measure(data: &Path, users: Range<usize>) -> Done<Rates> {
    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    let smtp = runtime.block_on(async { SmtpServer::start(&SmtpOptions::default()) });
    let server = Server::serve(data, smtp.port())?;
    // The first ones find cold memory and empty caches.
    for n in users.clone().take(10) {
        sign_in(&server, n)?;
    }
    let rate = |operation: &(dyn Fn(usize) -> Done + Sync)| -> Done<Rate> {
        let raw_before = baseline::raw_hashes(AROUND)?;
        let before = server.cpu()?;
        at_once(users.clone(), operation)?;
        let used = server.cpu()?.saturating_sub(before);
        let raw_after = baseline::raw_hashes(AROUND)?;
        Ok(Rate {
            own: users.len() as f64 / used.as_secs_f64(),
            raw: f64::midpoint(raw_before, raw_after),
        })
    };
    let sign_ins = rate(&|n| sign_in(&server, n))?;
    let code = |address: &str| {
        let waiting = smtp.wait_for(|mail| mail.is_for(address), Duration::from_secs(20));
        runtime.block_on(waiting).code()
    };
    let resets = rate(&|n| reset(&server, n, &code))?;
    Ok(Rates { sign_ins, resets })
}

/// Does it for each of these users, some at a time.
fn at_once(users: Range<usize>, operation: &(dyn Fn(usize) -> Done + Sync)) -> Done {
    let next = AtomicUsize::new(users.start);
    let work = || -> Done {
        loop {
            match next.fetch_add(1, Ordering::Relaxed) {
                n if n < users.end => operation(n)?,
                _ => return Ok(()),
            }
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .map_err(|_| "a thread has panicked".to_owned())?
        })
    })
}

/// The sign-in page, the form, and where it leads.
pub(crate) fn sign_in(server: &Server, n: usize) -> Done {
    let mut visitor = Visitor::of(server.address());
    let page = visitor.get("/signin")?.text();
    let fields = [
        ("csrf", field(&page, "csrf")?),
        ("name", people::upn(n)),
        ("password", PASSWORD.to_owned()),
    ];
    leads_to(&post(&mut visitor, "/signin", &fields)?, "/account")
}

/// From the user name to the new password.
fn reset(server: &Server, n: usize, code: Codes<'_>) -> Done {
    let mut proved = prove(server.address(), &people::upn(n), &people::mailbox(n), code)?;
    proved.choose(&format!("{PASSWORD} {n}"))?;
    proved.visitor.get("/reset/done").map(drop)
}

/// The code that was sent to an address.
pub(crate) type Codes<'c> = &'c (dyn Fn(&str) -> String + Sync);

/// Somebody who has proved who they are and is about to type the new password.
pub(crate) struct Proved {
    visitor: Visitor,
    csrf: String,
}

impl Proved {
    /// Sends the new password; done when the page says so.
    pub(crate) fn choose(&mut self, password: &str) -> Done {
        let fields = [
            ("csrf", self.csrf.clone()),
            ("password", password.to_owned()),
            ("confirm", password.to_owned()),
        ];
        let answer = post(&mut self.visitor, "/reset/password", &fields)?;
        leads_to(&answer, "/reset/done")
    }
}

/// From the user name to the page that asks for the new password, with one code by mail.
pub(crate) fn prove(server: SocketAddr, upn: &str, mailbox: &str, code: Codes<'_>) -> Done<Proved> {
    let mut visitor = Visitor::of(server);
    ask_for_code(&mut visitor, upn)?;
    let page = visitor.get("/reset/code")?.text();
    let fields = [("csrf", field(&page, "csrf")?), ("code", code(mailbox))];
    leads_to(
        &post(&mut visitor, "/reset/code", &fields)?,
        "/reset/password",
    )?;
    let page = visitor.get("/reset/password")?.text();
    let csrf = field(&page, "csrf")?;
    Ok(Proved { visitor, csrf })
}

/// From the user name to a code that is on its way.
pub(crate) fn ask_for_code(visitor: &mut Visitor, upn: &str) -> Done {
    let page = visitor.get("/reset")?.text();
    let puzzle = field(&page, "puzzle")?;
    let bits = between(&page, "data-pow-bits=\"").and_then(|bits| bits.parse().ok());
    let pow = keyward_core::pow::solve(&puzzle, bits.ok_or("the page has no puzzle")?);
    let fields = [
        ("csrf", field(&page, "csrf")?),
        ("name", upn.to_owned()),
        ("puzzle", puzzle),
        ("pow", pow),
    ];
    leads_to(&post(visitor, "/reset", &fields)?, "/reset/verify")?;

    let (mut path, mut answer) = visitor.follow("/reset/verify")?;
    if path == "/reset/goal" {
        // Whoever has a password in a directory may also unlock it.
        let fields = [
            ("csrf", field(&answer.text(), "csrf")?),
            ("goal", "reset".to_owned()),
        ];
        leads_to(&post(visitor, &path, &fields)?, "/reset/verify")?;
        (path, answer) = visitor.follow("/reset/verify")?;
    }
    let page = answer.text();
    let fields = [
        ("csrf", field(&page, "csrf")?),
        ("method", field(&page, "method")?),
    ];
    leads_to(&post(visitor, &path, &fields)?, "/reset/code")
}

pub(crate) fn post(visitor: &mut Visitor, path: &str, fields: &[(&str, String)]) -> Done<Answer> {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    visitor.post(path, &fields)
}

/// The value of the first field of this name.
pub(crate) fn field(page: &str, name: &str) -> Done<String> {
    let value = between(page, &format!("name=\"{name}\" value=\""));
    value
        .map(str::to_owned)
        .ok_or_else(|| format!("the page has no field {name}:\n{page}"))
}

pub(crate) fn between<'p>(page: &'p str, start: &str) -> Option<&'p str> {
    page.split(start).nth(1)?.split('"').next()
}

pub(crate) fn leads_to(answer: &Answer, path: &str) -> Done {
    match answer.header("location") {
        Some(location) if location == path => Ok(()),
        other => Err(format!(
            "expected {path}, got {} {other:?}:\n{}",
            answer.status,
            answer.text()
        )),
    }
}
