//! What a newcomer looks for is there, and names the commands that work.

use super::Finding;
use crate::tree::Tree;

/// The documents, each with what it must contain.
const DOCUMENTS: [(&str, &[&str]); 6] = [
    (
        "README.md",
        &["cargo run --release -- demo", "cargo xtask test"],
    ),
    ("ARCHITECTURE.md", &["# "]),
    ("CONTRIBUTING.md", &["cargo xtask"]),
    ("SECURITY.md", &["# "]),
    ("CHANGELOG.md", &["## "]),
    ("docs/benchmarks.md", &["cargo xtask bench"]),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, parts) in DOCUMENTS {
        let Some(file) = tree.file(path) else {
            findings.push(Finding::at(path, 1, "is missing"));
            continue;
        };
        for part in parts.iter().filter(|part| !file.text.contains(**part)) {
            findings.push(Finding::at(path, 1, format!("does not mention `{part}`")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_documents_and_commands_are_found() {
        let tree = Tree::of(&[
            ("README.md", "cargo xtask test"),
            ("SECURITY.md", "# Security"),
        ]);
        let found: Vec<_> = check(&tree)
            .into_iter()
            .map(|f| format!("{} {}", f.path, f.what))
            .collect();
        assert!(
            found.contains(&"README.md does not mention `cargo run --release -- demo`".to_owned())
        );
        assert!(found.contains(&"CHANGELOG.md is missing".to_owned()));
        assert!(
            !found
                .iter()
                .any(|finding| finding.starts_with("SECURITY.md"))
        );
    }
}
