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
    parse_size(&read(pid, "status")?, "VmRSS:")
        .ok_or_else(|| format!("/proc/{pid}/status has no VmRSS"))
}

/// The most memory that it ever held, in bytes.
pub(crate) fn peak(pid: u32) -> Done<u64> {
    parse_size(&read(pid, "status")?, "VmHWM:")
        .ok_or_else(|| format!("/proc/{pid}/status has no VmHWM"))
}

/// CPU time of all processes of a group that run.
pub(crate) fn group_cpu_time(group: u32) -> Done<Duration> {
    let processes = fs::read_dir("/proc").map_err(|error| format!("/proc: {error}"))?;
    let pids = processes.flatten().filter_map(|entry| {
        let name = entry.file_name();
        name.to_str()?.parse::<u32>().ok()
    });
    // One that has ended meanwhile is none of the group any more.
    let stats = pids.filter_map(|pid| read(pid, "stat").ok());
    let of_group = stats.filter(|stat| parse_group(stat) == Some(group));
    Ok(of_group.filter_map(|stat| parse_stat(&stat)).sum())
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

fn parse_group(stat: &str) -> Option<u32> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    fields.nth(2)?.parse().ok()
}

fn parse_size(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
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
        assert_eq!(parse_group(stat), Some(2));
        let status = "Name:\tx\nVmRSS:\t  2048 kB\n";
        assert_eq!(parse_size(status, "VmRSS:"), Some(2 << 20));
        assert_eq!((parse_stat("x"), parse_size("x", "VmRSS:")), (None, None));
        let own = std::process::id();
        assert!(resident(own).unwrap() > 100_000);
        assert!(peak(own).unwrap() >= resident(own).unwrap() / 2);
        cpu_time(own).unwrap();
    }
}
