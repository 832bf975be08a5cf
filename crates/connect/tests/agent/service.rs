//! A service that says what a test tells it to.

use axum::Router;
use axum::body::Bytes as Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use keyward_wire::enrol::{Approval, EnrolRequest, EnrolStarted, EnrolState};
use keyward_wire::link::{
    Accepted, Health, Job, Report, Reports, Settings, SignedTask, Task, WorkReply, WorkRequest,
};
use keyward_wire::outcome::Outcome;
use keyward_wire::seal::{Binding, Purpose, seal};
use keyward_wire::session::{Challenge, KeyRolled, RollKey, Session, SessionRequest};
use keyward_wire::sign::{self, Signing};
use keyward_wire::sync::{
    Batch, BatchReply, Counts, EndRun, Explained, RunEnded, RunStarted, StartRun, Suffixes,
    Verified,
};
use keyward_wire::{Bytes, Micros, Trouble, code, path};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot};
use uuid::Uuid;

pub(crate) const WAIT: Duration = Duration::from_mins(1);
pub(crate) const SECOND: Micros = 1_000_000;
/// What the session's token begins with: it must show up nowhere.
pub(crate) const TOKEN: &str = "canary-token";

pub(crate) fn agent() -> Uuid {
    Uuid::from_u128(0xA)
}

pub(crate) fn tenant() -> Uuid {
    Uuid::from_u128(0xB)
}

/// The directory of the fake; a real one has its own.
pub(crate) fn directory() -> Uuid {
    Uuid::from_u128(0xC)
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something that a test switches on"
)]
pub(crate) struct Said {
    pub(crate) queue: Vec<SignedTask>,
    pub(crate) reports: Vec<Report>,
    pub(crate) health: Option<Health>,
    pub(crate) signing_key: Bytes,
    pub(crate) sealing_key: Bytes,
    pub(crate) sessions: u32,
    pub(crate) rolls: u32,
    /// How far its clock is from this machine's.
    pub(crate) ahead: Micros,
    pub(crate) settings: Settings,
    /// Reports get lost on the way.
    pub(crate) deaf: bool,
    pub(crate) revoked: bool,
    pub(crate) starts: Vec<StartRun>,
    pub(crate) batches: Vec<Batch>,
    pub(crate) ends: Vec<EndRun>,
    pub(crate) full_needed: bool,
    pub(crate) held: bool,
    /// Another agent keeps the directory.
    pub(crate) kept: bool,
    pub(crate) polls: u32,
    /// So many answers with tasks get lost on the way.
    pub(crate) lose: u32,
    /// What was given and not told of yet.
    pub(crate) given: Vec<SignedTask>,
    /// How many tasks were given, each time counted.
    pub(crate) gifts: u32,
}

pub(crate) struct Shared {
    said: Mutex<Said>,
    more: Notify,
    next: Mutex<u128>,
}

pub(crate) struct Service {
    pub(crate) shared: Arc<Shared>,
    address: SocketAddr,
    running: Mutex<Option<(oneshot::Sender<()>, std::thread::JoinHandle<()>)>>,
}

pub(crate) fn key() -> Signing {
    Signing::from_seed(&[42; 32])
}

pub(crate) fn now() -> Micros {
    keyward_connect::clock::machine()
}

