//! A reset from the first page to the last, by somebody who goes on where they were whenever the server comes back.

use crate::people::Resetter;
use crate::person::{Gone, Page, Person};
use crate::world::World;
use keyward_core::pow;
use keyward_testbed::sms::ReceivedSms;
use keyward_testbed::smtp::ReceivedMail;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What happens around the walks.
#[derive(Default)]
pub(crate) struct Weather {
    /// Steps that were begun; the server is killed after so many.
    pub(crate) steps: AtomicUsize,
    /// How often the server has come back.
    pub(crate) restarts: AtomicUsize,
    /// Requests that had their effect though nobody got the answer.
    pub(crate) unanswered: Mutex<Vec<String>>,
    /// Codes that somebody has begun to wait for.
    pub(crate) awaited: AtomicUsize,
    /// The server stays, and says that something else is away.
    pub(crate) faults: bool,
}

/// One reset of one person.
pub(crate) struct Walk<'a> {
    world: &'a World,
    weather: &'a Weather,
    who: &'a Resetter,
    person: Person,
    /// Codes that were tried already, right or wrong.
    tried: HashSet<String>,
    /// A code that was sent in without an answer, and opened no gate: it must still be good.
    kept: Option<String>,
    /// How many codes were asked for at this gate, answered or not: only the newest works.
    asked: usize,
    /// The last code was wrong, so the newest is still on its way.
    on_its_way: bool,
    /// How often the server had come back when the newest code was asked for.
    asked_after: usize,
}

/// A step whose outcome wasn't seen.
struct Lost {
    /// Where the reset stood.
    before: String,
    /// The code that was sent in.
    code: Option<String>,
    /// The step itself was answered, and only the next page didn't come.
    answered: bool,
    why: String,
}

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(10);

impl<'a> Walk<'a> {
    pub(crate) fn new(world: &'a World, weather: &'a Weather, who: &'a Resetter) -> Self {
        let mut person = Person::of(&world.url);
        person.sits_out = weather.faults;
        Self {
            world,
            weather,
            who,
            person,
            tried: [codes(world, who, true), codes(world, who, false)]
                .concat()
                .into_iter()
                .collect(),
            kept: None,
            asked: 0,
            on_its_way: false,
            asked_after: 0,
        }
    }

    /// Walks to the end: the password is `new` then.
    pub(crate) async fn finish(&mut self, new: &str) {
        let deadline = Instant::now() + PATIENCE;
        // A lost answer is looked for where the reset stands now.
        let mut hoped_for = None;
        loop {
            assert!(
                Instant::now() < deadline,
                "no end in sight for {:?}",
                self.who
            );
            let Ok(page) = self.person.get("/reset/done").await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            if let Some(lost) = hoped_for.take() {
                self.look_for(lost, &page).await;
            }
            if page.path == "/reset/done" {
                assert_eq!(page.status, 200, "{}", page.body);
                return;
            }
            self.weather.steps.fetch_add(1, Ordering::Relaxed);
            if let Err(lost) = self.step(&page, new).await {
                hoped_for = Some(lost);
            }
        }
    }

    /// One step from the page where the reset stands. When the answer is lost, the page and the code that went with it.
    async fn step(&mut self, page: &Page, new: &str) -> Result<(), Lost> {
        let lost = |gone: Gone, code: Option<&String>| Lost {
            before: standing(page),
            code: code.cloned(),
            answered: gone.answered,
            why: gone.why,
        };
        match page.path.as_str() {
            "/reset" => self.begin(page).await.map_err(|gone| lost(gone, None)),
            "/reset/goal" => {
                let fields = [("goal", "reset")];
                let sent = self.person.post(page, "/reset/goal", &fields);
                sent.await.map(drop).map_err(|gone| lost(gone, None))
            }
            "/reset/verify" => {
                let kept = self.kept.take();
                let must_work = kept.is_some() && self.asked == 1;
                let Some(code) = (match kept {
                    Some(code) => Some(code),
                    None => self.new_code(page).await,
                }) else {
                    return Ok(());
                };
                let Ok(form) = self.person.get("/reset/code").await else {
                    self.kept = Some(code);
                    return Ok(());
                };
                let fields = [("code", code.as_str())];
                let sent = self.person.post(&form, "/reset/code", &fields);
                let next = sent.await.map_err(|gone| lost(gone, Some(&code)))?;
                if next.status == 200 {
                    self.is_spent(&code).await;
                } else if must_work {
                    self.kept = Some(self.code_behind(page, &next).await);
                } else {
                    self.on_its_way = true;
                }
                Ok(())
            }
            "/reset/password" => {
                let fields = [("password", new), ("confirm", new)];
                let sent = self.person.post(page, "/reset/password", &fields);
                let done = sent.await.map_err(|gone| lost(gone, None))?;
                assert_eq!(done.path, "/reset/done", "{}", done.body);
                Ok(())
            }
            other => panic!("lost at {other}: {} {}", page.status, page.body),
        }
    }

    async fn begin(&mut self, page: &Page) -> Result<(), Gone> {
        let puzzle = page.field("puzzle").to_owned();
        let bits = page.between("data-pow-bits=\"", "\"").parse().unwrap();
        let answer = pow::solve(&puzzle, bits);
        let fields = [
            ("name", self.who.upn.as_str()),
            ("puzzle", &puzzle),
            ("pow", &answer),
        ];
        let next = self.person.post(page, "/reset", &fields).await?;
        assert_eq!(next.status, 200, "{}", next.body);
        Ok(())
    }

