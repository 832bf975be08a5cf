//! The edge through its front door: requests as browsers and attackers send them, against the real application on a
//! real database. One binary, so that it is linked once.
//!
//! Start reading at [`site`] (what is under test), [`browser`] (who asks) and [`cast`] (who is in the directory).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails as loudly as the test"
)]

mod admin;
mod agents;
mod authenticator;
mod browser;
mod by_group;
mod cast;
mod hostile;
mod html;
mod ids;
mod input;
mod language;
mod licences;
mod links;
mod malformed;
mod page;
mod pages;
mod pass;
mod passkey;
mod replay;
mod routes;
mod site;
mod walk;

mod connect;
mod crossing;
mod deep;
mod directory;
mod doctor;
mod familiar;
mod forgery;
mod hand_over;
mod headers;
mod hosts;
mod protection;
mod proving;
mod prying;
mod size;
mod steps;
mod strangers;
mod sweep;
