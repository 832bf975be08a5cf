//! What a password hash costs on this machine, with nothing around it.

use std::time::Duration;

use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::Context;
use crate::Done;
use crate::figure::{Bar, Figure};
use crate::proc::cpu_time;

/// The parameters of issue and product: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Long enough for the kernel's steps of 10 ms to vanish.
const AT_LEAST: Duration = Duration::from_secs(8);

/// The rate that sign-ins and resets are held against; measured now if it wasn't yet in this run.
pub(crate) fn rate(context: &mut Context) -> Done<f64> {
    match context.raw_hashes {
        Some(rate) => Ok(rate),
        None => Ok(*context.raw_hashes.insert(raw_hashes(AT_LEAST)?)),
    }
}

pub(crate) fn run(context: &mut Context) -> Done<Vec<Figure>> {
    let rate = rate(context)?;
    Ok(vec![
        Figure::new("raw Argon2id hashes per CPU-second", rate, "1/s", Bar::None),
        Figure::new("CPU per raw Argon2id hash", 1_000.0 / rate, "ms", Bar::None),
    ])
}

/// Hashes per second of CPU time, on one thread, in memory that is used again.
pub(crate) fn raw_hashes(at_least: Duration) -> Done<f64> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(|e| e.to_string())?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let mut memory = vec![Block::default(); params.block_count()];
    let mut hash = |number: u64| {
        let salt = [number.to_le_bytes(), [7; 8]].concat();
        let mut out = [0; 32];
        let done = argon.hash_password_into_with_memory(
            b"correct horse battery",
            &salt,
            &mut out,
            &mut memory,
        );
        done.map_err(|error| error.to_string())
            .map(|()| std::hint::black_box(out))
    };
    // The first one finds cold memory.
    hash(u64::MAX)?;
    let own = std::process::id();
    let before = cpu_time(own)?;
    let mut count = 0_u64;
    loop {
        hash(count)?;
        count += 1;
        let used = cpu_time(own)?.saturating_sub(before);
        if used >= at_least {
            return Ok(count as f64 / used.as_secs_f64());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_counted() {
        let rate = raw_hashes(Duration::from_millis(50)).unwrap();
        assert!(rate.is_finite() && rate > 0.0, "{rate}");
    }
}
