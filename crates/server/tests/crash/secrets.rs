//! What must be nowhere: passwords, codes, the tokens of links and of sessions, after everything was done once with the
//! most talkative log there is.

use crate::people::{Resetter, organisation_with};
use crate::person::Person;
use crate::walk::{Walk, Weather};
use crate::world::World;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use keyward_testbed::process::free_port;
use keyward_testbed::sms::ReceivedSms;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Reads what the server prints, as it comes: more than is kept of it.
struct Log {
    over: Arc<AtomicBool>,
    reader: JoinHandle<String>,
}

impl Log {
    fn of(world: &Arc<World>) -> Self {
        let over = Arc::<AtomicBool>::default();
        let (world, done) = (world.clone(), over.clone());
        let reader = std::thread::spawn(move || {
            let (mut text, mut seen) = (String::new(), 0);
            loop {
                let last = done.load(Ordering::Relaxed);
                let (lines, all) = world.with_server(|server| server.lines_after(seen));
                assert_eq!(lines.len(), all - seen, "lines were lost");
                seen = all;
                for line in lines {
                    text += &line;
                    text += "\n";
                }
                if last {
                    return text;
                }
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        Self { over, reader }
    }

    fn end(self) -> String {
        self.over.store(true, Ordering::Relaxed);
        self.reader.join().unwrap()
    }
}

/// How a secret may look in a file.
fn guises(secret: &str) -> Vec<Vec<u8>> {
    let hex: String = secret.bytes().map(|b| format!("{b:02x}")).collect();
    let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut guises: Vec<Vec<u8>> = [
        secret.to_owned(),
        hex.to_uppercase(),
        hex,
        secret.replace(' ', "+"),
        secret.replace(' ', "%20"),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ]
    .into_iter()
    .map(String::into_bytes)
    .collect();
    guises.push(wide);
    guises
}

/// A code is six digits, and so is a lot else: alone it counts only between things that are no digits, points or
/// letters.
fn holds(text: &[u8], secret: &[u8]) -> bool {
    let short = secret.len() < 8;
    let mut found = text.windows(secret.len()).enumerate();
    found.any(|(at, window)| {
        let beside = |at: Option<usize>| {
            let byte = at.and_then(|at| text.get(at)).copied().unwrap_or(b' ');
            byte.is_ascii_alphanumeric() || byte == b'.'
        };
        window == secret
            && !(short && (beside(at.checked_sub(1)) || beside(Some(at + secret.len()))))
    })
}

fn nowhere(place: &str, text: &[u8], secrets: &[String]) {
    for secret in secrets {
        for guise in guises(secret) {
            assert!(
                !holds(text, &guise),
                "{secret:?} is in {place}, as {:?}",
                String::from_utf8_lossy(&guise)
            );
        }
    }
}

/// Everything that people typed, were sent, and were given to hold.
async fn everything(world: &World) -> Vec<String> {
    let who = Resetter::new(0);
    let weather = Weather::default();
    let mut secrets: Vec<String> = ["lantern in the attic", "a wrong guess of mine"]
        .map(str::to_owned)
        .into();
    Walk::new(world, &weather, &who).finish(&secrets[0]).await;
    for password in [secrets[1].clone(), secrets[0].clone()] {
        let mut person = Person::of(&world.url);
        let page = person.get("/signin").await.unwrap();
        let fields = [("name", who.upn.as_str()), ("password", &password)];
        let page = person.post(&page, "/signin", &fields).await.unwrap();
        if page.path == "/account" {
            let page = person.get("/account/password").await.unwrap();
            let new = "compass under the bed";
            let fields = [
                ("current", password.as_str()),
                ("password", new),
                ("confirm", new),
            ];
            let done = person
                .post(&page, "/account/password", &fields)
                .await
                .unwrap();
            assert_eq!(done.path, "/account/password/done", "{}", done.body);
            secrets.push(new.to_owned());
        }
        secrets.extend(person.cookie("session"));
    }
    assert_eq!(secrets.len(), 4, "{secrets:?}");
    world.mail(&who.mail, "Your password was reset").await;
    let notice = world.mail(&who.mail, "Your password was changed").await;
    secrets.extend(
        notice
            .links()
            .iter()
            .map(|link| link.rsplit('/').next().unwrap().to_owned()),
    );
    for mail in world.smtp.messages() {
        if mail.subject.contains("Your code") {
            secrets.push(mail.code());
        }
    }
    let texts = world.sms.messages();
    secrets.extend(
        texts
            .iter()
            .filter(|t| t.body.contains("is your"))
            .map(ReceivedSms::code),
    );
    assert_eq!(secrets.len(), 7, "{secrets:?}");
    secrets
}

// case: SL-01, SL-05, S28, S32, DB-01, DB-02
#[tokio::test(flavor = "multi_thread")]
async fn sl_01_no_secret_is_in_log_metrics_database_or_journal() {
    let metrics: &str = Box::leak(format!("127.0.0.1:{}", free_port()).into_boxed_str());
    let world = organisation_with(&[
        ("KEYWARD_LOG_LEVEL", "trace"),
        ("KEYWARD_METRICS_LISTEN", metrics),
    ]);
    let world = Arc::new(world);
    let log = Log::of(&world);
    let secrets = everything(&world).await;
    let page = Person::of(&format!("http://{metrics}"))
        .get("/metrics")
        .await
        .unwrap();
    assert!(
        page.body.contains("keyward_http_connections"),
        "{}",
        page.body
    );

    nowhere("the metrics", page.body.as_bytes(), &secrets);
    let who = Resetter::new(0);
    nowhere(
        "the metrics",
        page.body.as_bytes(),
        &[who.upn, who.mail, who.phone],
    );
    let mut files = 0;
    for entry in std::fs::read_dir(world.data()).unwrap() {
        let path = entry.unwrap().path();
        nowhere(
            &path.display().to_string(),
            &std::fs::read(&path).unwrap(),
            &secrets,
        );
        files += 1;
    }
    assert!(files >= 3, "the database, its journal and the key");
    let text = log.end();
    assert!(text.lines().count() > 100, "the log is talkative:\n{text}");
    // The time in front has six digits too.
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.split_once(' ').map_or(line, |l| l.1))
        .collect();
    nowhere("the log", lines.join("\n").as_bytes(), &secrets);
}
