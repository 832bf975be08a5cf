//! Where the service answers agents. `{}` stands for an id.

/// POST [`EnrolRequest`](crate::enrol::EnrolRequest) → [`EnrolStarted`](crate::enrol::EnrolStarted).
pub const ENROL: &str = "/agent/v1/enrolments";
/// POST [`EnrolPoll`](crate::enrol::EnrolPoll) → [`EnrolState`](crate::enrol::EnrolState).
pub const ENROL_POLL: &str = "/agent/v1/enrolments/poll";
/// POST [`ChallengeRequest`](crate::session::ChallengeRequest) → [`Challenge`](crate::session::Challenge).
pub const CHALLENGE: &str = "/agent/v1/challenge";
/// POST [`SessionRequest`](crate::session::SessionRequest) → [`Session`](crate::session::Session).
pub const SESSION: &str = "/agent/v1/session";
/// POST [`WorkRequest`](crate::link::WorkRequest) → [`WorkReply`](crate::link::WorkReply). In a session, as all below.
pub const WORK: &str = "/agent/v1/work";
/// POST [`Reports`](crate::link::Reports) → [`Accepted`](crate::link::Accepted).
pub const OUTCOMES: &str = "/agent/v1/outcomes";
/// POST [`RollKey`](crate::session::RollKey) → [`KeyRolled`](crate::session::KeyRolled).
pub const ROLL_KEY: &str = "/agent/v1/key";
/// POST [`StartRun`](crate::sync::StartRun) → [`RunStarted`](crate::sync::RunStarted).
pub const SYNC_START: &str = "/agent/v1/sync";
/// POST [`Batch`](crate::sync::Batch) → [`BatchReply`](crate::sync::BatchReply).
pub const SYNC_BATCH: &str = "/agent/v1/sync/batch";
/// POST [`EndRun`](crate::sync::EndRun) → [`RunEnded`](crate::sync::RunEnded).
pub const SYNC_END: &str = "/agent/v1/sync/end";
/// POST [`Explain`](crate::sync::Explain) → [`Explained`](crate::sync::Explained).
pub const SYNC_EXPLAIN: &str = "/agent/v1/sync/explain";
/// POST [`Suffixes`](crate::sync::Suffixes) → [`Verified`](crate::sync::Verified).
pub const SUFFIXES: &str = "/agent/v1/suffixes";
/// POST [`Changes`](crate::sync::Changes) → [`ChangesPage`](crate::sync::ChangesPage).
pub const SYNC_CHANGES: &str = "/agent/v1/sync/changes";