impl Service {
    pub(crate) fn start() -> Self {
        let said = Said {
            queue: Vec::new(),
            reports: Vec::new(),
            health: None,
            signing_key: Bytes::default(),
            sealing_key: Bytes::default(),
            sessions: 0,
            rolls: 0,
            ahead: 0,
            settings: Settings {
                writeback: true,
                unlock: true,
            },
            deaf: false,
            revoked: false,
            starts: Vec::new(),
            batches: Vec::new(),
            ends: Vec::new(),
            full_needed: false,
            held: false,
            kept: false,
            polls: 0,
            lose: 0,
            given: Vec::new(),
            gifts: 0,
        };
        let shared = Arc::new(Shared {
            said: Mutex::new(said),
            more: Notify::new(),
            next: Mutex::new(1_000),
        });
        let (address, running) = serve(&shared, ([127, 0, 0, 1], 0).into());
        Self {
            shared,
            address,
            running: Mutex::new(Some(running)),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn said(&self) -> MutexGuard<'_, Said> {
        self.shared.said.lock().unwrap()
    }

    pub(crate) fn approval() -> Approval {
        Approval {
            agent: agent(),
            tenant: tenant(),
            tenant_name: "Example GmbH".to_owned(),
            service_key: key().public(),
            approved_by: "ada@example.org".to_owned(),
        }
    }

    /// Nobody listens, and all connections are cut.
    pub(crate) fn go_away(&self) {
        if let Some((stop, thread)) = self.running.lock().unwrap().take() {
            let _ = stop.send(());
            thread.join().unwrap();
        }
    }

    pub(crate) fn come_back(&self) {
        *self.running.lock().unwrap() = Some(serve(&self.shared, self.address).1);
    }

    /// A task like the service's own.
    pub(crate) fn task(&self, directory: Uuid, job: impl FnOnce(&Sealer) -> Job) -> Task {
        let operation = {
            let mut next = self.shared.next.lock().unwrap();
            *next += 1;
            Uuid::from_u128(*next)
        };
        let (sealing_key, issued_at) = {
            let said = self.said();
            (said.sealing_key.clone(), now() + said.ahead)
        };
        let sealer = Sealer {
            key: sealing_key,
            operation,
            directory,
            expires_at: issued_at + 60 * SECOND,
        };
        Task {
            operation,
            tenant: tenant(),
            agent: agent(),
            directory,
            issued_at,
            expires_at: sealer.expires_at,
            job: job(&sealer),
        }
    }

    pub(crate) fn reset(&self, directory: Uuid, anchor: Uuid, password: &str) -> Task {
        self.task(directory, |sealer| Job::Reset {
            anchor,
            password: sealer.seal(Some(anchor), Purpose::Reset, password),
            enforce_policy: false,
            must_change: false,
        })
    }

    pub(crate) fn verify(&self, directory: Uuid, anchor: Option<Uuid>, password: &str) -> Task {
        self.task(directory, |sealer| Job::Verify {
            anchor,
            password: sealer.seal(anchor, Purpose::Verify, password),
        })
    }

    pub(crate) fn give(&self, task: &Task) -> Uuid {
        self.give_signed(key().task(task).unwrap());
        task.operation
    }

    pub(crate) fn give_signed(&self, signed: SignedTask) {
        self.said().queue.push(signed);
        self.shared.more.notify_waiters();
    }

    /// An administrator has revoked the agent.
    pub(crate) fn revoke(&self) {
        self.said().revoked = true;
        self.shared.more.notify_waiters();
    }

    /// What became of an operation.
    pub(crate) fn outcome(&self, operation: Uuid) -> Outcome {
        self.until("the outcome", |said| {
            let mut reports = said.reports.iter();
            let report = reports.find(|report| report.operation == operation)?;
            Some(report.outcome.clone())
        })
    }

    pub(crate) fn until<T>(&self, what: &str, look: impl Fn(&mut Said) -> Option<T>) -> T {
        let over = Instant::now() + WAIT;
        loop {
            if let Some(found) = look(&mut self.said()) {
                return found;
            }
            assert!(Instant::now() < over, "{what} did not come");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.go_away();
    }
}

/// Seals for one operation.
pub(crate) struct Sealer {
    key: Bytes,
    operation: Uuid,
    directory: Uuid,
    expires_at: Micros,
}

impl Sealer {
    pub(crate) fn seal(&self, anchor: Option<Uuid>, purpose: Purpose, password: &str) -> Bytes {
        let binding = Binding {
            tenant: tenant(),
            agent: agent(),
            operation: self.operation,
            directory: self.directory,
            anchor,
            purpose,
            expires_at: self.expires_at,
        };
        seal(&self.key.0, &binding, password, |bytes| {
            getrandom::fill(bytes).unwrap();
        })
        .unwrap()
    }
}

fn serve(
    shared: &Arc<Shared>,
    address: SocketAddr,
) -> (
    SocketAddr,
    (oneshot::Sender<()>, std::thread::JoinHandle<()>),
) {
    let router = Router::new()
        .fallback(answer)
        .with_state(Arc::clone(shared));
    let (stop, stopped) = oneshot::channel();
    let (bound, wait_bound) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(true).unwrap();
            socket.bind(address).unwrap();
            let listener = socket.listen(64).unwrap();
            bound.send(listener.local_addr().unwrap()).unwrap();
            tokio::select! {
                result = axum::serve(listener, router) => result.unwrap(),
                _ = stopped => {}
            }
        });
        runtime.shutdown_background();
    });
    (wait_bound.recv().unwrap(), (stop, thread))
}

