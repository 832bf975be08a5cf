//! How codes come to mobile phones.

use crate::method::{Carrier, MethodKind};
use serde::{Deserialize, Serialize};

/// How codes come to mobile phones. Text and call of one phone are one method: they are one channel (F-06).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MobileBy {
    /// By text message, as it was before there were calls.
    #[default]
    Text,
    /// By a call.
    Call,
    /// By either: people choose.
    Both,
}

impl MobileBy {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Text, Self::Call, Self::Both];

    /// The name in forms and in message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Call => "call",
            Self::Both => "both",
        }
    }

    /// Reads [`code`](MobileBy::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.code() == code)
    }

    /// How codes of a kind may come, the one that nobody has to choose first; none where the user holds what makes them.
    #[must_use]
    pub fn ways(self, kind: MethodKind) -> Vec<Carrier> {
        match (kind, self) {
            (MethodKind::MobilePhone, Self::Call) => vec![Carrier::Voice],
            (MethodKind::MobilePhone, Self::Both) => vec![Carrier::Sms, Carrier::Voice],
            (kind, _) => kind.carrier().into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_choose_where_both_ways_are_open_and_a_desk_is_only_called() {
        let ways = |by: MobileBy| by.ways(MethodKind::MobilePhone);
        assert_eq!(ways(MobileBy::Text), [Carrier::Sms]);
        assert_eq!(ways(MobileBy::Call), [Carrier::Voice]);
        assert_eq!(ways(MobileBy::Both), [Carrier::Sms, Carrier::Voice]);
        for by in MobileBy::ALL {
            assert_eq!(MobileBy::from_code(by.code()), Some(by));
            assert_eq!(by.ways(MethodKind::OfficePhone), [Carrier::Voice]);
            assert_eq!(by.ways(MethodKind::Email), [Carrier::Mail]);
            assert!(by.ways(MethodKind::Passkey).is_empty());
        }
    }
}
