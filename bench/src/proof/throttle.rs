//! Whether counting stays as fast when very many are counted: a decision of a sliding window among ten million live
//! counters, held against the same among a thousand.

use std::path::Path;
use std::time::Instant;

use keyward_core::ids::TenantId;
use keyward_core::throttle::Rule;
use keyward_core::time::{Timestamp, hours};
use keyward_store::{Db, schema};

use super::Context;
use crate::Done;
use crate::figure::{Bar, Figure};

/// Counters in the small table, and decisions in each measurement.
const FEW: u64 = 1_000;
const MANY: u64 = 10_000_000;

/// Rounds in turn at both, of which the median counts: a busy neighbour is met by both.
const ROUNDS: usize = 9;

const RULE: Rule = Rule {
    limit: 5,
    window: hours(1),
    block: hours(24),
};

/// Microseconds of a decision, read to written, among a thousand and among ten million; and their ratio.
pub(super) fn run(_: &mut Context) -> Done<Vec<Figure>> {
    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    runtime.block_on(measure()).map_err(|e| e.to_string())
}

async fn measure() -> keyward_app::Result<Vec<Figure>> {
    let folder = tempfile::tempdir().map_err(|e| keyward_app::Error::Fault(e.to_string()))?;
    let (few, small) = filled(&folder.path().join("few.db"), FEW).await?;
    let (many, large) = filled(&folder.path().join("many.db"), MANY).await?;
    let (mut at_few, mut at_many) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS as u64 {
        at_few.push(decisions(&few, small, FEW, round).await?);
        at_many.push(decisions(&many, large, MANY, round).await?);
    }
    let middle = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let (at_few, at_many) = (middle(at_few), middle(at_many));
    let name = "throttle decision, 10,000,000 counters ÷ 1,000";
    Ok(vec![
        Figure::new("throttle decision, 1,000 counters", at_few, "µs", Bar::None),
        Figure::new(
            "throttle decision, 10,000,000 counters",
            at_many,
            "µs",
            Bar::None,
        ),
        Figure::new(name, at_many / at_few, "", Bar::AtMost(1.2)),
    ])
}

/// Counters are found by digests, so they lie anywhere in the table.
fn bucket(n: u64) -> [u8; 32] {
    let mut bucket = [0; 32];
    // Multiplication by an odd number is a permutation: no two are alike.
    let scattered = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bucket[..8].copy_from_slice(&scattered.to_be_bytes());
    bucket
}

async fn filled(file: &Path, count: u64) -> keyward_app::Result<(Db, TenantId)> {
    let db = Db::open_sqlite(file).await?;
    schema::migrate(&db).await?;
    let tenant = TenantId(uuid::Uuid::from_u128(1));
    let mut tx = db.system().await?.for_tenant(tenant);
    tx.create_tenant("Contoso", "en", Timestamp(0)).await?;
    tx.commit().await?;
    for start in (0..count).step_by(100_000) {
        let mut tx = db.write(tenant).await?;
        for n in start..(start + 100_000).min(count) {
            tx.lock_counter(&bucket(n), Timestamp(0)).await?;
        }
        tx.commit().await?;
    }
    Ok((db, tenant))
}

/// The microseconds of one of a thousand decisions in one transaction: it is the table that is measured, not the disk.
async fn decisions(db: &Db, tenant: TenantId, count: u64, round: u64) -> keyward_app::Result<f64> {
    let mut tx = db.write(tenant).await?;
    let start = Instant::now();
    for n in 0..FEW {
        let bucket = bucket((round * FEW + n).wrapping_mul(7919) % count);
        let counter = tx.lock_counter(&bucket, Timestamp(1)).await?;
        let (counter, _) = counter.hit(RULE, Timestamp(1));
        tx.save_counter(&bucket, &counter).await?;
    }
    let took = start.elapsed().as_secs_f64() * 1e6 / FEW as f64;
    tx.commit().await?;
    Ok(took)
}
