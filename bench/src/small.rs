//! The figures that need nothing but a running server: start, sign-in page, memory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::Context;
use crate::Done;
use crate::figure::{Bar, Figure};
use crate::http::Visitor;
use crate::load;
use crate::people::People;
use crate::server::Server;

const MIB: f64 = 1_048_576.0;

/// A data directory that the server makes itself, so that nobody else can read it.
struct Data {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Data {
    fn path(&self) -> &Path {
        &self.path
    }
}

fn directory() -> Done<Data> {
    let folder = tempfile::tempdir().map_err(|error| format!("a temporary directory: {error}"))?;
    Ok(Data {
        path: folder.path().join("data"),
        _folder: folder,
    })
}

/// Nobody listens there: these scenarios send no mail.
const NO_MAIL_SERVER: u16 = 9;

/// People who sign in before the server rests: two rounds for every core that a small machine has.
const BUSY: usize = 16;

/// Start to ready of `keyward serve`, on a database that is there already; the median of several, since a start is
/// short.
pub(crate) fn start(_: &mut Context) -> Done<Vec<Figure>> {
    let data = directory()?;
    let first = Server::demo(data.path())?.ready_after;
    let mut times = Vec::new();
    for _ in 0..7 {
        times.push(Server::serve(data.path(), NO_MAIL_SERVER)?.ready_after);
    }
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    let bar = Bar::AtMost(150.0);
    Ok(vec![
        Figure::new(
            "first start of the demo, its data created",
            ms(first),
            "ms",
            Bar::None,
        ),
        Figure::new(
            "start to ready on an existing database",
            ms(times[times.len() / 2]),
            "ms",
            bar,
        ),
    ])
}

/// What the sign-in page weighs with all that it loads, and what it costs the server.
pub(crate) fn sign_in_page(_: &mut Context) -> Done<Vec<Figure>> {
    let data = directory()?;
    let server = Server::demo(data.path())?;
    let mut visitor = Visitor::of(server.address());
    let (path, page) = visitor.follow("/")?;
    let text = page.text();
    if page.status != 200 || !text.contains("<form") {
        return Err(format!(
            "{path} is no sign-in page (status {})",
            page.status
        ));
    }
    let mut bytes = page.body.len();
    for part in loaded(&text) {
        let answer = visitor.get(&part)?;
        if answer.status != 200 {
            return Err(format!(
                "{path} loads {part}, which answers {}",
                answer.status
            ));
        }
        bytes += answer.body.len();
    }

    // Some thousands, over at least some seconds of CPU time if the bar is just met.
    let gets = 20_000;
    for _ in 0..500 {
        visitor.get(&path)?;
    }
    let before = server.cpu()?;
    for _ in 0..gets {
        visitor.get(&path)?;
    }
    let each = (server.cpu()?.saturating_sub(before)).as_secs_f64() * 1_000.0 / f64::from(gets);
    Ok(vec![
        Figure::new(
            "sign-in page, everything it loads",
            bytes as f64 / 1_000.0,
            "kB",
            Bar::AtMost(30.0),
        ),
        Figure::new("sign-in page, CPU per GET", each, "ms", Bar::AtMost(0.10)),
    ])
}

/// Memory of a server that has hashed on every core at once and is idle again.
pub(crate) fn idle(_: &mut Context) -> Done<Vec<Figure>> {
    let data = directory()?;
    drop(Server::demo(data.path())?);
    let people = People::open(data.path())?;
    people.who_sign_in(BUSY)?;
    people.close();
    let server = Server::demo(data.path())?;
    std::thread::scope(|scope| {
        let server = &server;
        let people: Vec<_> = (0..BUSY)
            .map(|n| scope.spawn(move || load::sign_in(server, n)))
            .collect();
        let gone = || "a thread has panicked".to_owned();
        people
            .into_iter()
            .try_for_each(|person| person.join().map_err(|_| gone())?)
    })?;
    let busy = server.resident()?;
    let rest = at_rest(&server)?;
    let mib = |bytes: u64| bytes as f64 / MIB;
    let name = "idle RSS, demo data loaded";
    Ok(vec![
        Figure::new("RSS right after sign-ins", mib(busy), "MiB", Bar::None),
        Figure::new(name, mib(rest), "MiB", Bar::AtMost(40.0)),
    ])
}

/// Resident memory once it has stopped falling: buffers are given back some time after the last use, so it has to stay
/// where it is for longer than that.
fn at_rest(server: &Server) -> Done<u64> {
    let mut lowest = server.resident()?;
    let mut since = Instant::now();
    while since.elapsed() < Duration::from_secs(40) {
        std::thread::sleep(Duration::from_secs(1));
        let now = server.resident()?;
        if now < lowest {
            lowest = now;
            since = Instant::now();
        }
    }
    server.resident()
}

/// The addresses that a browser fetches for this page by itself.
fn loaded(html: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let name = tag.split_whitespace().next().unwrap_or_default();
        let address = match name {
            "script" | "img" => attribute(tag, "src"),
            "link" if attribute(tag, "rel").is_some_and(|rel| loads(&rel)) => {
                attribute(tag, "href")
            }
            _ => None,
        };
        found.extend(address.filter(|address| address.starts_with('/')));
    }
    found
}

fn loads(rel: &str) -> bool {
    rel.split_whitespace()
        .any(|word| matches!(word, "stylesheet" | "icon" | "modulepreload" | "preload"))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"')
        .map(|(value, _)| value.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_loads_is_found() {
        let html = "<!doctype html><link rel=\"stylesheet\" href=\"/a.css?v=1&amp;x\"><link rel=\"canonical\" href=\"/c\">\
            <script type=\"module\" src=\"/b.js\"></script><img src=\"data:x\"><img alt=\"\" src=\"/b.js\"><a href=\"/d\">";
        let found: Vec<_> = loaded(html).into_iter().collect();
        assert_eq!(found, ["/a.css?v=1&x", "/b.js"]);
    }
}
