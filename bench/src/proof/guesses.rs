//! A thousand guesses at one code at the same time, at two nodes of one PostgreSQL: no more of them are looked at than
//! the code has tries (OT-11, S21).

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::time::Duration;

use keyward_core::challenge::MAX_WRONG;
use keyward_testbed::postgres::Postgres;
use keyward_testbed::smtp::{SmtpOptions, SmtpServer};

use super::Context;
use crate::Done;
use crate::figure::{Bar, Figure};
use crate::http::{Answer, Visitor};
use crate::load::{ask_for_code, field, post};
use crate::people::{self, People};
use crate::server::{Server, program};

const GUESSES: usize = 1_000;

/// Users whose codes are guessed at, one after the other.
const USERS: usize = 5;

/// What a page says only of a code that was compared and is another one.
const WRONG: &str = "Check the newest message and try again.";

/// How many wrong codes were looked at, the most of any user's, and how often the right one was let in after them.
pub(super) fn run(_: &mut Context) -> Done<Vec<Figure>> {
    let folder = tempfile::tempdir().map_err(|error| format!("a temporary directory: {error}"))?;
    let data = folder.path().join("data");
    drop(Server::demo(&data)?);
    let people = People::open(&data)?;
    people.who_sign_in(USERS)?;
    people.close();
    let postgres = Postgres::start();
    let url = postgres.url();
    keyward(&data, "", &["backup"], &folder.path().join("backup"))?;
    keyward(
        &data,
        url,
        &["restore", "--yes"],
        &folder.path().join("backup"),
    )?;

    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    let smtp = runtime.block_on(async { SmtpServer::start(&SmtpOptions::default()) });
    let settings = [("KEYWARD_DATABASE_URL", url)];
    let one = Server::serve_with(&data, smtp.port(), &settings)?;
    let other = Server::serve_with(&data, smtp.port(), &settings)?;

    let (mut evaluated, mut told, mut let_in) = (0, 0, 0);
    for n in 0..USERS {
        let mut visitor = Visitor::of(one.address());
        ask_for_code(&mut visitor, &people::upn(n))?;
        let mail = smtp.wait_for(
            |mail| mail.is_for(&people::mailbox(n)),
            Duration::from_secs(20),
        );
        let right = runtime.block_on(mail).code();
        let page = visitor.get("/reset/code")?.text();
        let csrf = field(&page, "csrf")?;
        let answers = guess(&visitor, [&one, &other], &csrf, &right)?;
        told = told.max(answers.iter().filter(|a| a.text().contains(WRONG)).count());
        let fields = [("csrf", csrf), ("code", right)];
        let answer = post(&mut visitor, "/reset/code", &fields)?;
        let_in += usize::from(answer.header("location") == Some("/reset/password"));
        let tries = postgres.execute("SELECT coalesce(max(wrong), 0) FROM challenges");
        evaluated = evaluated.max(
            tries
                .trim()
                .parse()
                .map_err(|_| format!("tries: {tries}"))?,
        );
    }
    let limit = Bar::AtMost(f64::from(MAX_WRONG));
    let figure = |name, value: usize, bar| Figure::new(name, value as f64, "", bar);
    Ok(vec![
        figure(
            "wrong codes evaluated of 1,000 at once, two nodes",
            evaluated,
            limit,
        ),
        figure("of them told that the code is wrong", told, limit),
        figure("right codes let in after them", let_in, Bar::AtMost(0.0)),
    ])
}

/// A thousand browsers of the same reset, half at each node, each with another wrong code, let go together.
fn guess(visitor: &Visitor, nodes: [&Server; 2], csrf: &str, right: &str) -> Done<Vec<Answer>> {
    let together = Barrier::new(GUESSES);
    let one = |n: usize| -> Done<Answer> {
        // One network may have so many connections at a node.
        let source = Ipv4Addr::new(127, 1 + (n / 2 % 8) as u8, 0, 1);
        let mut browser = visitor.at(nodes[n % 2].address(), source);
        let wrong = (0..).map(|k| format!("{:0width$}", n + k * GUESSES, width = right.len()));
        let wrong = wrong.into_iter().find(|code| code != right);
        let fields = [
            ("csrf", csrf.to_owned()),
            ("code", wrong.unwrap_or_default()),
        ];
        together.wait();
        post(&mut browser, "/reset/code", &fields)
    };
    std::thread::scope(|scope| {
        let one = &one;
        let guesses: Vec<_> = (0..GUESSES).map(|n| scope.spawn(move || one(n))).collect();
        let join = |guess: std::thread::ScopedJoinHandle<'_, _>| {
            guess
                .join()
                .map_err(|_| "a thread has panicked".to_owned())?
        };
        guesses.into_iter().map(join).collect()
    })
}

/// Runs a command of the server on this data directory and a file.
fn keyward(data: &Path, database: &str, arguments: &[&str], file: &Path) -> Done {
    let mut command = Command::new(program("keyward"));
    command.args(arguments).arg(file);
    command
        .env("KEYWARD_CONFIG", "/dev/null")
        .env("KEYWARD_DATA_DIR", data)
        .env("KEYWARD_PUBLIC_URL", "http://127.0.0.1")
        .env("KEYWARD_DATABASE_URL", database);
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("keyward {}: {said}", arguments.join(" ")))
    }
}
