//! What tests of this and later crates drive: the application on a real database, with a clock that stands still
//! until it is moved, randomness that is the same on every run, and an outbox whose mails and messages are caught.
//!
//! Dropping a [`TestApp`] fails the test if jobs are left that nobody ran, mails or messages that nobody looked at,
//! or if a password, code or token that the test knows stands in a log line.
//!
//! Start reading at [`TestApp`]; [`people`] makes users and signs them in, [`drive`] walks a reset.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "helpers of tests fail as tests do"
)]

mod agent;
mod directory;
mod drive;
mod logs;
mod outside;
mod passkeys;
mod people;
mod still;
pub mod sync;

pub use agent::TestAgent;
pub use keyward_store::Engine;
pub use outside::{Call, Mail, Outside, SIGNED, Sms};
pub use passkeys::BROWSER;
pub use still::{ManualClock, SeededEntropy};

use crate::hash::Hasher;
use crate::keys::Keys;
use crate::settings::Settings;
use crate::texts::{Lang, Texts};
use crate::{App, Ctx, Parts};
use keyward_core::ids::TenantId;
use keyward_core::licence::Sku;
use keyward_core::time::seconds;
use keyward_store::install::fact;
use keyward_store::{Db, schema};
use keyward_testbed::postgres::Postgres;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use zeroize::Zeroizing;

/// How a [`TestApp`] is put together.
pub struct Options {
    /// The database.
    pub engine: Engine,
    /// Limits and lifetimes; puzzles are easy.
    pub settings: Settings,
    /// Hashes at once, and how long others may wait.
    pub hashing: (usize, Duration),
    /// With the organisation Contoso, or as empty as after installation.
    pub organisation: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            engine: Engine::Sqlite,
            settings: Settings {
                public_url: "https://id.contoso.example".into(),
                puzzle_bits: 4,
                ..Settings::default()
            },
            hashing: (2, seconds(120)),
            organisation: true,
        }
    }
}

/// The application under test.
pub struct TestApp {
    /// The application. Cheap to clone, for a router or a second node.
    pub app: App,
    /// The organisation Contoso with the domain contoso.example; nil without one.
    pub tenant: TenantId,
    /// The time.
    pub clock: Arc<ManualClock>,
    /// What left the house.
    pub outside: Arc<Outside>,
    place: Place,
    requests: AtomicU64,
    nodes: AtomicU64,
    secrets: Mutex<Vec<String>>,
    jobs_may_stay: AtomicBool,
}

enum Place {
    File(tempfile::TempDir),
    Url(String),
}

impl Place {
    fn file(dir: &tempfile::TempDir) -> PathBuf {
        dir.path().join("keyward.db")
    }

    async fn open(&self) -> Db {
        match self {
            Self::File(dir) => Db::open_sqlite(&Self::file(dir)).await,
            Self::Url(url) => Db::open_postgres(url).await,
        }
        .expect("the test's database opens")
    }
}

impl std::ops::Deref for TestApp {
    type Target = App;
    fn deref(&self) -> &App {
        &self.app
    }
}

/// The seed of the first node made by [`TestApp::node`]; below it are those that tests choose themselves.
const FIRST_NODE: u64 = 1000;

/// The root key of every test.
const ROOT: [u8; 32] = [7; 32];

impl TestApp {
    /// On SQLite in a temporary directory.
    pub async fn new() -> Self {
        Self::build(Options::default()).await
    }

    /// On either engine.
    pub async fn on(engine: Engine) -> Self {
        Self::build(Options {
            engine,
            ..Options::default()
        })
        .await
    }

