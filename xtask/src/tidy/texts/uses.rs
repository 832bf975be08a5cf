//! Where code and templates ask for texts.

use std::collections::BTreeSet;

use crate::tokens::{self, Kind, Token};
use crate::tree::{File, Tree};

/// The methods of a view that look a text up by its key.
const LOOKUPS: [&str; 4] = ["t", "t1", "t2", "tn"];

#[derive(Default)]
pub(super) struct Uses {
    /// Keys that are certainly asked for, each with path and line.
    pub(super) asked: Vec<(String, String, usize)>,
    /// Whatever looks like a key somewhere.
    mentioned: BTreeSet<String>,
    /// Beginnings of keys that are put together: `role-` of `format!("role-{}", ..)`.
    beginnings: BTreeSet<String>,
}

impl Uses {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut uses = Self::default();
        for file in tree
            .files
            .iter()
            .filter(|file| file.path.starts_with("crates/"))
        {
            match file.kind() {
                "rs" => uses.rust(file),
                "html" | "txt" | "js" => uses.template(file),
                _ => {}
            }
        }
        uses
    }

    /// Whether a key is asked for, or at least written somewhere as a whole or by its beginning.
    pub(super) fn mentions(&self, key: &str) -> bool {
        self.mentioned.contains(key) || self.beginnings.iter().any(|begin| key.starts_with(begin))
    }

    fn rust(&mut self, file: &File) {
        let tokens = tokens::of(&file.text);
        for (at, token) in tokens.iter().enumerate() {
            let Some(text) = token.text() else { continue };
            if is_key(text) && asks(&tokens[..at]) {
                self.asked
                    .push((text.to_owned(), file.path.clone(), token.line));
            }
            self.mention(text);
        }
    }

    fn template(&mut self, file: &File) {
        let text = without_comments(&file.text);
        for (number, line) in text.lines().enumerate() {
            let parts: Vec<_> = line.split('"').collect();
            for (at, part) in parts.iter().enumerate().skip(1) {
                let before = parts[at - 1];
                let asks = LOOKUPS
                    .iter()
                    .any(|name| before.ends_with(&format!(".{name}(")));
                if asks && is_key(part) {
                    self.asked
                        .push(((*part).to_owned(), file.path.clone(), number + 1));
                }
                self.mention(part);
            }
        }
    }

    fn mention(&mut self, text: &str) {
        if is_key(text) {
            self.mentioned.insert(text.to_owned());
        } else if let Some((begin, _)) = text.split_once('{')
            && begin.ends_with('-')
            && is_key(begin)
        {
            self.beginnings.insert(begin.to_owned());
        }
    }
}

/// Whether what stands before a string is `Text::new(`, `.t(`, or with the language first, `.t(lang, ` or
/// `.with(lang, `.
fn asks(before: &[Token]) -> bool {
    let Some((open, first)) = call(before) else {
        return false;
    };
    let [.., a, name] = &before[..open] else {
        return false;
    };
    let Kind::Word(name) = &name.kind else {
        return false;
    };
    if a.is_mark('.') {
        let languages = first.iter().any(|token| match &token.kind {
            Kind::Word(word) => word.to_lowercase().contains("lang"),
            _ => false,
        });
        let lookup = LOOKUPS.contains(&name.as_str());
        return if first.is_empty() {
            lookup
        } else {
            languages && (lookup || name == "with")
        };
    }
    let type_at = open.wrapping_sub(4);
    first.is_empty()
        && name == "new"
        && before
            .get(type_at)
            .is_some_and(|token| token.is_word("Text"))
}

/// The place of the parenthesis that is open at the end, and the tokens of the one argument before, if any.
fn call(before: &[Token]) -> Option<(usize, &[Token])> {
    let (mut depth, mut comma) = (0, None);
    for (at, token) in before.iter().enumerate().rev() {
        match token.kind {
            Kind::Mark(')' | ']' | '}') => depth += 1,
            Kind::Mark('(') if depth == 0 => {
                let first = &before[at + 1..comma.unwrap_or(before.len())];
                let ends_here = comma.is_none_or(|comma| comma + 1 == before.len());
                return (ends_here && first.is_empty() == comma.is_none()).then_some((at, first));
            }
            Kind::Mark('(' | '[' | '{') if depth == 0 => return None,
            Kind::Mark('(' | '[' | '{') => depth -= 1,
            Kind::Mark(',') if depth == 0 && comma.is_none() => comma = Some(at),
            Kind::Mark(',') if depth == 0 => return None,
            Kind::Mark(';') => return None,
            _ => {}
        }
    }
    None
}

fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

/// Blanks `{# .. #}`, keeping the lines.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{#") {
        kept.push_str(before);
        let (comment, after) = after.split_once("#}").unwrap_or((after, ""));
        kept.extend(comment.matches('\n'));
        rest = after;
    }
    kept + rest
}
