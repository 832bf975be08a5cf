//! No path of somebody's own machine in what others clone.

use super::Finding;
use crate::tree::Tree;

/// Beginnings of such paths; put together here so that this file isn't its own finding.
const HOMES: [&str; 4] = [
    concat!("/", "work/"),
    concat!("/", "root/"),
    concat!("/", "Users/"),
    concat!("/", "home/"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for (number, line) in file.lines() {
            for home in HOMES {
                if line.match_indices(home).any(|(at, _)| begins(line, at)) {
                    let what = format!("a path of one machine: {home}..");
                    findings.push(Finding::at(&file.path, number, what));
                }
            }
        }
    }
    findings
}

/// Whether a path starts here, rather than goes on, as behind the host of an address or the name of a folder.
fn begins(line: &str, at: usize) -> bool {
    let before = line[..at].chars().next_back();
    before.is_none_or(|c| {
        !c.is_alphanumeric() && !matches!(c, '/' | '.' | '-' | '_' | '}' | ')' | '~' | '*')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_machines_are_found() {
        let bad = format!("see {}x/y\nand \"{}a\"", HOMES[0], HOMES[3]);
        let good = format!("https://a.test{}x and target{}", HOMES[0], HOMES[1]);
        let tree = Tree::of(&[("a.md", &bad), ("b.md", &good)]);
        let found: Vec<_> = check(&tree).into_iter().map(|f| (f.path, f.line)).collect();
        assert_eq!(found, [("a.md".to_owned(), 1), ("a.md".to_owned(), 2)]);
    }
}
