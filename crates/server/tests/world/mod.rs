//! An installation with everything around it: the real `keyward serve`, its database, a mail server, a gateway for
//! text messages. Shared by the test binaries that need all of it.

use keyward_testbed::calls::CallGateway;
use keyward_testbed::postgres::Postgres;
use keyward_testbed::process::{Launch, Process, free_port};
use keyward_testbed::sms::{ACCOUNT_SID, AUTH_TOKEN, ReceivedSms, SmsGateway};
use keyward_testbed::smtp::{ReceivedMail, SmtpOptions, SmtpServer};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;
use tempfile::TempDir;

/// How long anything may take before the test fails; nothing sleeps for it.
pub(crate) const WAIT: Duration = Duration::from_secs(30);

/// One installation and its surroundings. Dropping it ends everything.
pub(crate) struct World {
    pub(crate) smtp: SmtpServer,
    pub(crate) sms: SmsGateway,
    pub(crate) calls: CallGateway,
    pub(crate) url: String,
    server: Mutex<Option<Process>>,
    folder: TempDir,
    port: u16,
    settings: Vec<(&'static str, &'static str)>,
    /// A server of one's own, instead of the embedded database.
    pub(crate) postgres: Option<Postgres>,
    /// Messages that the test has read already.
    read: Mutex<HashSet<String>>,
}

impl World {
    /// Around a data directory that may be filled already; `settings` are `KEYWARD_` variables beside the usual ones.
    pub(crate) fn around(folder: TempDir, settings: &[(&'static str, &'static str)]) -> Self {
        Self::with(folder, settings, None)
    }

    /// The same, on this PostgreSQL if there is one.
    pub(crate) fn with(
        folder: TempDir,
        settings: &[(&'static str, &'static str)],
        postgres: Option<Postgres>,
    ) -> Self {
        let port = free_port();
        let world = Self {
            smtp: SmtpServer::start(&SmtpOptions::default()),
            sms: SmsGateway::start(),
            calls: CallGateway::start(),
            url: format!("http://127.0.0.1:{port}"),
            server: Mutex::default(),
            folder,
            port,
            settings: settings.to_vec(),
            postgres,
            read: Mutex::default(),
        };
        world.serve();
        world
    }

    /// With the example organisation of the demo, changed by `sql` before the server starts.
    pub(crate) fn of_demo(sql: &str, settings: &[(&'static str, &'static str)]) -> Self {
        Self::around(demo_data(sql), settings)
    }

    /// Starts the server, in place of one that has ended.
    pub(crate) fn serve(&self) {
        let process = self.launch().spawn();
        process.wait_line("ready on", WAIT);
        *self.server.lock().unwrap() = Some(process);
    }

