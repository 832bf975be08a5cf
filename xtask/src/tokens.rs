//! Rust source as tokens: what a rule forbids in code may stand in comments and strings.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A token with its line. Groups are opened: their delimiters are punctuation here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Word(String),
    Mark(char),
    /// A string literal's content, escapes resolved as far as the rules need.
    Text(String),
    /// Numbers, characters, bytes.
    Other,
}

impl Token {
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(own) if own == word)
    }

    pub(crate) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The tokens of a file, without comments and without `#[doc = ..]`, which is what doc comments are.
/// A file that doesn't parse has none: the compiler says more about it than a rule could.
pub(crate) fn of(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    if let Ok(stream) = source.parse::<TokenStream>() {
        flatten(stream, &mut tokens);
    }
    tokens
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ('(', ')'),
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                    Delimiter::None => (' ', ' '),
                };
                let start = tokens.len();
                tokens.push(Token {
                    line,
                    kind: Kind::Mark(open),
                });
                flatten(group.stream(), tokens);
                let end = group.span_close().end().line;
                tokens.push(Token {
                    line: end,
                    kind: Kind::Mark(close),
                });
                if open == '['
                    && tokens
                        .get(start + 1)
                        .is_some_and(|token| token.is_word("doc"))
                {
                    tokens.truncate(start);
                }
            }
            TokenTree::Ident(word) => {
                tokens.push(Token {
                    line,
                    kind: Kind::Word(word.to_string()),
                });
            }
            TokenTree::Punct(mark) => tokens.push(Token {
                line,
                kind: Kind::Mark(mark.as_char()),
            }),
            TokenTree::Literal(literal) => {
                let kind = string(&literal.to_string()).map_or(Kind::Other, Kind::Text);
                tokens.push(Token { line, kind });
            }
        }
    }
}

/// The content of `".."` or `r#".."#`.
fn string(literal: &str) -> Option<String> {
    if let Some(plain) = literal.strip_prefix('"') {
        let plain = plain.strip_suffix('"')?;
        return Some(
            plain
                .replace("\\\n", " ")
                .replace("\\\"", "\"")
                .replace("\\n", "\n"),
        );
    }
    let raw = literal.strip_prefix('r')?.trim_matches('#');
    Some(raw.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_tokens_and_strings_are_text() {
        let source = "//! todo!()\n/// \"a\"\nfn f() { /* \"b\" */ g(\"c\\\"d\", r#\"e\"#, 'x') }";
        let texts: Vec<_> = of(source)
            .iter()
            .filter_map(|t| t.text().map(str::to_owned))
            .collect();
        assert_eq!(texts, ["c\"d", "e"]);
        assert!(of(source).iter().all(|token| !token.is_word("todo")));
        assert_eq!(
            of(source)
                .iter()
                .find(|token| token.is_word("g"))
                .unwrap()
                .line,
            3
        );
    }

    #[test]
    fn a_file_that_does_not_parse_has_none() {
        assert_eq!(of("fn f( {"), []);
    }
}
