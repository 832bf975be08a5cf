//! What a password must not be made of: words that everybody tries, words of the organisation, and names.
//!
//! The way of judging is the one that Microsoft publishes for Entra password protection (concept-password-ban-bad): the
//! normalised password must not contain a name, must not be a banned word but for one edit, and must have five points,
//! where each banned word in it counts one and each other character one. Which of several words that overlap counts
//! isn't published: here those do that make the fewest points.

use super::form::{form, is_near};
use super::words;
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

/// The points that a password needs.
pub const ENOUGH: usize = 5;

/// The shortest and the longest word that is banned, in characters: shorter ones are in every sentence.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 4..=16;

/// The most words that an organisation bans.
pub const MOST_TERMS: usize = 1_000;

/// Words in the form in which they are compared, by their length: only three lengths can be near a password.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    forms: BTreeMap<usize, HashSet<Box<[char]>>>,
}

impl Terms {
    /// Takes words; those that are too short or too long to be banned are left out.
    #[must_use]
    pub fn new<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Self {
        let mut terms = Self::default();
        let forms = words.into_iter().map(|word| form(word.as_ref()));
        for form in forms.filter(|form| LENGTHS.contains(&form.len())) {
            let alike = terms.forms.entry(form.len()).or_default();
            alike.insert(form.into_boxed_slice());
        }
        terms
    }

    /// The list that always counts.
    #[must_use]
    pub fn ours() -> &'static Self {
        static OURS: LazyLock<Terms> = LazyLock::new(|| Terms::new(words::all()));
        &OURS
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.forms.values().map(HashSet::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    fn has(&self, form: &[char]) -> bool {
        self.forms
            .get(&form.len())
            .is_some_and(|alike| alike.contains(form))
    }

    fn has_near(&self, form: &[char]) -> bool {
        let near = form.len().saturating_sub(1)..=form.len() + 1;
        let mut terms = self.forms.range(near).flat_map(|(_, alike)| alike);
        terms.any(|term| is_near(term, form))
    }
}

/// Which list a word is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The one that comes with the product.
    Ours,
    /// The organisation's.
    Organisation,
}

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It contains the name of its holder or of the organisation.
    Name,
    /// It is a banned word, but for one character at most.
    Word(List),
    /// It has too few points, and this list took the last of them.
    Points(List),
}

/// A part of a password as it counts: one point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// As it was compared.
    pub form: String,
    /// The list that it is on; none for a character that stands for itself.
    pub list: Option<List>,
}

/// What came of judging a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Its parts, each of which is one point.
    pub pieces: Vec<Piece>,
    /// Why it is refused, if it is.
    pub reason: Option<Reason>,
}

/// Judges a password. `names` are those of its holder and of the organisation; what is shorter than four characters is
/// none.
#[must_use]
pub fn judge(typed: &str, organisation: &Terms, names: &[&str]) -> Verdict {
    let form = form(typed);
    let pieces = pieces(&form, organisation);
    let reason = if names.iter().any(|name| contains_name(&form, name)) {
        Some(Reason::Name)
    } else if organisation.has_near(&form) {
        Some(Reason::Word(List::Organisation))
    } else if Terms::ours().has_near(&form) {
        Some(Reason::Word(List::Ours))
    } else if pieces.len() < ENOUGH {
        let theirs = |piece: &Piece| piece.list == Some(List::Organisation);
        let list = if pieces.iter().any(theirs) {
            List::Organisation
        } else {
            List::Ours
        };
        Some(Reason::Points(list))
    } else {
        None
    };
    Verdict { pieces, reason }
}

/// A name counts as it is written, without its spaces, and up to the `@` of an address.
fn contains_name(password: &[char], name: &str) -> bool {
    let name = name.trim();
    let joined: String = name.split_whitespace().collect();
    let local = name.split('@').next().unwrap_or_default();
    [name, &joined, local].into_iter().map(form).any(|name| {
        name.len() >= *LENGTHS.start()
            && (is_near(password, &name) || password.windows(name.len()).any(|part| part == name))
    })
}

