//! A file that is open.

use crate::error::OpenError;
use crate::format::{Bits, CHECKSUM_AT, CONTEXT, ENTRY, Entry, HEADER, Header, Kind, SIGNATURE_AT};
use crate::key::PublicKey;
use memmap2::{Advice, Mmap};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::path::Path;
use xorf::{BinaryFuse8Ref, BinaryFuse16Ref, Filter as _, FilterRef as _};

/// Passwords known from breaches. It takes no memory of its own: the kernel keeps what is looked at, as far as there is
/// room.
pub struct Filter {
    map: Mmap,
    header: Header,
}

impl Filter {
    /// Opens a file, and reads all of it once: its checksum, the signature if a key is given, and that no question can lead
    /// out of it. A file of 4.5 GB takes as long as the disk takes to read it.
    ///
    /// The file must be replaced by renaming another one over it, as [`build`](crate::build()) does, never written to: what
    /// is mapped is the file itself.
    pub fn open(path: &Path, key: Option<&PublicKey>) -> Result<Self, OpenError> {
        let file = File::open(path)?;
        if !file.metadata()?.is_file() {
            return Err(OpenError::Magic);
        }
        #[expect(
            unsafe_code,
            reason = "a mapping is unsafe because others may change the file. Its bytes are read as numbers only, each \
                      of which was checked; who cuts the file off ends this process with SIGBUS, and is somebody \
                      who may write to the service's configuration"
        )]
        // SAFETY: see the reason above. The mapping is private and never written to.
        let map = unsafe { Mmap::map(&file)? };
        Self::of(map, key)
    }

    fn of(map: Mmap, key: Option<&PublicKey>) -> Result<Self, OpenError> {
        let header = Header::read(&map)?;
        let mut sum = Sha256::new();
        sum.update(&map[HEADER..]);
        sum.update(&map[..CHECKSUM_AT]);
        if map[CHECKSUM_AT..SIGNATURE_AT] != sum.finalize()[..] {
            return Err(OpenError::Damaged("its checksum is not the one it had"));
        }
        if let Some(key) = key {
            let mut signature = [0; 64];
            signature.copy_from_slice(&map[SIGNATURE_AT..HEADER]);
            if signature == [0; 64] {
                return Err(OpenError::Unsigned);
            }
            if !key.signed(&[CONTEXT, &map[..SIGNATURE_AT]].concat(), &signature) {
                return Err(OpenError::Signature);
            }
        }
        let index = &map[header.index_at as usize..];
        let (entries, _) = index.as_chunks::<ENTRY>();
        if !entries
            .iter()
            .all(|entry| Entry::read(entry).is_sound(&header))
        {
            return Err(OpenError::Damaged("its parts don't fit together"));
        }
        // From now on three places of it are looked at for each question. A hint that the kernel may leave.
        let _ = map.advise(Advice::Random);
        Ok(Self { map, header })
    }

    /// Whether a password is known. It is hashed as it is written: normalise it first.
    #[must_use]
    pub fn contains(&self, password: &str) -> bool {
        self.has(self.header.kind.key(password))
    }

    /// Whether the first 64 bits of a hash are known.
    pub(crate) fn has(&self, key: u64) -> bool {
        let prefix = u32::from(self.header.prefix);
        let part = key.checked_shr(64 - prefix).unwrap_or(0) as usize;
        let at = self.header.index_at as usize + part * ENTRY;
        let entry = Entry::read(&self.map[at..at + ENTRY]);
        if entry.length == 0 {
            return false;
        }
        let from = entry.at as usize;
        let fingerprints = &self.map[from..from + entry.length as usize];
        match self.header.bits {
            Bits::Eight => BinaryFuse8Ref::from_dma(&entry.descriptor, fingerprints).contains(&key),
            Bits::Sixteen => {
                BinaryFuse16Ref::from_dma(&entry.descriptor, fingerprints).contains(&key)
            }
        }
    }

    /// How its passwords are hashed.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.header.kind
    }

    /// How many passwords were put in.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.header.entries
    }

    /// Of a fingerprint.
    #[must_use]
    pub fn bits(&self) -> Bits {
        self.header.bits
    }

    /// How many parts it has.
    #[must_use]
    pub fn parts(&self) -> usize {
        1 << self.header.prefix
    }

    /// Somebody signed it; by whom was checked if a key was given.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.map[SIGNATURE_AT..HEADER] != [0; 64]
    }
}
