//! No test that doesn't run, no code that isn't written yet, no lint silenced without a reason.

use super::Finding;
use crate::tokens::{self, Token};
use crate::tree::Tree;

const MACROS: [&str; 3] = ["todo", "unimplemented", "dbg"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.of_kind("rs") {
        let tokens = tokens::of(&file.text);
        for (at, token) in tokens.iter().enumerate() {
            let rest = &tokens[at + 1..];
            let what = if MACROS.iter().any(|name| token.is_word(name)) && starts(rest, "!") {
                "unfinished code"
            } else if !token.is_mark('#') {
                continue;
            } else if attribute(rest, "ignore") {
                "a test that is ignored"
            } else if attribute(rest, "allow") {
                "a lint that is allowed: #[expect(.., reason = \"..\")] says why, and goes away with its cause"
            } else {
                continue;
            };
            findings.push(Finding::at(&file.path, token.line, what));
        }
    }
    findings
}

/// Whether the tokens after `#` make `[name ..]` or `![name ..]`.
fn attribute(rest: &[Token], name: &str) -> bool {
    let rest = if starts(rest, "!") { &rest[1..] } else { rest };
    starts(rest, "[") && rest.get(1).is_some_and(|token| token.is_word(name))
}

fn starts(rest: &[Token], mark: &str) -> bool {
    rest.first()
        .is_some_and(|token| mark.chars().all(|mark| token.is_mark(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unwanted_words_are_found_in_code_only() {
        let bad =
            "#![allow(dead_code)]\n#[ignore]\nfn a() { todo!() }\n#[allow(x)]\nfn b() { dbg!(1); }";
        let good = "// todo!() #[ignore]\nfn ignore(todo: u8) { allow(\"#[allow(x)]\", todo) }\n#[expect(x)]\nfn c() {}";
        let tree = Tree::of(&[("a.rs", bad), ("b.rs", good)]);
        let found: Vec<_> = check(&tree).into_iter().map(|f| (f.path, f.line)).collect();
        let lines = [1, 2, 3, 4, 5].map(|line| ("a.rs".to_owned(), line));
        assert_eq!(found, lines);
    }
}
