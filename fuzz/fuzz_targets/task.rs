//! What a service, or whoever pretends to be it, sends to an agent: signed tasks and sealed passwords.
#![no_main]

use keyward_wire::link::{SignedTask, WorkReply};
use keyward_wire::seal::{Binding, Purpose, Sealing};
use keyward_wire::sign::{Signing, open};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let key = Signing::from_seed(&[7; 32]).public();
    if let Ok(signed) = serde_json::from_slice::<SignedTask>(bytes) {
        // Nobody guesses a signature.
        assert!(open(&key.0, &signed).is_none());
    }
    let _ = serde_json::from_slice::<WorkReply>(bytes);
    let sealing = Sealing::from_seed(&[9; 32]);
    let binding = Binding {
        tenant: Default::default(),
        agent: Default::default(),
        operation: Default::default(),
        directory: Default::default(),
        anchor: None,
        purpose: Purpose::Reset,
        expires_at: 0,
    };
    assert!(sealing.open(&binding, bytes).is_err());
});
