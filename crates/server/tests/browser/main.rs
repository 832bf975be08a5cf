//! What people do with Keyward, in a real browser, against the real `keyward serve` with a real mail server and a
//! gateway for text messages. One binary, so that it is linked once; a module for each scenario.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as loudly as the test"
)]

mod calls;
mod common;
#[path = "../world/mod.rs"]
mod world;

mod account;
mod administrator;
mod article;
mod authenticator;
mod by_group;
mod content_policy;
mod desk;
mod forgotten;
mod gallery_account;
mod gallery_admin;
mod gallery_connect;
mod gallery_demo;
mod gallery_reset;
mod gallery_rest;
mod gallery_setup;
mod hand_over;
mod help;
mod lost_answers;
mod not_me;
mod on_premises;
mod pass;
mod passkeys;
mod passwords;
mod premises;
mod recovery;
mod registration;
mod setup;
mod several_agents;
mod tokens;
mod unlock;
mod with_ad;
mod without_scripts;
