//! The rules of Keyward.
//!
//! Everything here is a function of its arguments: `(state, input, policy, now) -> outcome`. This crate must not
//! know I/O, async, a clock, randomness, SQL or HTTP; time comes in as [`time::Timestamp`], keyed digests come in
//! as bytes. That is what lets the model tests walk every order of steps of a reset in milliseconds.
//!
//! Start reading at [`reset`] (the state machine of one reset), then [`policy`] (who may reset and with what),
//! [`challenge`] (how a code becomes a proof) and [`role`] (who may act on whom).

pub mod audit;
pub mod budget;
pub mod by_group;
pub mod challenge;
pub mod csv;
pub mod decoy;
pub mod examination;
pub mod group;
pub mod hand_over;
pub mod ids;
pub mod licence;
mod mask;
pub mod method;
pub mod mobile;
pub mod pass;
pub mod password;
pub mod phone;
pub mod policy;
pub mod pow;
pub mod price;
pub mod quarantine;
pub mod recovery;
pub mod refusal;
pub mod registration;
pub mod reserve;
pub mod reset;
pub mod role;
pub mod secret;
pub mod signin;
pub mod sync;
pub mod text;
pub mod throttle;
pub mod time;
pub mod token;
pub mod totp;
pub mod user;
pub mod writeback;
