//! What somebody at a browser does with a name, and all that they see of the answer.

use std::fmt;
use std::time::Instant;

use super::kinds::{Kind, THRESHOLD};
use crate::Done;
use crate::http::{Answer, Visitor};
use crate::load::{between, field, leads_to, post};
use crate::server::Server;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    /// A wrong password.
    SignIn,
    /// The name, at the beginning of a reset.
    Start,
    /// The page on which a method is chosen.
    Chooser,
    /// A code is sent by mail.
    Code,
}

impl Act {
    pub(crate) const ALL: [Self; 4] = [Self::SignIn, Self::Start, Self::Chooser, Self::Code];
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignIn => "sign-in",
            Self::Start => "start",
            Self::Chooser => "chooser",
            Self::Code => "code",
        })
    }
}

/// One answer.
pub(crate) struct Sample {
    pub(crate) act: Act,
    pub(crate) milliseconds: f64,
    /// All but its time: status, headers, cookies, the class of its length.
    pub(crate) shape: String,
}

fn timed(act: Act, ask: impl FnOnce() -> Done<Answer>) -> Done<(Sample, Answer)> {
    let start = Instant::now();
    let answer = ask()?;
    let milliseconds = start.elapsed().as_secs_f64() * 1_000.0;
    let shape = shape(&answer);
    let sample = Sample {
        act,
        milliseconds,
        shape,
    };
    Ok((sample, answer))
}

/// Bytes of a class (EN-17): what is masked differs by a few.
const CLASS: usize = 256;

fn shape(answer: &Answer) -> String {
    let header = |(name, value): &(String, String)| match name.as_str() {
        "date" | "x-request-id" | "content-length" => name.clone(),
        "set-cookie" => {
            let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
            let (cookie, value) = pair.split_once('=').unwrap_or((pair, ""));
            format!("{name}: {cookie}=({}){attributes}", value.len())
        }
        _ => format!("{name}: {}", without_nonces(value)),
    };
    let headers: Vec<_> = answer.headers.iter().map(header).collect();
    let class = answer.body.len().div_ceil(CLASS);
    format!(
        "{} {} × {CLASS} bytes; {}",
        answer.status,
        class,
        headers.join("; ")
    )
}

/// A nonce of a content security policy is another one each time.
fn without_nonces(value: &str) -> String {
    let mut parts = value.split("'nonce-");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text += "'nonce";
        text += part.split_once('\'').map_or("", |(_, rest)| rest);
    }
    text
}

/// From the name to the code that is on its way.
pub(crate) fn reset(server: &Server, name: &str) -> Done<Vec<Sample>> {
    let mut visitor = Visitor::of(server.address());
    let page = visitor.get("/reset")?.text();
    let puzzle = field(&page, "puzzle")?;
    let bits = between(&page, "data-pow-bits=\"").and_then(|bits| bits.parse().ok());
    let pow = keyward_core::pow::solve(&puzzle, bits.ok_or("the page has no puzzle")?);
    let fields = [
        ("csrf", field(&page, "csrf")?),
        ("name", name.to_owned()),
        ("puzzle", puzzle),
        ("pow", pow),
    ];
    let (start, answer) = timed(Act::Start, || post(&mut visitor, "/reset", &fields))?;
    leads_to(&answer, "/reset/verify")?;
    let (chooser, answer) = timed(Act::Chooser, || visitor.get("/reset/verify"))?;
    let page = answer.text();
    let mail = page
        .split("<label class=\"method\">")
        .find(|choice| choice.contains('@') && choice.contains("name=\"method\""));
    let fields = [
        ("csrf", field(&page, "csrf")?),
        (
            "method",
            field(mail.ok_or("no mailbox is offered")?, "method")?,
        ),
    ];
    let (code, answer) = timed(Act::Code, || post(&mut visitor, "/reset/verify", &fields))?;
    leads_to(&answer, "/reset/code")?;
    Ok(vec![start, chooser, code])
}

/// A wrong password, another one each time.
pub(crate) fn sign_in(server: &Server, name: &str, n: usize) -> Done<Sample> {
    let mut visitor = Visitor::of(server.address());
    let page = visitor.get("/signin")?.text();
    let fields = [
        ("csrf", field(&page, "csrf")?),
        ("name", name.to_owned()),
        ("password", format!("a wrong password {n:07}")),
    ];
    Ok(timed(Act::SignIn, || post(&mut visitor, "/signin", &fields))?.0)
}

/// Locks the names that are to be.
pub(crate) fn lock(server: &Server, names: usize) -> Done {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_locked()) {
        for n in 0..names {
            for guess in 0..=THRESHOLD {
                sign_in(server, &kind.name(n), 1_000_000 + guess)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_random_is_no_difference_and_what_is_told_is_one() {
        let answer = |cookie: &str, nonce: &str, length: usize| Answer {
            status: 200,
            headers: vec![
                ("date".into(), nonce.into()),
                ("set-cookie".into(), format!("reset={cookie}; Path=/")),
                (
                    "content-security-policy".into(),
                    format!("script-src 'nonce-{nonce}' 'self'"),
                ),
            ],
            body: vec![b'x'; length],
        };
        let model = shape(&answer("abc", "1", 1000));
        assert_eq!(model, shape(&answer("xyz", "2", 1020)));
        assert_ne!(model, shape(&answer("abcd", "1", 1000)));
        assert_ne!(model, shape(&answer("abc", "1", 1100)));
    }
}
