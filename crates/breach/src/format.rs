//! The file, byte by byte; all numbers little-endian.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `KWBREACH` |
//! | 8 | 2 | version: 1 |
//! | 10 | 1 | hash: 1 SHA-1, 2 NTLM |
//! | 11 | 1 | bits of a fingerprint: 8 or 16 |
//! | 12 | 1 | n: the filter has 2^n parts, by the first n bits of a hash |
//! | 13 | 3 | 0 |
//! | 16 | 8 | entries |
//! | 24 | 8 | where the index begins |
//! | 32 | 32 | SHA-256 of everything from 128 to the end, and then of the bytes 0 to 32 |
//! | 64 | 64 | Ed25519 signature of [`CONTEXT`] and the bytes 0 to 64; zeros: not signed |
//! | 128 | | the fingerprints of the parts, each part at a multiple of 64 |
//! | | 32·2^n | the index: for each part where it begins (8), its length in bytes (4), and the parameters of its filter (20) |

use crate::error::OpenError;
use sha1::Digest as _;

pub(crate) const MAGIC: &[u8; 8] = b"KWBREACH";
pub(crate) const VERSION: u16 = 1;
pub(crate) const HEADER: usize = 128;
/// Where the checksum, the signature and the parts begin.
pub(crate) const CHECKSUM_AT: usize = 32;
pub(crate) const SIGNATURE_AT: usize = 64;
pub(crate) const ENTRY: usize = 32;
pub(crate) const DESCRIPTOR: usize = 20;
pub(crate) const ALIGNMENT: u64 = 64;
/// More parts than for 2^37 entries are not made.
pub(crate) const MOST_PREFIX: u8 = 16;

/// Signed before the header, so that a signature made for something else is none.
pub(crate) const CONTEXT: &[u8] = b"keyward breach filter 1\0";

/// How the passwords of a list are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// SHA-1 of the UTF-8 text.
    Sha1,
    /// MD4 of the UTF-16LE text, as Windows keeps it (MS-NLMP 3.3.1).
    Ntlm,
}

impl Kind {
    /// Hexadecimal digits of a hash.
    pub(crate) fn digits(self) -> usize {
        match self {
            Self::Sha1 => 40,
            Self::Ntlm => 32,
        }
    }

    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Sha1 => 1,
            Self::Ntlm => 2,
        }
    }

    /// As people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Ntlm => "NTLM",
        }
    }

    /// The first 64 bits of the hash of a password: what the filter is asked about.
    pub(crate) fn key(self, password: &str) -> u64 {
        let first = |hash: &[u8]| hash.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b));
        match self {
            Self::Sha1 => first(&sha1::Sha1::digest(password.as_bytes())),
            Self::Ntlm => {
                let mut md4 = md4::Md4::new();
                for unit in password.encode_utf16() {
                    md4.update(unit.to_le_bytes());
                }
                first(&md4.finalize())
            }
        }
    }
}

/// Bits of a fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bits {
    /// Half the size; one in 256 good passwords is refused.
    Eight,
    /// One in 65,536 good passwords is refused.
    Sixteen,
}

impl Bits {
    /// Bytes of a fingerprint.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Eight => 1,
            Self::Sixteen => 2,
        }
    }

    /// As a number.
    #[must_use]
    pub fn count(self) -> u8 {
        match self {
            Self::Eight => 8,
            Self::Sixteen => 16,
        }
    }
}

/// What stands in the first 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) bits: Bits,
    pub(crate) prefix: u8,
    pub(crate) entries: u64,
    pub(crate) index_at: u64,
}

impl Header {
    pub(crate) fn bytes(&self) -> [u8; CHECKSUM_AT] {
        let mut bytes = [0; CHECKSUM_AT];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..10].copy_from_slice(&VERSION.to_le_bytes());
        bytes[10] = self.kind.code();
        bytes[11] = self.bits.count();
        bytes[12] = self.prefix;
        bytes[16..24].copy_from_slice(&self.entries.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.index_at.to_le_bytes());
        bytes
    }

    /// Reads it, of a file of this length.
    pub(crate) fn read(file: &[u8]) -> Result<Self, OpenError> {
        if file.get(..8) != Some(MAGIC) {
            return Err(OpenError::Magic);
        }
        let head = file
            .get(..HEADER)
            .ok_or(OpenError::Damaged("it is cut off"))?;
        let version = u16::from_le_bytes([head[8], head[9]]);
        if version != VERSION {
            return Err(OpenError::Version(version));
        }
        let unknown = OpenError::Damaged("its header makes no sense");
        let kind = match head[10] {
            1 => Kind::Sha1,
            2 => Kind::Ntlm,
            _ => return Err(unknown),
        };
        let bits = match head[11] {
            8 => Bits::Eight,
            16 => Bits::Sixteen,
            _ => return Err(unknown),
        };
        let header = Self {
            kind,
            bits,
            prefix: head[12],
            entries: number(&head[16..24]),
            index_at: number(&head[24..32]),
        };
        if header.prefix > MOST_PREFIX || header.index_at < HEADER as u64 {
            return Err(unknown);
        }
        let index = (ENTRY as u64) << header.prefix;
        if header.index_at.checked_add(index) != Some(file.len() as u64) {
            return Err(OpenError::Damaged("its length is not the one it had"));
        }
        Ok(header)
    }
}

/// Where a part is, and the parameters of its filter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) at: u64,
    pub(crate) length: u32,
    pub(crate) descriptor: [u8; DESCRIPTOR],
}

impl Entry {
    /// A part without entries.
    pub(crate) const EMPTY: Self = Self {
        at: 0,
        length: 0,
        descriptor: [0; DESCRIPTOR],
    };

    pub(crate) fn bytes(&self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[..8].copy_from_slice(&self.at.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.length.to_le_bytes());
        bytes[12..].copy_from_slice(&self.descriptor);
        bytes
    }

    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut descriptor = [0; DESCRIPTOR];
        descriptor.copy_from_slice(&bytes[12..ENTRY]);
        Self {
            at: number(&bytes[..8]),
            length: number(&bytes[8..12]) as u32,
            descriptor,
        }
    }

    /// Whether no question about this part can lead out of it: what is looked up are three places, one in each of three
    /// neighbouring segments.
    pub(crate) fn is_sound(&self, header: &Header) -> bool {
        if self.length == 0 {
            return true;
        }
        let word = |at: usize| number(&self.descriptor[at..at + 4]);
        let (segment, mask, starts) = (word(8), word(12), word(16));
        let fingerprints = u64::from(self.length) / header.bits.bytes() as u64;
        let end = self.at.checked_add(self.length.into());
        self.at >= HEADER as u64
            && self.at.is_multiple_of(ALIGNMENT)
            && end.is_some_and(|end| end <= header.index_at)
            && (self.length as usize).is_multiple_of(header.bits.bytes())
            && segment.is_power_of_two()
            && mask == segment - 1
            && starts > 0
            && starts.is_multiple_of(segment)
            && starts + 2 * segment == fingerprints
    }
}

/// A number of up to eight bytes.
pub(crate) fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3174 and the NT hash of "password" as it stands in every account of it.
    #[test]
    fn passwords_are_hashed_as_the_lists_hash_them() {
        assert_eq!(Kind::Sha1.key("password"), 0x5baa_61e4_c9b9_3f3f);
        assert_eq!(Kind::Ntlm.key("password"), 0x8846_f7ea_ee8f_b117);
    }
}
