//! The rules that no compiler knows, one file each.

mod arrows;
mod cases;
mod documents;
mod locks;
mod paths;
mod size;
mod sql;
mod texts;
mod words;

use crate::shell::{Done, root};
use crate::tree::Tree;

/// Something that a rule doesn't want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl Finding {
    fn at(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: [(&str, Rule); 9] = [
    ("arrows", arrows::check),
    ("cases", cases::check),
    ("documents", documents::check),
    ("locks", locks::check),
    ("paths", paths::check),
    ("size", size::check),
    ("sql", sql::check),
    ("texts", texts::check),
    ("words", words::check),
];

/// Runs every rule over the repository and prints what they found.
pub(crate) fn run() -> Done {
    let tree = Tree::read(&root())?;
    let mut count = 0;
    for (name, rule) in RULES {
        for finding in rule(&tree) {
            let Finding { path, line, what } = finding;
            println!("tidy: {name}: {path}:{line}: {what}");
            count += 1;
        }
    }
    println!("tidy: {}", size::summary(&tree));
    if count > 0 {
        return Err(format!("tidy found {count} things"));
    }
    println!(
        "tidy: {} rules over {} files are kept",
        RULES.len(),
        tree.files.len()
    );
    Ok(())
}
