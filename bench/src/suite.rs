//! Scenarios, one after the other: each measures, fails alone, and what it found is printed.

use std::any::Any;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::Done;
use crate::figure::{self, Figure};

/// One scenario: what it measures, and how.
pub(crate) struct Scenario<C> {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&mut C) -> Done<Vec<Figure>>,
}

/// Those whose name contains the text; all without one.
pub(crate) fn wanted<'s, C>(all: &'s [Scenario<C>], only: Option<&str>) -> Vec<&'s Scenario<C>> {
    let wanted = |scenario: &&Scenario<C>| only.is_none_or(|only| scenario.name.contains(only));
    all.iter().filter(wanted).collect()
}

/// Measures, prints the table, and fails if a scenario did or a bar doesn't hold.
pub(crate) fn measure<C>(
    scenarios: &[&Scenario<C>],
    context: &mut C,
    json: Option<&PathBuf>,
) -> Done {
    let mut figures = Vec::new();
    let mut wrong = Vec::new();
    for scenario in scenarios {
        eprintln!("measuring: {}", scenario.name);
        match contained(|| (scenario.run)(context)) {
            Ok(found) => figures.extend(found),
            Err(error) => {
                eprintln!("failed: {error}");
                wrong.push(format!("{}: {error}", scenario.name));
            }
        }
    }
    println!("\n{}", figure::table(&figures));
    if let Some(file) = json {
        let text = figure::json(&figures);
        fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let missed = figures
        .iter()
        .filter(|figure| figure.holds() == Some(false));
    wrong.extend(missed.map(|figure| format!("{} misses its bar", figure.name)));
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n       "))
    }
}

/// The testbed panics where a library would return an error; here that ends a scenario, not the run.
pub(crate) fn contained<T>(act: impl FnOnce() -> Done<T>) -> Done<T> {
    let ended = catch_unwind(AssertUnwindSafe(act));
    ended.unwrap_or_else(|panic| Err(said(&*panic)))
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_that_panics_fails_alone() {
        let fine: Scenario<u8> = Scenario {
            name: "fine",
            run: |runs| {
                *runs += 1;
                Ok(Vec::new())
            },
        };
        let broken: Scenario<u8> = Scenario {
            name: "broken",
            run: |_| panic!("nobody answers"),
        };
        let all = [broken, fine];
        let mut runs = 0;
        let error = measure(&wanted(&all, None), &mut runs, None).unwrap_err();
        assert_eq!((error.as_str(), runs), ("broken: nobody answers", 1));
        assert_eq!(wanted(&all, Some("in")).len(), 1);
    }
}