fn ok(message: &impl Serialize) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, serde_json::to_string(message).unwrap()).into_response()
}

fn trouble(status: StatusCode, code: &str) -> Response {
    let trouble = Trouble {
        code: code.to_owned(),
        message: format!("The test says {code}."),
    };
    (status, serde_json::to_string(&trouble).unwrap()).into_response()
}

fn read<T: DeserializeOwned>(body: &Body) -> T {
    serde_json::from_slice(body).unwrap()
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let lock = || shared.said.lock().unwrap();
    if lock().revoked {
        return trouble(StatusCode::FORBIDDEN, code::REVOKED);
    }
    let challenge = Bytes(vec![9; 32]);
    match uri.path() {
        path::ENROL => {
            let request: EnrolRequest = read(&body);
            let signed = request.to_sign();
            assert!(sign::verify(
                &request.signing_key.0,
                &signed,
                &request.signature.0
            ));
            let mut said = lock();
            (said.signing_key, said.sealing_key) = (request.signing_key, request.sealing_key);
            return ok(&EnrolStarted {
                enrolment: Uuid::from_u128(1),
                secret: Bytes(vec![3; 32]),
                user_code: "ABCD-2345".to_owned(),
                verification_url: "https://password.example.org/connect".to_owned(),
                expires_in_s: 60,
                interval_s: 1,
            });
        }
        path::ENROL_POLL => return ok(&EnrolState::Approved(Service::approval())),
        path::CHALLENGE => {
            let now = now() + lock().ahead;
            return ok(&Challenge { challenge, now });
        }
        path::SESSION => {
            let request: SessionRequest = read(&body);
            let signed = SessionRequest::to_sign(agent(), tenant(), &challenge.0);
            let mut said = lock();
            assert!(sign::verify(
                &said.signing_key.0,
                &signed,
                &request.signature.0
            ));
            said.sessions += 1;
            return ok(&Session {
                token: format!("{TOKEN}-{}", said.sessions),
                expires_in_s: 3_600,
                settings: said.settings.clone(),
            });
        }
        _ => {}
    }
    let token = format!("Bearer {TOKEN}-{}", lock().sessions);
    if headers
        .get(header::AUTHORIZATION)
        .is_none_or(|given| *given != *token)
    {
        return trouble(StatusCode::UNAUTHORIZED, code::SESSION);
    }
    match uri.path() {
        path::WORK => work(&shared, &read(&body)).await,
        path::OUTCOMES => {
            let Reports { reports } = read(&body);
            let mut said = lock();
            if said.deaf {
                return trouble(StatusCode::SERVICE_UNAVAILABLE, code::BUSY);
            }
            let operations: Vec<_> = reports.iter().map(|report| report.operation).collect();
            said.given.retain(|task| !operations.contains(&id_of(task)));
            said.reports.extend(reports);
            ok(&Accepted { operations })
        }
        path::ROLL_KEY => {
            let roll: RollKey = read(&body);
            let mut said = lock();
            let signed = RollKey::to_sign(agent(), &roll.sealing_key.0);
            assert!(sign::verify(
                &said.signing_key.0,
                &signed,
                &roll.signature.0
            ));
            said.sealing_key = roll.sealing_key;
            said.rolls += 1;
            let fingerprint =
                keyward_wire::enrol::fingerprint(&said.signing_key.0, &said.sealing_key.0);
            ok(&KeyRolled { fingerprint })
        }
        path::SUFFIXES => {
            // What is `.local` is nobody's.
            let Suffixes { mut suffixes } = read(&body);
            suffixes.retain(|suffix| suffix.split('.').next_back() != Some("local"));
            ok(&Verified { suffixes })
        }
        path::SYNC_EXPLAIN => ok(&Explained {
            action: "add".to_owned(),
            message: "A new user.".to_owned(),
            changes: Vec::new(),
        }),
        other => sync(&mut lock(), other, &body),
    }
}

