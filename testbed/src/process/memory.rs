//! What a running process holds in its memory.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// How often these bytes stand in the writable memory of a process. It may go on meanwhile.
///
/// # Errors
/// What the kernel says to somebody who may not look: others than root, where the process has forbidden it.
pub(super) fn times(pid: u32, wanted: &[u8]) -> io::Result<usize> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let mut found = 0;
    for region in maps.lines().filter_map(writable) {
        let mut bytes = vec![0; region.end.saturating_sub(region.start)];
        // A region may be gone by now.
        if memory
            .read_exact_at(&mut bytes, region.start as u64)
            .is_ok()
        {
            found += count(&bytes, wanted);
        }
    }
    Ok(found)
}

/// The addresses of a line of `maps`: `55e0-55f0 rw-p ...`.
fn writable(line: &str) -> Option<std::ops::Range<usize>> {
    let mut words = line.split_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    words.next()?.starts_with("rw").then_some(())?;
    Some(address(start)?..address(end)?)
}

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    let (Some(first), length) = (wanted.first(), wanted.len()) else {
        return 0;
    };
    let starts = bytes.iter().enumerate().filter(|(_, byte)| *byte == first);
    starts
        .filter(|(at, _)| bytes.get(*at..at + length) == Some(wanted))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_found() {
        let held = ["held-in-", "the-memory"].concat();
        assert_ne!(times(std::process::id(), held.as_bytes()).unwrap(), 0);
        assert_eq!(count(b"abcabcab", b"abc"), 2);
        assert_eq!(count(b"aab", b""), 0);
        assert_eq!(writable("7f-8f r--p 0"), None);
        assert_eq!(writable("7f-8f rw-p 0"), Some(0x7f..0x8f));
    }
}