    /// The directory of the database and the keys.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

/// A data directory with the example organisation, changed by `sql`.
pub(crate) fn demo_data(sql: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut demo = keyward(&data)
        .args(["demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(&data)
        .spawn();
    demo.wait_line("ready", WAIT);
    demo.terminate();
    assert!(demo.wait(WAIT).success(), "{:?}", demo.lines());
    if !sql.is_empty() {
        query(&data, sql);
    }
    folder
}

impl World {
    fn launch(&self) -> Launch {
        let (smtp, address) = (self.smtp.port(), format!("127.0.0.1:{}", self.port));
        let launch = keyward(&self.data())
            .arg("serve")
            .env("KEYWARD_PUBLIC_URL", &self.url)
            .env("KEYWARD_LISTEN", address)
            .env("KEYWARD_SMTP_HOST", "127.0.0.1")
            .env("KEYWARD_SMTP_PORT", smtp.to_string())
            .env("KEYWARD_SMTP_ENCRYPTION", "none")
            .env("KEYWARD_SMTP_FROM", "no-reply@keyward.example")
            .env("KEYWARD_SMS_PROVIDER", "twilio")
            .env("KEYWARD_SMS_COUNTRIES", "DE")
            .env("KEYWARD_SMS_TWILIO_ACCOUNT_SID", ACCOUNT_SID)
            .env("KEYWARD_SMS_TWILIO_AUTH_TOKEN", AUTH_TOKEN)
            .env("KEYWARD_SMS_TWILIO_FROM", "+4915100000000")
            .env("KEYWARD_SMS_TWILIO_BASE_URL", self.sms.base_url())
            .env("KEYWARD_VOICE_PROVIDER", "twilio")
            .env("KEYWARD_VOICE_COUNTRIES", "DE")
            .env("KEYWARD_VOICE_TWILIO_ACCOUNT_SID", ACCOUNT_SID)
            .env("KEYWARD_VOICE_TWILIO_AUTH_TOKEN", AUTH_TOKEN)
            .env("KEYWARD_VOICE_TWILIO_FROM", "+4930100000")
            .env("KEYWARD_VOICE_TWILIO_BASE_URL", self.calls.base_url())
            .env("KEYWARD_LOG_FORMAT", "text")
            .env("KEYWARD_LOG_LEVEL", "warn");
        let launch = match &self.postgres {
            Some(postgres) => launch.env("KEYWARD_DATABASE_URL", postgres.url()),
            None => launch,
        };
        self.settings
            .iter()
            .fold(launch, |launch, (name, value)| launch.env(name, value))
    }

    /// Does something with the running server's process.
    pub(crate) fn with_server<T>(&self, act: impl FnOnce(&mut Process) -> T) -> T {
        act(self.server.lock().unwrap().as_mut().unwrap())
    }

    /// Runs one statement on the database and returns its rows, columns separated by `|`.
    pub(crate) fn query(&self, sql: &str) -> Vec<String> {
        match &self.postgres {
            None => query(&self.data(), sql),
            Some(postgres) => {
                let text = postgres.execute(sql);
                text.lines()
                    .filter(|line| !line.is_empty())
                    .map(str::to_owned)
                    .collect()
            }
        }
    }

    /// The next mail to this address with these words in its subject, that nobody has read yet.
    pub(crate) async fn mail(&self, to: &str, subject: &str) -> ReceivedMail {
        let wanted = |m: &ReceivedMail| {
            m.is_for(to) && m.subject.contains(subject) && self.is_new(&mail_key(m))
        };
        let mail = self.smtp.wait_for(wanted, WAIT).await;
        self.read.lock().unwrap().insert(mail_key(&mail));
        mail
    }

    /// The next text message to this number that nobody has read yet.
    pub(crate) async fn text(&self, to: &str) -> ReceivedSms {
        let wanted = |m: &ReceivedSms| m.to == to && self.is_new(&sms_key(m));
        let sms = self.sms.wait_for(wanted, WAIT).await;
        self.read.lock().unwrap().insert(sms_key(&sms));
        sms
    }

    /// Whether a message has not been read yet, by its key.
    fn is_new(&self, key: &str) -> bool {
        !self.read.lock().unwrap().contains(key)
    }
}

fn mail_key(mail: &ReceivedMail) -> String {
    mail.header("Message-ID").unwrap_or_default().to_owned()
}

fn sms_key(sms: &ReceivedSms) -> String {
    format!("{} {}", sms.to, sms.body)
}

/// A full disk is a limit on the size of files here, which would otherwise end the process by a signal.
pub(crate) fn keyward(data: &Path) -> Launch {
    Launch::new("/bin/sh")
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_keyward"))
        .clean_env()
        .env("KEYWARD_CONFIG", "/dev/null")
        .env("KEYWARD_DATA_DIR", data)
}

/// Debian's own Python, which the mail server needs anyway, speaks SQLite.
const QUERY: &str = "import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
rows = [row for sql in sys.argv[2].split(';') for row in db.execute(sql)]
print('\\n'.join('|'.join(str(value) for value in row) for row in rows))";

fn query(data: &Path, sql: &str) -> Vec<String> {
    let output = Command::new("/usr/bin/python3")
        .args(["-c", QUERY])
        .arg(data.join("keyward.db"))
        .arg(sql)
        .output()
        .unwrap();
    assert!(output.status.success(), "{sql}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter(|l| !l.is_empty())
        .map(str::to_owned)
        .collect()
}
