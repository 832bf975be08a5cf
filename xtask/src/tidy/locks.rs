//! Lock files of npm name no registry: each machine has its own.

use super::Finding;
use crate::tree::Tree;

const NAMES: [&str; 4] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "package.json",
    ".npmrc",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| NAMES.contains(&file.name()))
    {
        for (number, line) in file.lines() {
            let host = line.contains("://") && line.contains("registry");
            if line.contains("\"resolved\": \"http") || line.starts_with("registry=") || host {
                let what = "names a registry: omit-lockfile-registry-resolved=true keeps it out";
                findings.push(Finding::at(&file.path, number, what));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found() {
        let good = "{\n \"node_modules/axe-core\": { \"integrity\": \"sha512-x\" }\n}";
        let bad = "{\n \"resolved\": \"https://registry.example.test/axe-core.tgz\"\n}";
        let tree = Tree::of(&[("a/package-lock.json", good), ("b/package-lock.json", bad)]);
        let found = check(&tree);
        assert_eq!(
            (found.len(), found[0].line, found[0].path.as_str()),
            (1, 2, "b/package-lock.json")
        );
    }
}
