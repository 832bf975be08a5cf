//! Choosing a method, where there is more than one way to get its code.

use keyward_core::method::{Carrier, MethodKind};

/// One line of a list to choose from: a method, by one way.
pub(super) struct Row {
    pub(super) kind: MethodKind,
    /// What the form says of it: the method, and the way if it isn't the usual one.
    pub(super) value: String,
    /// The end of the key of its name, `verify-…`.
    pub(super) name: &'static str,
    /// What is shown below; empty: a hint to the kind.
    pub(super) below: String,
}

/// The lines of one method.
pub(super) fn rows<'a>(
    id: &'a str,
    kind: MethodKind,
    ways: &'a [Carrier],
    below: &'a str,
) -> impl Iterator<Item = Row> + 'a {
    // What the user holds comes by no way, and is one line all the same.
    (0..ways.len().max(1)).map(move |n| {
        let by = ways.get(n).copied();
        Row {
            kind,
            value: match by {
                Some(by) if n > 0 => format!("{id}:{}", by.code()),
                _ => id.to_owned(),
            },
            name: match (kind, by) {
                (MethodKind::MobilePhone, Some(Carrier::Voice)) => "call",
                _ => kind.code(),
            },
            below: below.to_owned(),
        }
    })
}

/// The method and the way of a line that was chosen.
pub(super) fn picked(value: &str) -> (&str, Option<Carrier>) {
    match value.split_once(':') {
        Some((id, by)) => (id, Carrier::from_code(by)),
        None => (value, None),
    }
}
