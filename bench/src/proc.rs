//! What the kernel says about a process.

use std::fs;
use std::time::Duration;

use crate::Done;

/// The kernel counts CPU time in hundredths of a second towards programs, whatever it uses itself (`USER_HZ`).
const TICKS_PER_SECOND: f64 = 100.0;

/// CPU time used by all threads of a process, in user and kernel mode. Steps of 10 ms: measure over seconds.
pub(crate) fn cpu_time(pid: u32) -> Done<Duration> {
    parse_stat(&read(pid, "stat")?).ok_or_else(|| format!("/proc/{pid}/stat is not as expected"))
}

/// Resident memory, in bytes.
pub(crate) fn resident(pid: u32) -> Done<u64> {
    parse_status(&read(pid, "status")?).ok_or_else(|| format!("/proc/{pid}/status has no VmRSS"))
}

fn read(pid: u32, name: &str) -> Done<String> {
    let path = format!("/proc/{pid}/{name}");
    fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
}

fn parse_stat(stat: &str) -> Option<Duration> {
    // The second field is the program's name in parentheses, and may contain anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_secs_f64(
        (user + system) as f64 / TICKS_PER_SECOND,
    ))
}

fn parse_status(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_files_are_understood() {
        let stat = "42 (a) b)) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1 0 99";
        assert_eq!(parse_stat(stat), Some(Duration::from_secs(3)));
        assert_eq!(parse_status("Name:\tx\nVmRSS:\t  2048 kB\n"), Some(2 << 20));
        assert_eq!((parse_stat("x"), parse_status("x")), (None, None));
        let own = std::process::id();
        assert!(resident(own).unwrap() > 100_000);
        cpu_time(own).unwrap();
    }
}
