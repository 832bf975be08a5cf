//! Two domain controllers of one domain, and what time does to them.
//!
//! Nothing is replicated by itself: a test says when, and so knows who knows what.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::config::{ADMIN_PASSWORD, CORP, Kind};
use super::{Home, Samba, template};
use crate::tls::TestCa;

/// What changes of an instance while it runs.
const DATA: [&str; 2] = ["private", "state"];

/// The data of a domain controller as they were. Dropping it removes them.
#[derive(Debug)]
pub struct Copy(tempfile::TempDir);

impl Samba {
    /// Starts two domain controllers of one domain, `dc1` and `dc2`, whose certificates are of one authority. The first
    /// holds the roles that only one has; it is the one that Windows' would ask about a password they don't know.
    ///
    /// # Panics
    /// As [`Samba::start`] does.
    #[must_use]
    pub fn start_pair() -> [Self; 2] {
        let kinds = ["dc1", "dc2"].map(|host| Kind {
            domain: CORP,
            host,
            dns: false,
            replicates: true,
        });
        let homes = [Home::new(), Home::new()];
        let [first, second] = &homes;
        template::copy_pair_to([&first.path, &second.path], [&kinds[0], &kinds[1]]);
        let ca = TestCa::new();
        let [first, second] = homes;
        [
            Self::start_in(first, kinds[0], &[], &ca),
            Self::start_in(second, kinds[1], &[], &ca),
        ]
    }

    /// Takes over all that the other domain controller of the domain knows, and returns when it is done.
    ///
    /// # Panics
    /// When one of them doesn't run, or they aren't of one pair.
    pub fn replicate_from(&self, other: &Self) {
        let invocation = other.hands.call("invocation", &json!({}));
        let words = json!({
            "address": other.address.to_string(),
            "invocation": invocation,
            "password": ADMIN_PASSWORD,
        });
        self.hands.call("replicate", &words);
    }

    /// A copy of its data, which [`Samba::go_back`] takes. It is stopped for that moment.
    ///
    /// # Panics
    /// When the data can't be copied, or it doesn't start again.
    #[must_use]
    pub fn copy(&self) -> Copy {
        let copy = tempfile::tempdir().expect("a temporary directory");
        self.stop();
        for name in DATA {
            template::copy(&self.home.join(name), &made(copy.path().join(name)));
        }
        self.start_again();
        Copy(copy)
    }

    /// Puts an older copy in the place of its data, and starts it: as a virtual machine is set back, without a word to
    /// anybody; or, with `restored`, as a backup is restored, after which it is another one to those who replicate.
    ///
    /// # Panics
    /// As [`Samba::copy`] does.
    pub fn go_back(&self, copy: &Copy, restored: bool) {
        self.stop();
        for name in DATA {
            let place = self.home.join(name);
            fs::remove_dir_all(&place).expect("to remove the data");
            template::copy(&copy.0.path().join(name), &made(place));
        }
        self.hands.call("open_again", &json!({}));
        if restored {
            self.hands.call("begin_a_new_life", &json!({}));
        }
        self.start_again();
    }
}

fn made(path: PathBuf) -> PathBuf {
    fs::create_dir(&path).expect("a directory for a copy");
    path
}
