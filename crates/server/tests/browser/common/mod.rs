//! The world that a scenario happens in, and what people do in it again and again.

mod accounts;
mod gallery;
mod steps;
mod visit;

pub(crate) use accounts::{ADELE, ADMIN, Account, BRIAN, CARLA, DORA, HELP};
pub(crate) use gallery::Gallery;
pub(crate) use steps::{answer_the_sum, expect_quiet, prove_both, start_reset};
pub(crate) use visit::Visit;
