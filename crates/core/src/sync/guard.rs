//! The guard against accidental deletions: an unticked unit, an empty search, a right that was lost.

/// More deletions than that at once are never made without asking (entra-sspr 6.3).
pub const MOST_DELETIONS: u64 = 500;

/// So few are never asked about on account of their share: in a small organisation one leaver is more than a tenth.
const FEW: u64 = 5;

/// What a run would delete, and against what it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Users and groups that the run found gone.
    pub gone: u64,
    /// What was deleted in the last hour, or waits for a decision: changes come in small runs, and many small ones
    /// are one large one.
    pub lately: u64,
    /// Users and groups of the directory before this run.
    pub scope: u64,
}

/// Whether an administrator is asked first: more than 500, or more than a tenth of the scope, or all that there is.
#[must_use]
pub fn must_ask(asked: Asked) -> bool {
    if asked.gone == 0 {
        return false;
    }
    let (gone, scope) = (
        asked.gone.saturating_add(asked.lately),
        asked.scope.saturating_add(asked.lately),
    );
    let share = gone > FEW && gone.saturating_mul(10) > scope;
    // An empty answer is the likeliest accident of all (S81); the last one of a directory may go.
    let everything = asked.gone >= asked.scope && asked.scope > 1;
    gone > MOST_DELETIONS || share || everything
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asks(gone: u64, lately: u64, scope: u64) -> bool {
        must_ask(Asked {
            gone,
            lately,
            scope,
        })
    }

    // case: S81
    #[test]
    fn s81_many_a_large_share_and_everything_are_asked_about() {
        assert!(!asks(500, 0, 100_000) && asks(501, 0, 100_000));
        assert!(!asks(100, 0, 1000) && asks(101, 0, 1000));
        assert!(!asks(5, 0, 20) && asks(6, 0, 20));
        assert!(asks(2, 0, 2) && !asks(1, 0, 1));
        assert!(!asks(0, 600, 600));
        // Drop by drop.
        assert!(!asks(1, 499, 100_000) && asks(1, 500, 100_000));
    }

    proptest! {
        #[test]
        fn more_deletions_are_never_less_suspicious(gone in 1..2000_u64, more in 0..500_u64, lately in 0..600_u64, scope in 1..20_000_u64) {
            if asks(gone, lately, scope) {
                prop_assert!(asks(gone + more, lately, scope));
                prop_assert!(asks(gone, lately + more, scope) || gone + lately <= MOST_DELETIONS);
            }
        }
    }
}
