//! Passwords known from breaches: the file that `keyward breach build` makes, opened at start and exchanged when another
//! one is put in its place.

use crate::complaint::Complaint;
use crate::config::BreachFile;
use keyward_app::ports::BreachList;
use keyward_breach::{Filter, OpenError};
use keyward_core::password::Prepared;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// A file that is looked at again now and then.
pub struct Watched {
    file: BreachFile,
    /// The one that counts. Who asks takes it whole, and keeps it until answered.
    filter: RwLock<Arc<Filter>>,
    seen: Mutex<Option<Seen>>,
}

/// What tells a file from the one that was there before: device, inode, length, and when it was last written to.
type Seen = (u64, u64, u64, i64, i64);

fn seen(path: &Path) -> Option<Seen> {
    let m = fs::metadata(path).ok()?;
    Some((m.dev(), m.ino(), m.size(), m.mtime(), m.mtime_nsec()))
}

impl Watched {
    /// Opens the file; what is wrong with it keeps the server from starting, since nobody would notice later that every
    /// known password is taken.
    pub fn open(file: &BreachFile) -> Result<Self, Complaint> {
        let before = seen(&file.path);
        let filter = open(file)?;
        Ok(Self {
            file: file.clone(),
            filter: RwLock::new(Arc::new(filter)),
            seen: Mutex::new(before),
        })
    }

    fn filter(&self) -> Arc<Filter> {
        let filter = self.filter.read().unwrap_or_else(PoisonError::into_inner);
        filter.clone()
    }

    /// Takes the file that is there now if it is another one; whether it was. What is wrong with it is told once, and the
    /// old one stays.
    pub fn exchange(&self) -> Result<bool, Complaint> {
        let now = seen(&self.file.path);
        {
            let mut before = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if now.is_none() || *before == now {
                return Ok(false);
            }
            *before = now;
        }
        let new = Arc::new(open(&self.file)?);
        *self.filter.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(true)
    }
}

impl BreachList for Watched {
    fn contains(&self, password: &Prepared) -> bool {
        self.filter().contains(password.text())
    }

    fn refresh(&self) {
        match self.exchange() {
            Ok(false) => {}
            Ok(true) => {
                let entries = self.filter().entries();
                tracing::info!(entries, "the file of breached passwords was exchanged");
            }
            Err(complaint) => {
                tracing::error!(
                    what = complaint.what,
                    place = complaint.place,
                    fix = complaint.fix,
                    "the file of breached passwords was not exchanged; the one before stays in use"
                );
            }
        }
    }
}

/// Opens a file, or says what to do about it.
pub fn open(file: &BreachFile) -> Result<Filter, Complaint> {
    Filter::open(&file.path, file.key.as_ref()).map_err(|error| complain(&file.path, &error))
}

/// What is wrong with a file, for an operator.
#[must_use]
pub fn complain(path: &Path, error: &OpenError) -> Complaint {
    let fix = match error {
        OpenError::Io(_) => {
            "give the path of a file that `keyward breach build` made and this user can read, or remove it"
        }
        OpenError::Magic | OpenError::Damaged(_) => "make it anew with `keyward breach build`",
        OpenError::Version(_) => "make it anew with the `keyward breach build` of this version",
        OpenError::Unsigned => {
            "make it with `keyward breach build --sign`, or remove breach.public_key"
        }
        OpenError::Signature => {
            "take the file that was signed with the private half of breach.public_key"
        }
    };
    Complaint::new(
        format!("the breached passwords can't be used: {error}"),
        path.display().to_string(),
        fix,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyward_breach::{Bits, Options, build};
    use keyward_core::secret::Secret;

    fn knows(list: &dyn BreachList, text: &str) -> bool {
        list.contains(&Prepared::new(&Secret::new(text.into())).ok().unwrap())
    }

    /// SHA-1 of "password", and of "abc" (RFC 3174).
    const PASSWORD: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";
    const ABC: &str = "A9993E364706816ABA3E25717850C26C9CD0D89D";

    fn make(file: &BreachFile, hash: &str) {
        let source = file.path.with_extension("txt");
        fs::write(&source, format!("{hash}:3\r\n")).unwrap();
        let mut options = Options {
            bits: Bits::Sixteen,
            key: None,
            progress: &mut |_| {},
        };
        build(&source, &file.path, &mut options).unwrap();
    }

    #[test]
    fn another_file_counts_when_it_is_there_and_a_damaged_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = BreachFile {
            path: folder.path().join("known"),
            key: None,
        };
        let missing = Watched::open(&file).err().unwrap();
        assert!(missing.what.contains("can't be read"), "{missing}");
        make(&file, PASSWORD);
        let list = Watched::open(&file).unwrap();
        assert!(knows(&list, "password") && !knows(&list, "abc"));
        assert!(!list.exchange().unwrap());

        make(&file, ABC);
        list.refresh();
        assert!(!knows(&list, "password") && knows(&list, "abc"));

        // Half a file, put in place as one should.
        let whole = fs::read(&file.path).unwrap();
        let half = folder.path().join("half");
        fs::write(&half, &whole[..whole.len() / 2]).unwrap();
        fs::rename(&half, &file.path).unwrap();
        assert!(list.exchange().unwrap_err().what.contains("damaged"));
        assert!(!list.exchange().unwrap(), "told once");
        assert!(knows(&list, "abc"), "the one before stays");
        fs::remove_file(&file.path).unwrap();
        list.refresh();
        assert!(knows(&list, "abc"));
        make(&file, PASSWORD);
        list.refresh();
        assert!(knows(&list, "password"));
    }
}
