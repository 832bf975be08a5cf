//! Only the store knows SQL.

use super::Finding;
use crate::tokens;
use crate::tree::Tree;

/// Words that together make a statement.
const STATEMENTS: [&[&str]; 5] = [
    &["SELECT ", " FROM "],
    &["INSERT INTO "],
    &["UPDATE ", " SET "],
    &["DELETE FROM "],
    &["CREATE TABLE "],
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let product = tree.of_kind("rs").filter(|file| {
        let own = file.path.strip_prefix("crates/").unwrap_or_default();
        own.contains("/src/") && !own.starts_with("store/")
    });
    let mut findings = Vec::new();
    for file in product {
        for token in tokens::of(&file.text) {
            let Some(text) = token.text() else { continue };
            let text = text.replace('\n', " ");
            if STATEMENTS
                .iter()
                .any(|words| words.iter().all(|word| text.contains(word)))
            {
                findings.push(Finding::at(
                    &file.path,
                    token.line,
                    "SQL outside crates/store",
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_is_found_where_it_does_not_belong() {
        let sql = "// SELECT a FROM b\nconst Q: &str = \"SELECT a\n FROM b\";\nconst T: &str = \"SELECT one\";";
        let update = "fn f() { g(\"UPDATE t SET a = 1\"); g(\"Update your settings\") }";
        let tree = Tree::of(&[
            ("crates/app/src/a.rs", sql),
            ("crates/http/src/b.rs", update),
            ("crates/store/src/a.rs", sql),
            ("crates/server/tests/a.rs", sql),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|f| (f.path, f.line)).collect();
        assert_eq!(
            found,
            [
                ("crates/app/src/a.rs".into(), 2),
                ("crates/http/src/b.rs".into(), 1)
            ]
        );
    }
}
