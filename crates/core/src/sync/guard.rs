//! The guards against accidents of many: deletions by an unticked unit, an empty search, a right that was lost; contact
//! data that a tool, or whoever has its account, writes to everybody (AZ-11).

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

/// More users than that don't get other contact data within an hour without asking.
pub const MOST_CONTACTS: u64 = 500;

/// Whether an administrator is asked first: other contact data for more than 500 users within an hour, or for more than
/// a tenth of them. `lately` got others in the last hour, `users` are in the directory.
#[must_use]
pub fn must_ask_about_contacts(changed: u64, lately: u64, users: u64) -> bool {
    let all = changed.saturating_add(lately);
    let share = all > FEW && all.saturating_mul(10) > users;
    changed > 0 && (all > MOST_CONTACTS || share)
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

    // case: AZ-11
    #[test]
    fn az_11_other_contact_data_for_many_are_asked_about() {
        let asks = must_ask_about_contacts;
        assert!(!asks(500, 0, 100_000) && asks(501, 0, 100_000));
        assert!(!asks(100, 0, 1000) && asks(101, 0, 1000));
        // A small organisation may mend all of its numbers.
        assert!(!asks(5, 0, 5) && asks(6, 0, 6));
        // Drop by drop.
        assert!(!asks(1, 499, 100_000) && asks(1, 500, 100_000));
        assert!(!asks(0, 600, 600));
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
