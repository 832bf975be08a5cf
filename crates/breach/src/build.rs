//! Makes a file out of a download: part by part, so that the memory of one part is enough.

use crate::error::BuildError;
use crate::format::{
    ALIGNMENT, Bits, CHECKSUM_AT, CONTEXT, DESCRIPTOR, Entry, HEADER, Header, Kind, MOST_PREFIX,
};
use crate::key::SigningKey;
use crate::source::Source;
use sha2::{Digest as _, Sha256};
use std::fs::Permissions;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use tempfile::NamedTempFile;
use xorf::{BinaryFuse8, BinaryFuse16, DmaSerializable};

/// Parts have between this many entries and twice as many: fewer would cost more bits for each (a filter is rounded up to
/// whole segments), more would cost memory. Building takes some 34 bytes for each entry of one part.
const PART: u64 = 2_000_000;

/// What the memory is enough for, in any case.
const MOST_IN_PART: usize = 32_000_000;

/// How a filter is made.
pub struct Options<'a> {
    /// Of a fingerprint.
    pub bits: Bits,
    /// Signs it.
    pub key: Option<&'a SigningKey>,
    /// Told how many entries have been read, now and then.
    pub progress: &'a mut dyn FnMut(u64),
}

/// What was made.
#[derive(Debug, Clone, Copy)]
pub struct Built {
    /// How the passwords are hashed.
    pub kind: Kind,
    /// Entries; a hash that came twice is one.
    pub entries: u64,
    /// Length of the file.
    pub bytes: u64,
    /// Ranges that were read, of a folder of them; 1,048,576 are all.
    pub ranges: Option<usize>,
}