/// The fewest parts that a password can be seen as.
fn pieces(form: &[char], organisation: &Terms) -> Vec<Piece> {
    // The fewest parts of the first n characters, and the length and list of the last of them.
    let mut fewest: Vec<(usize, usize, Option<List>)> = vec![(0, 0, None)];
    for end in 1..=form.len() {
        let mut best = (fewest[end - 1].0 + 1, 1, None);
        for length in LENGTHS.filter(|length| *length <= end) {
            let (before, word) = (fewest[end - length].0, &form[end - length..end]);
            if before + 1 >= best.0 {
                continue;
            }
            if organisation.has(word) {
                best = (before + 1, length, Some(List::Organisation));
            } else if Terms::ours().has(word) {
                best = (before + 1, length, Some(List::Ours));
            }
        }
        fewest.push(best);
    }
    let (mut pieces, mut end) = (Vec::new(), form.len());
    while end > 0 {
        let (_, length, list) = fewest[end];
        pieces.push(Piece {
            form: form[end - length..end].iter().collect(),
            list,
        });
        end -= length;
    }
    pieces.reverse();
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn contoso() -> Terms {
        Terms::new(["contoso", "blank"])
    }

    fn points(typed: &str, organisation: &Terms) -> (usize, Option<Reason>) {
        let verdict = judge(typed, organisation, &[]);
        (verdict.pieces.len(), verdict.reason)
    }

    /// The table of concept-password-ban-bad.
    #[test]
    fn the_published_examples_come_out_as_published() {
        let (theirs, word) = (List::Organisation, Reason::Word);
        assert_eq!(points("Bl@nK", &contoso()), (1, Some(word(theirs))));
        let weak = Some(Reason::Points(theirs));
        assert_eq!(points("C0ntos0Blank12", &contoso()), (4, weak));
        assert_eq!(points("ContoS0Bl@nkf9!", &contoso()), (5, None));
        // One character changed, added, left out.
        let list = Terms::new(["abcdef"]);
        for typed in ["abcdeg", "abcdefg", "abcde"] {
            assert_eq!(points(typed, &list).1, Some(word(theirs)), "{typed}");
        }
        // A user whose name is Poll.
        let poll = judge("p0LL23fb", &Terms::default(), &["Poll"]);
        assert_eq!(poll.reason, Some(Reason::Name));
    }

    #[test]
    fn words_that_overlap_count_so_that_the_points_are_fewest() {
        let list = Terms::new(["tankert", "kertu", "upwold", "kertupw"]);
        let verdict = judge("tankertupwold", &list, &[]);
        let forms: Vec<_> = verdict.pieces.iter().map(|p| p.form.as_str()).collect();
        assert_eq!(forms, ["tankert", "upwold"]);
    }

    #[test]
    fn each_repetition_counts_once() {
        assert_eq!(points("contosocontosoxyz", &contoso()), (5, None));
        let weak = Some(Reason::Points(List::Organisation));
        assert_eq!(points("contosocontosocontoso", &contoso()), (3, weak));
    }

    // case: P-07
    #[test]
    fn p_07_what_everybody_tries_is_refused() {
        for typed in [
            "Password",
            "P@ssw0rd1",
            "qwertyuiop",
            "Qwertz123",
            "1q2w3e4r",
            "Summer2026",
            "Winter2024!",
            "Sommer2026",
            "iloveyou",
            "letmein1",
            "welcome123",
            "Willkommen1",
            "admin1234",
            "abcd1234",
            "11111111",
            "12345678",
            "987654321",
            "asdfasdf",
            "Passwort1!",
            "zxcvbnm1",
            "January2025",
            "Montag123",
        ] {
            assert!(points(typed, &Terms::default()).1.is_some(), "{typed}");
        }
        for typed in [
            "correct horse battery staple",
            "lamp 3 door 5 river",
            "the quick green turtle",
            "vX9#kq2LmZ",
            "пароль-для-всех",
        ] {
            assert_eq!(points(typed, &Terms::default()).1, None, "{typed}");
        }
    }

    #[test]
    fn short_names_are_none_and_long_ones_count_without_their_spaces() {
        let judged =
            |typed: &str| judge(typed, &Terms::default(), &["Ada", "Ada Lovelace", " "]).reason;
        assert_eq!(judged("ada likes long walks"), None);
        for typed in ["AdaL0velace-x9", "my ada lovelace", "adalovelac"] {
            assert_eq!(judged(typed), Some(Reason::Name), "{typed}");
        }
    }

    /// The same by trying every way of cutting.
    fn least(form: &[char], list: &Terms) -> usize {
        let shorter = |n: usize| least(&form[n..], list) + 1;
        if form.is_empty() {
            return 0;
        }
        let banned = |word: &[char]| list.has(word) || Terms::ours().has(word);
        let words = LENGTHS.filter(|n| *n <= form.len() && banned(&form[..*n]));
        words.map(shorter).chain([shorter(1)]).min().unwrap()
    }

    proptest! {
        #[test]
        fn no_way_of_cutting_makes_fewer_points(typed in "[xyz]{0,11}", words in proptest::collection::vec("[xyz]{4,6}", 0..8)) {
            let list = Terms::new(words);
            prop_assert_eq!(pieces(&form(&typed), &list).len(), least(&form(&typed), &list));
        }

        #[test]
        fn the_pieces_are_the_password(typed in "\\PC{0,60}") {
            let form = form(&typed);
            let joined: String = pieces(&form, &contoso()).into_iter().map(|p| p.form).collect();
            prop_assert_eq!(joined, form.into_iter().collect::<String>());
        }
    }
}
