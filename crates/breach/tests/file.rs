//! Filters of generated lists: what went in comes out, and nothing that is wrong with a file goes unnoticed.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use keyward_breach::{
    Bits, BuildError, Built, Filter, Kind, OpenError, Options, SigningKey, build,
};
use proptest::prelude::*;
use sha1::{Digest as _, Sha1};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;

fn known(n: usize) -> String {
    format!("known password {n}")
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02X}").unwrap();
    }
    text
}

fn sha1(text: &str) -> String {
    hex(&Sha1::digest(text.as_bytes()))
}

fn ntlm(text: &str) -> String {
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    hex(&md4::Md4::digest(&utf16))
}

/// A download of so many passwords, with the line ends that Have I Been Pwned has.
fn list(count: usize, hash: fn(&str) -> String) -> String {
    let mut lines: Vec<_> = (0..count)
        .map(|n| format!("{}:{}\r\n", hash(&known(n)), n % 90 + 1))
        .collect();
    lines.sort_unstable();
    lines.concat()
}

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn build(
        &self,
        source: &Path,
        bits: Bits,
        key: Option<&SigningKey>,
    ) -> Result<Built, BuildError> {
        let mut options = Options {
            bits,
            key,
            progress: &mut |_| {},
        };
        build(source, &self.file("out"), &mut options)
    }

    fn build_text(&self, text: &str) -> Result<Built, BuildError> {
        let source = self.file("list.txt");
        fs::write(&source, text).unwrap();
        self.build(&source, Bits::Sixteen, None)
    }

    fn open(&self) -> Filter {
        Filter::open(&self.file("out"), None).unwrap()
    }
}

/// How many of ten thousand passwords that nobody put in are taken for known.
fn wrongly(filter: &Filter) -> usize {
    (0..10_000)
        .filter(|n| filter.contains(&format!("another one {n}")))
        .count()
}

#[test]
fn what_went_in_is_known_and_little_else_is() {
    let place = Place::new();
    for (hash, kind) in [(sha1 as fn(&str) -> String, Kind::Sha1), (ntlm, Kind::Ntlm)] {
        for (bits, most) in [(Bits::Sixteen, 5), (Bits::Eight, 80)] {
            let source = place.file("list.txt");
            fs::write(&source, list(20_000, hash)).unwrap();
            let built = place.build(&source, bits, None).unwrap();
            assert_eq!((built.entries, built.kind), (20_000, kind));
            let filter = place.open();
            assert_eq!((filter.entries(), filter.kind()), (20_000, kind));
            assert!((0..20_000).all(|n| filter.contains(&known(n))));
            assert!(wrongly(&filter) <= most, "{}", wrongly(&filter));
        }
    }
}

#[test]
fn a_folder_of_ranges_is_the_same_as_the_file() {
    let place = Place::new();
    let text = list(3_000, sha1);
    place.build_text(&text).unwrap();
    let whole = fs::read(place.file("out")).unwrap();
    let folder = place.file("ranges");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("README.md"), "not a range").unwrap();
    for line in text.lines() {
        let (range, rest) = line.split_at(5);
        let path = folder.join(format!("{range}.txt"));
        let mut lines = fs::read_to_string(&path).unwrap_or_default();
        writeln!(lines, "{rest}").unwrap();
        fs::write(path, lines).unwrap();
    }
    // An answer is padded with hashes that nobody has.
    let padded = folder.join("FFFFF");
    let mut lines = fs::read_to_string(&padded).unwrap_or_default();
    writeln!(lines, "{}:0", "F".repeat(35)).unwrap();
    fs::write(padded, lines).unwrap();
    let built = place.build(&folder, Bits::Sixteen, None).unwrap();
    assert_eq!(built.entries, 3_000);
    assert!(built.ranges.is_some_and(|n| n > 2_000));
    assert_eq!(fs::read(place.file("out")).unwrap(), whole);
}

#[test]
fn a_list_that_is_none_is_refused_with_its_line() {
    let place = Place::new();
    let (good, lower) = (sha1("a"), sha1("b").to_lowercase());
    let mut two = [good.clone(), lower];
    two.sort_by_key(|hash| hash.to_uppercase());
    // Upper and lower case, with and without a count, the last line without an end; the same one twice is one.
    let built = place
        .build_text(&format!("{}\n{}:7\n{}:7", two[0], two[1], two[1]))
        .unwrap();
    assert_eq!(built.entries, 2);
    let refused = |text: &str| match place.build_text(text) {
        Err(BuildError::Line(_, line, what)) => format!("{line}: {what}"),
        other => panic!("{text}: {other:?}"),
    };
    assert!(refused("password\n").starts_with("1: this is no hash"));
    assert!(refused(&format!("{good}:1\nx{}:1\n", &good[1..])).starts_with("2: this is no hash"));
    assert!(refused(&format!("{good} 1\n")).starts_with("1: after the hash"));
    assert!(refused(&format!("{}:1\n{}:1\n", two[1], two[0])).contains("not in order"));
    assert!(refused(&"a".repeat(1 << 20)).starts_with("1: this is no hash"));
    assert!(matches!(place.build_text(""), Err(BuildError::Empty(_))));
    let nowhere = place.build(&place.file("nowhere"), Bits::Sixteen, None);
    assert!(matches!(nowhere, Err(BuildError::Io(..))));
}

