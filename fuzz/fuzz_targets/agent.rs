//! What an agent, or whoever pretends to be one, sends to the service.
#![no_main]

use keyward_wire::enrol::EnrolRequest;
use keyward_wire::link::{Reports, WorkRequest};
use keyward_wire::session::{ChallengeRequest, RollKey, SessionRequest};
use keyward_wire::sync::{Batch, Changes, Explain, UserRecord};
use libfuzzer_sys::fuzz_target;
use serde_json::from_slice;

/// What was read is written and read as the same.
macro_rules! stays {
    ($bytes:expr, $($message:ty),+ $(,)?) => {$(
        if let Ok(message) = from_slice::<$message>($bytes) {
            let text = serde_json::to_vec(&message).expect("it can be written");
            let again: $message = from_slice(&text).expect("what was written can be read");
            assert_eq!(serde_json::to_vec(&again).unwrap(), text);
        }
    )+};
}

fuzz_target!(|bytes: &[u8]| {
    stays!(
        bytes,
        EnrolRequest,
        ChallengeRequest,
        SessionRequest,
        RollKey,
        WorkRequest,
        Reports,
        Batch,
        Changes,
        Explain,
        UserRecord,
    );
});
