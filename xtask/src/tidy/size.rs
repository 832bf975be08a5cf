//! A file that nobody can hold in the head is two files.

use std::fmt::Write as _;

use super::Finding;
use crate::tree::{File, Tree};

const LIMIT: usize = 600;

/// Files that are longer, each with the reason why it is better so.
const LONGER: [(&str, &str); 1] = [(
    "crates/http/assets/keyward.css",
    "one stylesheet is one request, and its parts share their properties",
)];

/// Code only: documents, data and lists of texts have the length they have.
const KINDS: [&str; 6] = ["rs", "html", "css", "js", "py", "sql"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let excused = |file: &File| LONGER.iter().any(|(path, _)| *path == file.path);
    code(tree)
        .filter(|(file, lines)| *lines > LIMIT && !excused(file))
        .map(|(file, lines)| {
            let what =
                format!("{lines} lines; over {LIMIT} needs a reason in xtask/src/tidy/size.rs");
            Finding::at(&file.path, LIMIT, what)
        })
        .collect()
}

/// The median and the tail of the Rust files, and the reasons that were given.
pub(super) fn summary(tree: &Tree) -> String {
    let mut rust: Vec<_> = code(tree)
        .filter(|(file, _)| file.kind() == "rs")
        .map(|(_, lines)| lines)
        .collect();
    rust.sort_unstable();
    let at = |percent: usize| {
        rust.get((rust.len().max(1) - 1) * percent / 100)
            .copied()
            .unwrap_or(0)
    };
    let mut text = format!(
        "{} Rust files, median {} lines, 90% under {}, longest {}",
        rust.len(),
        at(50),
        at(90) + 1,
        at(100)
    );
    for (path, reason) in LONGER {
        if code(tree).any(|(file, lines)| file.path == path && lines > LIMIT) {
            let _ = write!(text, "\ntidy: {path} is over {LIMIT} lines: {reason}");
        }
    }
    text
}

fn code(tree: &Tree) -> impl Iterator<Item = (&File, usize)> {
    let code = tree
        .files
        .iter()
        .filter(|file| KINDS.contains(&file.kind()));
    code.map(|file| (file, file.text.lines().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_found_and_counted() {
        let long = "x\n".repeat(LIMIT + 1);
        let tree = Tree::of(&[
            ("a.rs", "x\n"),
            ("b.rs", &long),
            ("c.md", &long),
            (LONGER[0].0, &long),
        ]);
        let found = check(&tree);
        assert_eq!((found.len(), found[0].path.as_str()), (1, "b.rs"));
        let summary = summary(&tree);
        assert!(
            summary.starts_with("2 Rust files, median 1 lines, 90% under 2, longest 601"),
            "{summary}"
        );
        assert!(summary.contains(LONGER[0].1));
    }
}