    /// As told.
    pub async fn build(options: Options) -> Self {
        logs::listen();
        let place = match options.engine {
            Engine::Sqlite => Place::File(tempfile::tempdir().expect("a temporary directory")),
            Engine::Postgres => Place::Url(Postgres::shared().fresh_schema()),
        };
        let db = place.open().await;
        schema::migrate(&db).await.expect("the schema is laid down");
        let clock = Arc::new(ManualClock::default());
        let outside = Arc::new(Outside::default());
        let app = App::new(Parts {
            db,
            keys: Keys::new(&Zeroizing::new(ROOT), 0),
            hasher: Hasher::new(options.hashing.0, options.hashing.1),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::default()),
            settings: options.settings,
            mailer: Some(outside.clone()),
            sms: Some(outside.clone()),
            voice: Some(outside.clone()),
            breaches: Some(outside.clone()),
            texts: Texts::get(),
            outbox: tokio::sync::Notify::new(),
            strangers: crate::strangers::Strangers::default(),
            closing: tokio::sync::watch::Sender::new(false),
        });
        let mut test = Self {
            app,
            tenant: TenantId(uuid::Uuid::nil()),
            clock,
            outside,
            place,
            requests: AtomicU64::new(0),
            nodes: AtomicU64::new(0),
            secrets: Mutex::default(),
            jobs_may_stay: AtomicBool::new(false),
        };
        if options.organisation {
            test.tenant = test.organisation("Contoso", "contoso.example").await;
            test.subscribe(Sku::Complete, None).await;
        }
        test
    }

    /// Makes an organisation.
    pub async fn organisation(&self, name: &str, domain: &str) -> TenantId {
        let tenant = TenantId(self.entropy.uuid());
        let mut system = self.db.system().await.unwrap();
        system.claim_fact(fact::SET_UP, b"test").await.unwrap();
        let mut tx = system.for_tenant(tenant);
        tx.create_tenant(name, "en", self.now()).await.unwrap();
        tx.add_domain(domain, true).await.unwrap();
        tx.commit().await.unwrap();
        tenant
    }

    /// Gives the organisation a subscription directly.
    pub async fn subscribe(&self, sku: Sku, units: Option<i64>) {
        let mut tx = self.db.write(self.tenant).await.unwrap();
        tx.add_subscription(sku, units, self.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Takes a subscription away directly.
    pub async fn unsubscribe(&self, sku: Sku) {
        let mut tx = self.db.write(self.tenant).await.unwrap();
        assert!(tx.remove_subscription(sku).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Another node over the same database, clock and outside world, after a restore if `epoch` is above 0.
    ///
    /// Its randomness is the same on every run, and no other node's: two that drew the same ids would collide.
    pub async fn node(&self, epoch: u64) -> App {
        let seed = FIRST_NODE + self.nodes.fetch_add(1, Ordering::Relaxed);
        App::new(Parts {
            db: self.place.open().await,
            keys: Keys::new(&Zeroizing::new(ROOT), epoch),
            hasher: Hasher::new(2, seconds(120)),
            clock: self.clock.clone(),
            entropy: Arc::new(SeededEntropy::new(seed)),
            settings: self.settings.clone(),
            mailer: Some(self.outside.clone()),
            sms: Some(self.outside.clone()),
            voice: Some(self.outside.clone()),
            breaches: Some(self.outside.clone()),
            texts: Texts::get(),
            outbox: tokio::sync::Notify::new(),
            strangers: crate::strangers::Strangers::default(),
            closing: tokio::sync::watch::Sender::new(false),
        })
    }

    /// Now.
    pub fn now(&self) -> keyward_core::time::Timestamp {
        use crate::clock::Clock;
        self.clock.now()
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// A request of somebody at a browser.
    pub fn ctx(&self) -> Ctx {
        let request = self.requests.fetch_add(1, Ordering::Relaxed);
        Ctx {
            now: self.now(),
            lang: Lang::En,
            ip: Some("198.51.100.7".into()),
            user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Firefox/150.0".into()),
            request_id: Some(format!("test-{request}")),
            device: None,
            local: false,
        }
    }

    /// The same in another language.
    pub fn ctx_in(&self, lang: Lang) -> Ctx {
        Ctx { lang, ..self.ctx() }
    }

    /// Remembers a secret, which must then stand in no log line.
    pub fn plant(&self, secret: impl Into<String>) -> String {
        let secret = secret.into();
        if secret.is_empty() {
            return secret;
        }
        self.secrets.lock().unwrap().push(secret.clone());
        secret
    }

    /// Every secret that was planted or seen so far: passwords, codes, tokens.
    pub fn secrets(&self) -> Vec<String> {
        self.secrets.lock().unwrap().clone()
    }

    /// The log lines of this process that hold a text.
    #[must_use]
    pub fn log_lines_with(text: &str) -> Vec<String> {
        logs::with(text)
    }

    /// Runs the outbox until nothing is due.
    pub async fn settle(&self) {
        while self.send_due().await.expect("the outbox runs") > 0 {}
    }

    /// Jobs that are waiting, and jobs that were given up.
    pub async fn jobs(&self) -> (i64, i64) {
        let mut tx = self.db.system_read().await.unwrap();
        tx.job_counts().await.unwrap()
    }

    /// The newest mail to an address that was not looked at yet, after running the outbox.
    pub async fn mail_to(&self, address: &str) -> Mail {
        self.settle().await;
        let mail = self.outside.mail_to(address);
        self.know(&mail.text);
        mail
    }

    /// The newest text message to a number that was not looked at yet, after running the outbox.
    pub async fn sms_to(&self, number: &str) -> Sms {
        self.settle().await;
        let sms = self.outside.sms_to(number);
        self.know(&sms.text);
        sms
    }

    /// The newest call to a number that was not looked at yet, after running the outbox.
    pub async fn call_to(&self, number: &str) -> Call {
        self.settle().await;
        let call = self.outside.call_to(number);
        self.secrets.lock().unwrap().push(call.code());
        call
    }

    /// The code in the newest mail or message to an address or number.
    pub async fn code_to(&self, to: &str) -> String {
        if to.starts_with('+') {
            self.sms_to(to).await.code()
        } else {
            self.mail_to(to).await.code()
        }
    }

    /// Every mail that was not looked at yet, oldest first, after running the outbox.
    pub async fn mails(&self) -> Vec<Mail> {
        self.settle().await;
        let mails = self.outside.mails();
        for mail in &mails {
            self.know(&mail.text);
        }
        mails
    }

    /// Every text message that was not looked at yet, oldest first, after running the outbox.
    pub async fn texts_sent(&self) -> Vec<Sms> {
        self.settle().await;
        let all = self.outside.texts();
        for sms in &all {
            self.know(&sms.text);
        }
        all
    }

    /// Runs the outbox; what left is of no interest to this test.
    pub async fn ignore_messages(&self) {
        self.mails().await;
        self.texts_sent().await;
    }

    /// Runs the outbox; nothing may leave.
    pub async fn expect_no_messages(&self) {
        let (mails, texts) = (self.mails().await, self.texts_sent().await);
        let calls = self.outside.calls();
        assert!(calls.is_empty(), "unexpected call: {calls:#?}");
        assert!(mails.is_empty(), "unexpected mail: {mails:#?}");
        assert!(texts.is_empty(), "unexpected text message: {texts:#?}");
    }

    /// This test leaves jobs in the outbox on purpose.
    pub fn leave_jobs(&self) {
        self.jobs_may_stay.store(true, Ordering::Relaxed);
    }

    /// What is secret in a text that was sent: codes and the tokens of links.
    fn know(&self, text: &str) {
        let links = outside::links(text);
        let tokens = links.iter().filter_map(|l| l.split("/not-me/").nth(1));
        let found = tokens.map(str::to_owned).chain(outside::code(text));
        self.secrets.lock().unwrap().extend(found);
    }

    /// Every row of every table, as text.
    pub async fn dump(&self) -> String {
        let mut out = Vec::new();
        self.db.backup(&mut out).await.expect("the rows are read");
        String::from_utf8(out).expect("a backup is text")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let left = self.outside.unseen();
        assert!(left.is_empty(), "nobody looked at: {left:#?}");
        let place = &self.place;
        // The runtime of the test can't be waited for from here; a thread with one of its own can.
        let (ready, _) = std::thread::scope(|scope| {
            let count = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(async {
                    let db = place.open().await;
                    let counts = db.system_read().await.unwrap().job_counts().await;
                    db.close().await;
                    counts.expect("the outbox is read")
                })
            });
            count.join().expect("the outbox is read")
        });
        assert!(
            ready == 0 || self.jobs_may_stay.load(Ordering::Relaxed),
            "{ready} jobs were never run: settle() runs them"
        );
        logs::expect_none_of(&self.secrets());
    }
}
