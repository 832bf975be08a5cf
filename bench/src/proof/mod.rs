//! What proving who one is, and keeping others out, costs.

mod filter;
mod guesses;
mod throttle;
mod verdict;

use crate::suite::Scenario;

/// Nothing is shared between these scenarios.
#[derive(Default)]
pub(crate) struct Context;

pub(crate) const SCENARIOS: [Scenario<Context>; 4] = [
    Scenario {
        name: "policy verdict",
        run: verdict::run,
    },
    Scenario {
        name: "breach filter",
        run: filter::run,
    },
    Scenario {
        name: "throttle",
        run: throttle::run,
    },
    Scenario {
        name: "parallel guesses",
        run: guesses::run,
    },
];