#[test]
fn a_failed_build_leaves_the_old_filter_and_nothing_else() {
    let place = Place::new();
    place.build_text(&list(10, sha1)).unwrap();
    let before = fs::read(place.file("out")).unwrap();
    place
        .build_text(&format!("{}junk\n", list(10, sha1)))
        .unwrap_err();
    assert_eq!(fs::read(place.file("out")).unwrap(), before);
    assert_eq!(fs::read_dir(place.folder.path()).unwrap().count(), 2);
}

#[test]
fn a_signature_is_checked_where_a_key_is_given() {
    let place = Place::new();
    let (key, other) = (
        SigningKey::from_seed(&[1; 32]),
        SigningKey::from_seed(&[2; 32]),
    );
    let source = place.file("list.txt");
    fs::write(&source, list(100, sha1)).unwrap();
    let out = place.file("out");
    let open = |key: &SigningKey| Filter::open(&out, Some(&key.public()));
    place.build(&source, Bits::Sixteen, None).unwrap();
    assert!(matches!(open(&key), Err(OpenError::Unsigned)));
    place.build(&source, Bits::Sixteen, Some(&key)).unwrap();
    assert!(open(&key).is_ok_and(|filter| filter.is_signed()));
    assert!(matches!(open(&other), Err(OpenError::Signature)));
    // The signature of one file is none of another.
    let signed = fs::read(&out).unwrap();
    fs::write(&source, list(101, sha1)).unwrap();
    place.build(&source, Bits::Sixteen, None).unwrap();
    let mut forged = fs::read(&out).unwrap();
    forged[64..128].copy_from_slice(&signed[64..128]);
    fs::write(&out, forged).unwrap();
    assert!(matches!(open(&key), Err(OpenError::Signature)));
}

#[test]
fn a_single_password_is_a_list_too() {
    let place = Place::new();
    place.build_text(&list(1, sha1)).unwrap();
    assert!(place.open().contains(&known(0)));
    assert!(wrongly(&place.open()) <= 5);
}

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let place = Place::new();
    place.build_text(&list(500, sha1)).unwrap();
    fs::read(place.file("out")).unwrap()
});

fn open_bytes(bytes: &[u8]) -> Result<bool, OpenError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    let filter = Filter::open(file.path(), None)?;
    Ok((0..500).any(|n| filter.contains(&known(n))))
}

proptest! {
    #[test]
    fn a_file_that_is_cut_off_or_longer_is_refused(cut in 0usize..20_000) {
        let cut = cut % WHOLE.len();
        prop_assert!(open_bytes(&WHOLE[..cut]).is_err());
        prop_assert!(open_bytes(&[&WHOLE[..], &WHOLE[..=cut]].concat()).is_err());
    }

    #[test]
    fn a_flipped_bit_anywhere_is_noticed(at in 0usize..20_000, bit in 0u8..8) {
        let mut bytes = WHOLE.clone();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        // The signature is looked at where a key is given.
        prop_assert_eq!(open_bytes(&bytes).is_ok(), (64..128).contains(&at));
    }

    /// Whoever can compute a checksum can write any header and index: they are refused or answered, never a crash.
    #[test]
    fn no_header_and_no_index_leads_out_of_the_file(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = WHOLE.clone();
        let index_at = bytes.len() - 32;
        for (at, value) in changes {
            let at = at.index(24 + 32);
            let at = if at < 24 { at + 8 } else { index_at + at - 24 };
            bytes[at] = value;
        }
        let sum = sha2::Sha256::new().chain_update(&bytes[128..]).chain_update(&bytes[..32]).finalize();
        bytes[32..64].copy_from_slice(&sum);
        let _ = open_bytes(&bytes);
    }

    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), honest in any::<bool>()) {
        let mut bytes = bytes;
        if honest && bytes.len() >= 8 {
            bytes[..8].copy_from_slice(b"KWBREACH");
        }
        prop_assert!(open_bytes(&bytes).is_err());
    }

    #[test]
    fn any_list_is_read_or_refused(text in "([0-9A-Fa-f:\r\n ]{0,60}\n){0,6}") {
        let place = Place::new();
        let _ = place.build_text(&text);
    }
}