/// Which operation a task is of; nil for what is none.
fn id_of(signed: &SignedTask) -> Uuid {
    let task: Result<Task, _> = serde_json::from_str(&signed.task);
    task.map_or(Uuid::nil(), |task| task.operation)
}

async fn work(shared: &Shared, request: &WorkRequest) -> Response {
    let over = tokio::time::Instant::now() + Duration::from_secs(u64::from(request.wait_s));
    loop {
        let mut more = std::pin::pin!(shared.more.notified());
        // From here on none is missed.
        more.as_mut().enable();
        {
            let mut said = shared.said.lock().unwrap();
            if let Some(health) = &request.health {
                said.health = Some(health.clone());
            }
            said.polls += 1;
            if said.revoked {
                return trouble(StatusCode::FORBIDDEN, code::REVOKED);
            }
            let mut tasks = Vec::new();
            if let Some(holds) = request.holds.as_ref().filter(|_| request.most > 0) {
                let lost = said
                    .given
                    .iter()
                    .filter(|task| !holds.contains(&id_of(task)));
                tasks.extend(lost.cloned());
            }
            if tasks.is_empty() {
                let most = said.queue.len().min(request.most as usize);
                tasks = said.queue.drain(..most).collect();
                said.given.extend(tasks.clone());
            }
            if !tasks.is_empty() || tokio::time::Instant::now() >= over {
                said.gifts += tasks.len() as u32;
                if !tasks.is_empty() && said.lose > 0 {
                    said.lose -= 1;
                    return StatusCode::BAD_GATEWAY.into_response();
                }
                return ok(&WorkReply {
                    tasks,
                    settings: said.settings.clone(),
                    now: now() + said.ahead,
                });
            }
        }
        let _ = tokio::time::timeout_at(over, more).await;
    }
}

fn sync(said: &mut Said, path: &str, body: &Body) -> Response {
    match path {
        path::SYNC_START => {
            if said.held {
                return trouble(StatusCode::CONFLICT, code::HELD);
            }
            let start: StartRun = read(body);
            if said.kept && !start.preview {
                return trouble(StatusCode::CONFLICT, code::KEPT);
            }
            said.starts.push(start);
            let started = RunStarted {
                run: Uuid::from_u128(said.starts.len() as u128),
                full_needed: said.full_needed,
            };
            ok(&started)
        }
        path::SYNC_BATCH => {
            said.batches.push(read(body));
            ok(&BatchReply { errors: Vec::new() })
        }
        path::SYNC_END => {
            said.ends.push(read(body));
            ok(&RunEnded {
                counts: Counts {
                    added: 1,
                    ..Counts::default()
                },
                held: 0,
            })
        }
        other => panic!("nobody answers {other}"),
    }
}
