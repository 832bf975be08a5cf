//! A download of Have I Been Pwned: one file of lines `HASH:COUNT` in the order of the hashes, or a folder of the files
//! of its range API, each named by the five digits with which its hashes begin.

use crate::error::BuildError;
use crate::format::Kind;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

/// Digits in the name of a range.
const RANGE_DIGITS: usize = 5;
/// A line is no longer than this; what is belongs to another file.
const LONGEST: u64 = 128;

/// What is read, and in which order.
pub(crate) struct Source {
    path: PathBuf,
    parts: Vec<Part>,
    pub(crate) kind: Kind,
    /// About so many hashes are in it, by its size.
    pub(crate) estimate: u64,
    /// How many ranges there are, of a folder.
    pub(crate) ranges: Option<usize>,
}

struct Part {
    path: PathBuf,
    /// The digits that its lines leave out, as a number.
    lead: u64,
}

impl Source {
    /// Looks at what is there.
    pub(crate) fn of(path: &Path) -> Result<Self, BuildError> {
        let io = |error| BuildError::Io(path.to_owned(), error);
        let folder = fs::metadata(path).map_err(io)?.is_dir();
        let parts = if folder {
            ranges(path).map_err(io)?
        } else {
            vec![Part {
                path: path.to_owned(),
                lead: 0,
            }]
        };
        let (mut kind, mut size) = (None, 0);
        for part in &parts {
            let io = |error| BuildError::Io(part.path.clone(), error);
            size += fs::metadata(&part.path).map_err(io)?.len();
            if kind.is_none() {
                kind = kind_of(&part.path, folder)?;
            }
        }
        let kind = kind.ok_or_else(|| BuildError::Empty(path.to_owned()))?;
        // A count of one or two digits, a colon and the end of the line.
        let line = kind.digits() + 4 - if folder { RANGE_DIGITS } else { 0 };
        Ok(Self {
            path: path.to_owned(),
            ranges: folder.then_some(parts.len()),
            parts,
            kind,
            estimate: size / line as u64,
        })
    }

    /// Hands out the first 64 bits of each hash, in order; those of a count of zero, with which the API pads its answers,
    /// are left out.
    pub(crate) fn each(
        &self,
        mut take: impl FnMut(u64) -> Result<(), BuildError>,
    ) -> Result<(), BuildError> {
        let lead_digits = if self.ranges.is_some() {
            RANGE_DIGITS
        } else {
            0
        };
        let digits = self.kind.digits() - lead_digits;
        let mut last = None;
        let mut line = Vec::with_capacity(LONGEST as usize);
        for part in &self.parts {
            let io = |error| BuildError::Io(part.path.clone(), error);
            let mut file = BufReader::with_capacity(1 << 20, File::open(&part.path).map_err(io)?);
            let mut number = 0;
            loop {
                line.clear();
                let read = file.by_ref().take(LONGEST).read_until(b'\n', &mut line);
                if read.map_err(io)? == 0 {
                    break;
                }
                number += 1;
                let wrong = |what| BuildError::Line(part.path.clone(), number, what);
                let text = line.trim_ascii_end();
                if text.is_empty() {
                    continue;
                }
                let (value, counted) = parse(text, digits, 16 - lead_digits).map_err(wrong)?;
                let key = part.lead | value;
                if last.is_some_and(|last| key < last) {
                    return Err(wrong(
                        "the hashes are not in order: take the download ordered by hash",
                    ));
                }
                last = Some(key);
                if counted {
                    take(key)?;
                }
            }
        }
        if last.is_none() {
            return Err(BuildError::Empty(self.path.clone()));
        }
        Ok(())
    }
}

/// The ranges in a folder, in order. Other files may lie beside them.
fn ranges(folder: &Path) -> std::io::Result<Vec<Part>> {
    let mut parts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|name| name.to_str());
        let Some(lead) = stem
            .filter(|name| name.len() == RANGE_DIGITS)
            .and_then(|name| u64::from_str_radix(name, 16).ok())
        else {
            continue;
        };
        parts.push(Part {
            path,
            lead: lead << (64 - 4 * RANGE_DIGITS),
        });
    }
    parts.sort_by_key(|part| part.lead);
    Ok(parts)
}

/// How the first line of a file is hashed; none of an empty file.
fn kind_of(path: &Path, range: bool) -> Result<Option<Kind>, BuildError> {
    let io = |error| BuildError::Io(path.to_owned(), error);
    let mut line = Vec::new();
    let mut file = BufReader::new(File::open(path).map_err(io)?).take(LONGEST);
    file.read_until(b'\n', &mut line).map_err(io)?;
    let text = line.trim_ascii_end();
    if text.is_empty() {
        return Ok(None);
    }
    let lead = if range { RANGE_DIGITS } else { 0 };
    let digits = text.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    [Kind::Sha1, Kind::Ntlm]
        .into_iter()
        .find(|kind| kind.digits() == digits + lead)
        .map(Some)
        .ok_or_else(|| BuildError::Line(path.to_owned(), 1, NO_HASH))
}

const NO_HASH: &str = "this is no hash of 40 (SHA-1) or 32 (NTLM) hexadecimal digits";

/// The value of the first `kept` digits of a line that has `digits` of them, and whether its count is another than zero.
fn parse(text: &[u8], digits: usize, kept: usize) -> Result<(u64, bool), &'static str> {
    let (hash, rest) = text.split_at_checked(digits).ok_or(NO_HASH)?;
    let mut value = 0;
    let mut all = 0;
    for (at, digit) in hash.iter().enumerate() {
        let digit = VALUES[usize::from(*digit)];
        all |= digit;
        if at < kept {
            value = value << 4 | u64::from(digit);
        }
    }
    if all > 15 {
        return Err(NO_HASH);
    }
    match rest {
        [] => Ok((value, true)),
        [b':', count @ ..] if count.iter().all(u8::is_ascii_digit) => {
            Ok((value, count.iter().any(|digit| *digit != b'0')))
        }
        _ => Err("after the hash stands something else than a colon and a count"),
    }
}

/// What a hexadecimal digit is worth; 255 of no digit.
const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut n = 0;
    while n < 16 {
        values[b"0123456789abcdef"[n] as usize] = n as u8;
        values[b"0123456789ABCDEF"[n] as usize] = n as u8;
        n += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_hash_and_a_count() {
        let line = b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:52579";
        assert_eq!(parse(line, 40, 16), Ok((0x5baa_61e4_c9b9_3f3f, true)));
        assert_eq!(parse(&line[5..], 35, 11), Ok((0x1e4_c9b9_3f3f, true)));
        assert_eq!(
            parse(&line[..40], 40, 16),
            Ok((0x5baa_61e4_c9b9_3f3f, true))
        );
        assert_eq!(parse(b"00ff:0", 4, 4), Ok((0xff, false)));
        for bad in [b"00fg:1".as_slice(), b"00f", b"00ff;1", b"00ff:x", b"00ff1"] {
            assert!(parse(bad, 4, 4).is_err());
        }
    }
}