    /// Picks the mailbox first and the phone second; whether a code is on its way.
    async fn ask_for_code(&mut self, page: &Page) -> Result<bool, Gone> {
        self.asked += 1;
        let mail = page.body.contains("Email to");
        let marks = if mail { "Email to" } else { "Text message to" };
        let label = page
            .body
            .split("<label class=\"method\">")
            .find(|label| label.contains(marks));
        let method = label.and_then(|l| l.split_once("name=\"method\" value=\""));
        let method = method.and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
        let next = self
            .person
            .post(page, "/reset/verify", &[("method", method)])
            .await?;
        if mail || !next.path.starts_with("/reset/send/") {
            return Ok(next.path == "/reset/code");
        }
        let fields = [("number", self.who.phone.as_str())];
        let sent = self.person.post(&next, &next.path, &fields).await?;
        Ok(sent.path == "/reset/code")
    }

    /// A code for the gate that the page is about.
    async fn new_code(&mut self, page: &Page) -> Option<String> {
        if std::mem::take(&mut self.on_its_way) {
            return self.wait_for_code(page).await;
        }
        self.asked_after = self.weather.restarts.load(Ordering::Relaxed);
        match self.ask_for_code(page).await {
            Ok(true) => self.wait_for_code(page).await,
            Ok(false) | Err(Gone { .. }) => None,
        }
    }

    /// The newest code that was not tried yet. None when the server went away meanwhile: a code may be lost with it for
    /// as long as its lease lasts, so another is asked for, as people do.
    async fn wait_for_code(&mut self, page: &Page) -> Option<String> {
        self.weather.awaited.fetch_add(1, Ordering::Relaxed);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.untried(page);
            if found.is_some() {
                return found;
            }
            if self.weather.restarts.load(Ordering::Relaxed) != self.asked_after {
                return None;
            }
            assert!(
                Instant::now() < deadline,
                "no code came for {:?} at {}",
                self.who,
                standing(page)
            );
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// A code that must work, and didn't, is one of an earlier reset, whose message came late because the server went
    /// down while it was sent. Then the one that was asked for comes behind it, however often the server goes down.
    async fn code_behind(&mut self, page: &Page, refused: &Page) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(code) = self.untried(page) {
                return code;
            }
            assert!(
                Instant::now() < deadline,
                "a code that was not used is lost: {} {}",
                refused.status,
                refused.between("class=\"notice bad\"", "</div></div>")
            );
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The newest code that was not tried yet, which it is from now on.
    fn untried(&mut self, page: &Page) -> Option<String> {
        let newest = codes(self.world, self.who, page.body.contains("Email to"))
            .into_iter()
            .rfind(|code| !self.tried.contains(code))?;
        self.tried.insert(newest.clone());
        Some(newest)
    }

    /// The answer to a step was lost. Whether it had its effect shows in where the reset stands.
    async fn look_for(&mut self, lost: Lost, page: &Page) {
        let advanced = standing(page) != lost.before;
        if advanced && !lost.answered {
            let lost = format!("{} -> {}: {}", lost.before, standing(page), lost.why);
            self.weather.unanswered.lock().unwrap().push(lost);
        }
        match lost.code {
            Some(code) if advanced => self.is_spent(&code).await,
            // TR-18: the gate is closed, so the code is unused.
            code => self.kept = code,
        }
    }

    /// A code that opened a gate opens none again.
    async fn is_spent(&mut self, code: &str) {
        self.asked = 0;
        let Ok(form) = self.person.get("/reset/code").await else {
            return;
        };
        if form.path != "/reset/code" {
            return;
        }
        let before = self.person.get("/reset/verify").await;
        let after = self
            .person
            .post(&form, "/reset/code", &[("code", code)])
            .await;
        if let (Ok(before), Ok(after)) = (before, after) {
            assert!(
                after.status >= 400,
                "a spent code worked again: {}",
                after.body
            );
            let Ok(now) = self.person.get("/reset/verify").await else {
                return;
            };
            assert_eq!(standing(&before), standing(&now));
        }
    }
}

/// Where a reset stands: the page, and on the pages with codes the gate.
fn standing(page: &Page) -> String {
    if page.path != "/reset/verify" {
        return page.path.clone();
    }
    let gate = page.between("<progress value=\"", "\"");
    format!("{} {gate}", page.path)
}

/// The codes that have come to somebody by mail or by text, oldest first.
fn codes(world: &World, who: &Resetter, mail: bool) -> Vec<String> {
    if mail {
        let wanted = |m: &ReceivedMail| m.is_for(&who.mail) && m.subject.contains("Your code");
        let mails = world.smtp.messages().into_iter().filter(wanted);
        mails.map(|m| m.code()).collect()
    } else {
        let wanted = |m: &ReceivedSms| m.to == who.phone && m.body.contains("is your");
        let texts = world.sms.messages().into_iter().filter(wanted);
        texts.map(|m| m.code()).collect()
    }
}

/// Signs in; tries again while the server is away. Whether the password was right.
pub(crate) async fn signs_in(world: &World, upn: &str, password: &str) -> bool {
    loop {
        let mut person = Person::of(&world.url);
        let attempt = async {
            let page = person.get("/signin").await?;
            let fields = [("name", upn), ("password", password)];
            person.post(&page, "/signin", &fields).await
        };
        match attempt.await {
            Ok(page) if page.status == 200 => return page.path != "/signin",
            Ok(page) if page.body.contains("is wrong") => return false,
            Ok(page) => assert!(page.status >= 500, "{} {}", page.status, page.body),
            Err(Gone { .. }) => {}
        }
        tokio::time::sleep(PAUSE).await;
    }
}
