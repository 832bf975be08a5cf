//! One file for each page. A page asks, writes what it hears into the draft, and says when it can be gone on from.

pub(super) mod complete;
pub(super) mod directories;
pub(super) mod features;
pub(super) mod group;
pub(super) mod names;
pub(super) mod ready;
pub(super) mod refresh;
pub(super) mod service;
pub(super) mod start;
pub(super) mod uninstall;
pub(super) mod units;