/// Builds the filter of a download into a file. It is written beside its name and renamed when all of it is on the disk, so
/// that whoever reads it has the old one or the new one.
pub fn build(source: &Path, out: &Path, options: &mut Options<'_>) -> Result<Built, BuildError> {
    let source = Source::of(source)?;
    let failed = |error| BuildError::Io(out.to_owned(), error);
    let folder = out.parent().filter(|f| !f.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    let prefix = prefix(source.estimate);
    let (entries, header) = {
        let mut writer = Writer {
            to: BufWriter::with_capacity(1 << 20, file.as_file_mut()),
            sum: Sha256::new(),
            at: HEADER as u64,
            bits: options.bits,
            prefix,
            index: Vec::with_capacity(1 << prefix),
            keys: Vec::new(),
            entries: 0,
        };
        writer.to.write_all(&[0; HEADER]).map_err(failed)?;
        let seen = |error| match error {
            Trouble::Io(error) => BuildError::Io(out.to_owned(), error),
            Trouble::Build(error) => error,
        };
        source.each(|key| {
            if writer.push(key).map_err(seen)? {
                (options.progress)(writer.entries);
            }
            Ok(())
        })?;
        writer.finish(source.kind, options.key).map_err(seen)?
    };
    let file_ = file.as_file_mut();
    file_.seek(SeekFrom::Start(0)).map_err(failed)?;
    file_.write_all(&header).map_err(failed)?;
    // Nothing in it is secret, and the service that reads it is somebody else.
    file_
        .set_permissions(Permissions::from_mode(0o644))
        .map_err(failed)?;
    file_.sync_all().map_err(failed)?;
    let bytes = file_.metadata().map_err(failed)?.len();
    file.persist(out).map_err(|error| failed(error.error))?;
    Ok(Built {
        kind: source.kind,
        entries,
        bytes,
        ranges: source.ranges,
    })
}

/// By how many bits of a hash so many entries are parted.
fn prefix(entries: u64) -> u8 {
    (entries / PART)
        .checked_ilog2()
        .map_or(0, |n| n as u8)
        .min(MOST_PREFIX)
}

enum Trouble {
    Io(io::Error),
    Build(BuildError),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

struct Writer<W: io::Write> {
    to: W,
    sum: Sha256,
    /// How much has been written.
    at: u64,
    bits: Bits,
    prefix: u8,
    /// The parts that are finished.
    index: Vec<Entry>,
    /// Those of the part that is being read.
    keys: Vec<u64>,
    entries: u64,
}

impl<W: io::Write> Writer<W> {
    /// Takes the next key; whether that ended a part.
    fn push(&mut self, key: u64) -> Result<bool, Trouble> {
        // The shift is by 64 where there is one part.
        let part = key.checked_shr(64 - u32::from(self.prefix)).unwrap_or(0) as usize;
        let mut ended = false;
        while self.index.len() < part {
            self.close()?;
            ended = true;
        }
        if self.keys.last() != Some(&key) {
            if self.keys.len() == MOST_IN_PART {
                return Err(Trouble::Build(BuildError::Lopsided));
            }
            self.keys.push(key);
            self.entries += 1;
        }
        Ok(ended)
    }

    /// Makes the filter of the part that was read, and writes it.
    fn close(&mut self) -> Result<(), Trouble> {
        let part = self.index.len();
        let failed = |error| Trouble::Build(BuildError::Filter(part, error));
        if self.keys.is_empty() {
            self.index.push(Entry::EMPTY);
            return Ok(());
        }
        if let [only] = self.keys[..] {
            // The arithmetic of sizes begins with two.
            self.keys.push(only ^ 1);
        }
        let keys = self.keys.as_slice();
        match self.bits {
            Bits::Eight => {
                let filter = BinaryFuse8::try_from(keys).map_err(failed)?;
                self.put(&filter)?;
            }
            Bits::Sixteen => {
                let filter = BinaryFuse16::try_from(keys).map_err(failed)?;
                self.put(&filter)?;
            }
        }
        self.keys.clear();
        Ok(())
    }

    fn put(&mut self, filter: &impl DmaSerializable) -> Result<(), Trouble> {
        let gap = self.at.next_multiple_of(ALIGNMENT) - self.at;
        self.write(&[0; ALIGNMENT as usize][..gap as usize])?;
        let mut descriptor = [0; DESCRIPTOR];
        filter.dma_copy_descriptor_to(&mut descriptor);
        let fingerprints = filter.dma_fingerprints();
        self.index.push(Entry {
            at: self.at,
            length: fingerprints.len() as u32,
            descriptor,
        });
        Ok(self.write(fingerprints)?)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.at += bytes.len() as u64;
        self.to.write_all(bytes)
    }

    /// Writes what is left; the number of entries and the header to put in front.
    fn finish(
        mut self,
        kind: Kind,
        key: Option<&SigningKey>,
    ) -> Result<(u64, [u8; HEADER]), Trouble> {
        while self.index.len() < 1 << self.prefix {
            self.close()?;
        }
        let gap = self.at.next_multiple_of(ALIGNMENT) - self.at;
        self.write(&[0; ALIGNMENT as usize][..gap as usize])?;
        let header = Header {
            kind,
            bits: self.bits,
            prefix: self.prefix,
            entries: self.entries,
            index_at: self.at,
        };
        for entry in std::mem::take(&mut self.index) {
            self.write(&entry.bytes())?;
        }
        self.to.flush()?;
        let mut bytes = [0; HEADER];
        bytes[..CHECKSUM_AT].copy_from_slice(&header.bytes());
        self.sum.update(header.bytes());
        bytes[CHECKSUM_AT..64].copy_from_slice(&self.sum.finalize());
        if let Some(key) = key {
            let signature = key.sign(&[CONTEXT, &bytes[..64]].concat());
            bytes[64..].copy_from_slice(&signature);
        }
        Ok((self.entries, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn parts_have_between_two_and_four_million_entries() {
        for (entries, bits) in [
            (0, 0),
            (3_999_999, 0),
            (4_000_000, 1),
            (10_000_000, 2),
            (2_000_000_000, 9),
            (u64::MAX, 16),
        ] {
            assert_eq!(prefix(entries), bits, "{entries}");
        }
    }
}
