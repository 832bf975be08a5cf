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

/// Hashes per second of CPU time, with every core hashing at once as a busy server's do: two cores that share caches and
/// memory each take longer than one that has them to itself, and that isn't the server's doing.
pub(crate) fn raw_hashes(at_least: Duration) -> Done<f64> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let own = std::process::id();
    let hashing: Vec<_> = (0..threads).map(|_| Hashing::new()).collect::<Done<_>>()?;
    let before = cpu_time(own)?;
    let used = || -> Done<Duration> { Ok(cpu_time(own)?.saturating_sub(before)) };
    let work = |mut hashing: Hashing| -> Done<u64> {
        let mut count = 0;
        while used()? < at_least {
            hashing.hash(count)?;
            count += 1;
        }
        Ok(count)
    };
    let total: u64 = std::thread::scope(|scope| {
        let work = &work;
        let start = |hashing| scope.spawn(move || work(hashing));
        let started: Vec<_> = hashing.into_iter().map(start).collect();
        let counts = started.into_iter().map(|thread| {
            let panicked = |_| Err("a thread has panicked".to_owned());
            thread.join().unwrap_or_else(panicked)
        });
        counts.sum::<Done<u64>>()
    })?;
    Ok(total as f64 / used()?.as_secs_f64())
}

/// One thread's memory, used again for each hash.
struct Hashing {
    argon: Argon2<'static>,
    memory: Vec<Block>,
}

impl Hashing {
    /// The first hash is done here: it finds cold memory.
    fn new() -> Done<Self> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(|e| e.to_string())?;
        let memory = vec![Block::default(); params.block_count()];
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut hashing = Self { argon, memory };
        hashing.hash(u64::MAX)?;
        Ok(hashing)
    }

    fn hash(&mut self, number: u64) -> Done {
        let salt = [number.to_le_bytes(), [7; 8]].concat();
        let mut out = [0; 32];
        let (password, memory) = (b"correct horse battery", &mut self.memory);
        let done = self
            .argon
            .hash_password_into_with_memory(password, &salt, &mut out, memory);
        done.map_err(|error| error.to_string())?;
        std::hint::black_box(out);
        Ok(())
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
