//! The file of breached passwords: how large, how fast it is made, how fast it answers.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use keyward_breach::{Bits, Filter, Options, build};

use super::Context;
use crate::Done;
use crate::figure::{Bar, Figure};
use crate::{proc, server};

/// Lines of the generated download; some 550 MB.
const LINES: u64 = 12_000_000;

/// Memory that a build may take however long the list is: parts have a size, and 2·10⁹ entries are more of them.
const MOST_MEMORY: f64 = 256.0;

/// Passwords that are looked for.
const LOOKS: u32 = 2_000_000;

const MIB: f64 = 1_048_576.0;

pub(super) fn run(_: &mut Context) -> Done<Vec<Figure>> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (list, out) = (folder.path().join("list"), folder.path().join("filter"));
    generate(&list, LINES).map_err(|error| format!("{}: {error}", list.display()))?;
    let (cpu, peak) = command(&list, &out)?;
    let filter = Filter::open(&out, None).map_err(|error| error.to_string())?;
    if filter.entries() != LINES {
        return Err(format!("{} of {LINES} entries", filter.entries()));
    }
    let bytes = out.metadata().map_err(|error| error.to_string())?.len();
    let known = nanoseconds(&small(&folder.path().join("known"))?, text);
    Ok(vec![
        Figure::new(
            "breach filter, 16 bits: bits per entry",
            bytes as f64 * 8.0 / LINES as f64,
            "",
            Bar::AtMost(18.1),
        ),
        Figure::new(
            "breach filter: hashes built per CPU-second, from disk",
            LINES as f64 / cpu.as_secs_f64() / 1e6,
            "M/s",
            Bar::AtLeast(3.0),
        ),
        Figure::new(
            "breach filter: most memory while it is built",
            peak as f64 / MIB,
            "MiB",
            Bar::AtMost(MOST_MEMORY),
        ),
        Figure::new(
            "the same ÷ the filter of the list, 12 million hashes",
            peak as f64 / bytes as f64,
            "",
            Bar::None,
        ),
        Figure::new(
            "breach filter: lookup of an unknown password, warm",
            nanoseconds(&filter, |n| format!("unknown {n}")).as_nanos() as f64 / 1000.0,
            "µs",
            Bar::AtMost(1.0),
        ),
        Figure::new(
            "breach filter: lookup of a known password, warm",
            known.as_nanos() as f64 / 1000.0,
            "µs",
            Bar::AtMost(1.0),
        ),
    ])
}

/// Runs `keyward breach build` as an operator does: CPU time, and the most memory it held.
fn command(list: &Path, out: &Path) -> Done<(Duration, u64)> {
    let mut child = Command::new(server::program("keyward"))
        .args(["breach", "build"])
        .arg(list)
        .arg("--out")
        .arg(out)
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("keyward breach build: {error}"))?;
    let (mut cpu, mut peak) = (Duration::ZERO, 0);
    // The kernel tells no more when it has ended; the last word comes before the file is written out.
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        cpu = proc::cpu_time(child.id()).map_or(cpu, |now| now.max(cpu));
        peak = proc::peak(child.id()).map_or(peak, |now| now.max(peak));
        std::thread::sleep(Duration::from_millis(5));
    };
    if status.success() && peak > 0 {
        Ok((cpu, peak))
    } else {
        Err(format!("keyward breach build: {status}"))
    }
}

/// Lines in the order of their hashes, each hash as far from the one before as chance would have it.
fn generate(path: &Path, lines: u64) -> std::io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let step = u64::MAX / lines;
    let mut state = 1u64;
    for n in 0..lines {
        let chance = next(&mut state);
        let (head, rest) = (n * step + chance % step, next(&mut state));
        let tail = rest >> 32;
        write!(
            to,
            "{head:016X}{rest:016X}{tail:08X}:{}\r\n",
            chance % 900 + 1
        )?;
    }
    to.into_inner()?.sync_all()
}

/// splitmix64: the same list in every run.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

const KNOWN: u32 = 1_000_000;

/// A password that is known.
fn text(n: u32) -> String {
    format!("known {}", n % KNOWN)
}

/// A filter of a million passwords that are known as text.
pub(super) fn small(out: &Path) -> Done<Filter> {
    use sha1::{Digest as _, Sha1};
    let hash = |n| -> String {
        let digest = Sha1::digest(text(n).as_bytes());
        digest.iter().map(|b| format!("{b:02X}")).collect()
    };
    let mut lines: Vec<String> = (0..KNOWN).map(hash).collect();
    lines.sort_unstable();
    let list = out.with_extension("txt");
    std::fs::write(&list, lines.join(":1\n")).map_err(|error| error.to_string())?;
    let mut options = Options {
        bits: Bits::Sixteen,
        key: None,
        progress: &mut |_| {},
    };
    build(&list, out, &mut options).map_err(|error| error.to_string())?;
    let filter = Filter::open(out, None).map_err(|error| error.to_string())?;
    if !(0..KNOWN).all(|n| filter.contains(&text(n))) {
        return Err("a password that was put in is not known".into());
    }
    Ok(filter)
}

/// How long one lookup takes, hashing included and making up the password not.
fn nanoseconds(filter: &Filter, text: impl Fn(u32) -> String) -> Duration {
    let texts: Vec<String> = (0..LOOKS).map(text).collect();
    let ask = || texts.iter().filter(|text| filter.contains(text)).count();
    std::hint::black_box(ask());
    let begun = Instant::now();
    std::hint::black_box(ask());
    begun.elapsed() / LOOKS
}
