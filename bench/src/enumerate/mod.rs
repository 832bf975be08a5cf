//! Whether answers tell which names exist (EN-01 to EN-07, INV-5): every kind of name, in random order, over sign-in, the
//! start of a reset, its chooser and the sending of a code, against the release build.
//!
//! Timing is compared by the two-sample Kolmogorov-Smirnov test, everything else by equality. There are many pairs, and
//! of a hundred that don't differ one falls below 0.01 by chance; so the verdict holds the p-value of each pair, times the
//! number of pairs (Bonferroni), against the bar, and the table says which pairs fell below it by themselves.

mod kinds;
mod ks;
mod walk;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use keyward_app::entropy::{Entropy, SystemEntropy};
use keyward_testbed::smtp::{SmtpOptions, SmtpServer};

use crate::Done;
use crate::people::People;
use crate::server::Server;
use kinds::Kind;
use walk::{Act, Sample};

/// The bar of issue and documents: two samples of one distribution are told apart with less than this by chance.
const BAR: f64 = 0.01;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Samples of each kind of name and each action
    #[arg(long, default_value_t = 2_000)]
    samples: usize,
}

/// Everything seen of one kind of name in one action.
#[derive(Default)]
struct Seen {
    /// Milliseconds.
    times: Vec<f64>,
    /// Status, headers, cookies and class of length, and how often.
    shapes: BTreeMap<String, usize>,
}

type Table = BTreeMap<(Act, Kind), Seen>;

pub(crate) fn run(options: &Options, json: Option<&PathBuf>) -> Done {
    let folder = tempfile::tempdir().map_err(|error| format!("a temporary directory: {error}"))?;
    let data = folder.path().join("data");
    drop(Server::demo(&data)?);
    let names = options.samples.div_ceil(kinds::USES);
    eprintln!("{names} names of each kind");
    let people = People::open(&data)?;
    people.of_every_kind(names)?;
    people.close();
    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    let smtp = runtime.block_on(async { SmtpServer::start(&SmtpOptions::default()) });
    let server = Server::serve_with(&data, smtp.port(), &kinds::SETTINGS)?;
    walk::lock(&server, names)?;
    let mut table = Table::new();
    // Memory is cold at first, and no kind should pay for it.
    for _ in 0..3 {
        round(&server, &mut Table::new(), 0, names)?;
    }
    for n in 0..options.samples {
        round(&server, &mut table, n, names)?;
        if (n + 1) % 100 == 0 {
            eprintln!("{} of {} samples", n + 1, options.samples);
        }
    }
    report(&table, json)
}

/// One sample of everything, in random order.
fn round(server: &Server, table: &mut Table, n: usize, names: usize) -> Done {
    let mut kinds = Kind::ALL.to_vec();
    for i in (1..kinds.len()).rev() {
        let entropy: &dyn Entropy = &SystemEntropy;
        let at = entropy.below(i as u32 + 1) as usize;
        kinds.swap(i, at);
    }
    let mut keep = |kind: Kind, samples: Vec<Sample>| {
        for sample in samples {
            let seen = table.entry((sample.act, kind)).or_default();
            seen.times.push(sample.milliseconds);
            *seen.shapes.entry(sample.shape).or_default() += 1;
        }
    };
    for kind in &kinds {
        let name = kind.name(n % names);
        keep(*kind, walk::reset(server, &name)?);
    }
    for kind in kinds {
        let name = kind.name(n % names);
        keep(kind, vec![walk::sign_in(server, &name, n)?]);
    }
    Ok(())
}

/// Two kinds whose answers must be alike in an action, and how likely it is that they are.
struct Pair {
    act: Act,
    one: Kind,
    other: Kind,
    p: f64,
    same_shapes: bool,
}

fn pairs(table: &Table) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for act in Act::ALL {
        for (i, one) in Kind::ALL.into_iter().enumerate() {
            for other in Kind::ALL.into_iter().skip(i + 1) {
                // Who tries in vain is told when a name is locked, whoever has it: these are compared among themselves.
                if act == Act::SignIn && one.is_locked() != other.is_locked() {
                    continue;
                }
                let (Some(a), Some(b)) = (table.get(&(act, one)), table.get(&(act, other))) else {
                    continue;
                };
                pairs.push(Pair {
                    act,
                    one,
                    other,
                    p: ks::p_value(&a.times, &b.times),
                    same_shapes: a.shapes.keys().eq(b.shapes.keys()),
                });
            }
        }
    }
    pairs
}

fn report(table: &Table, json: Option<&PathBuf>) -> Done {
    let pairs = pairs(table);
    println!(
        "\n| action | kind | samples | median ms | 95 % ms |\n| --- | --- | ---: | ---: | ---: |"
    );
    for ((act, kind), seen) in table {
        let at = |part| ks::quantile(&seen.times, part);
        let count = seen.times.len();
        println!(
            "| {act} | {kind} | {count} | {:.3} | {:.3} |",
            at(0.5),
            at(0.95)
        );
    }
    println!(
        "\n| action | kind | other kind | p (KS) | status, headers, cookies, size |\n| --- | --- | --- | ---: | --- |"
    );
    for pair in &pairs {
        let mark = if pair.p > BAR { "" } else { " (below)" };
        let shapes = if pair.same_shapes { "equal" } else { "DIFFER" };
        println!(
            "| {} | {} | {} | {:.4}{mark} | {shapes} |",
            pair.act, pair.one, pair.other, pair.p
        );
    }
    let mut wrong = Vec::new();
    for pair in pairs.iter().filter(|p| !p.same_shapes) {
        let shapes = |kind| {
            let seen = table.get(&(pair.act, kind));
            let all = seen.map(|s| s.shapes.keys().cloned().collect::<Vec<_>>());
            all.unwrap_or_default().join("\n         ")
        };
        wrong.push(format!(
            "{}: {} and {} look different:\n         {}\n     and {}",
            pair.act,
            pair.one,
            pair.other,
            shapes(pair.one),
            shapes(pair.other)
        ));
    }
    let below = pairs.iter().filter(|pair| pair.p <= BAR).count();
    let least = pairs.iter().map(|pair| pair.p).fold(1.0, f64::min);
    let corrected = (least * pairs.len() as f64).min(1.0);
    println!(
        "\n{} pairs; {below} below {BAR} by themselves, {:.1} expected by chance; least p {least:.5}, corrected {corrected:.4}",
        pairs.len(),
        pairs.len() as f64 * BAR
    );
    if corrected <= BAR {
        let worst = pairs.iter().min_by(|a, b| a.p.total_cmp(&b.p));
        wrong.extend(worst.map(|pair| {
            format!(
                "{}: {} and {} take different times",
                pair.act, pair.one, pair.other
            )
        }));
    }
    if let Some(file) = json {
        let entry = |pair: &Pair| {
            serde_json::json!({
                "action": pair.act.to_string(),
                "kinds": [pair.one.to_string(), pair.other.to_string()],
                "p": pair.p,
                "alike": pair.same_shapes,
            })
        };
        let list: Vec<_> = pairs.iter().map(entry).collect();
        let text = format!("{:#}\n", serde_json::Value::Array(list));
        fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n       "))
    }
}
