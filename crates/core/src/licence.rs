//! Subscriptions and licences: what an organisation holds, and what that lets it do.
//!
//! A subscription is so many units of a product ([`Sku`]), and a product is a set of service plans ([`Plan`]). Users
//! hold a licence by themselves or through a group; who holds one is worked out from the assignments whenever it is
//! asked, never copied, so a change of a group's members counts at once.

use std::collections::BTreeSet;
use std::fmt;

/// What a product lets its holder do (entra-sspr 8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plan {
    /// Resetting the password of a cloud account. Any product has it, and nothing here asks for it.
    PasswordReset,
    /// Changing, resetting and unlocking in the organisation's own directory.
    PasswordWriteback,
}

impl Plan {
    /// Every plan.
    pub const ALL: [Self; 2] = [Self::PasswordReset, Self::PasswordWriteback];

    /// The name in the database, forms and message keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PasswordReset => "password-reset",
            Self::PasswordWriteback => "password-writeback",
        }
    }

    /// Reads [`code`](Plan::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
}

/// A product, as catalogues of the reference system have them, under names of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sku {
    /// Everything, for everybody: what an installation's own organisation has.
    Complete,
    /// Directory Premium P1.
    P1,
    /// Directory Premium P2.
    P2,
    /// Enterprise mobility and security, E3.
    EmsE3,
    /// The same for schools.
    EmsA3,
    /// Enterprise mobility and security, E5.
    EmsE5,
    /// The same for schools.
    EmsA5,
    /// The office suite for enterprises, E3.
    SuiteE3,
    /// The same for schools.
    SuiteA3,
    /// The office suite for enterprises, E5.
    SuiteE5,
    /// The same for schools.
    SuiteA5,
    /// The suite for people who work away from a desk.
    SuiteF1,
    /// The suite for small organisations, with what protects them.
    BusinessPremium,
    /// The suite for small organisations.
    BusinessStandard,
}

impl Sku {
    /// Every product.
    pub const ALL: [Self; 14] = [
        Self::Complete,
        Self::P1,
        Self::P2,
        Self::EmsE3,
        Self::EmsA3,
        Self::EmsE5,
        Self::EmsA5,
        Self::SuiteE3,
        Self::SuiteA3,
        Self::SuiteE5,
        Self::SuiteA5,
        Self::SuiteF1,
        Self::BusinessPremium,
        Self::BusinessStandard,
    ];

    /// The part number, by which subscriptions are added and stored.
    #[must_use]
    pub const fn part_number(self) -> &'static str {
        match self {
            Self::Complete => "COMPLETE",
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::EmsE3 => "EMS_E3",
            Self::EmsA3 => "EMS_A3",
            Self::EmsE5 => "EMS_E5",
            Self::EmsA5 => "EMS_A5",
            Self::SuiteE3 => "SUITE_E3",
            Self::SuiteA3 => "SUITE_A3",
            Self::SuiteE5 => "SUITE_E5",
            Self::SuiteA5 => "SUITE_A5",
            Self::SuiteF1 => "SUITE_F1",
            Self::BusinessPremium => "BUSINESS_PREMIUM",
            Self::BusinessStandard => "BUSINESS_STANDARD",
        }
    }

    /// The product's name, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "Keyward Complete",
            Self::P1 => "Directory Premium P1",
            Self::P2 => "Directory Premium P2",
            Self::EmsE3 => "Enterprise Mobility + Security E3",
            Self::EmsA3 => "Enterprise Mobility + Security A3",
            Self::EmsE5 => "Enterprise Mobility + Security E5",
            Self::EmsA5 => "Enterprise Mobility + Security A5",
            Self::SuiteE3 => "Suite E3",
            Self::SuiteA3 => "Suite A3",
            Self::SuiteE5 => "Suite E5",
            Self::SuiteA5 => "Suite A5",
            Self::SuiteF1 => "Suite F1",
            Self::BusinessPremium => "Business Premium",
            Self::BusinessStandard => "Business Standard",
        }
    }

    /// The part number as it stands in addresses: `ems-e3`.
    #[must_use]
    pub fn code(self) -> String {
        self.part_number().to_ascii_lowercase().replace('_', "-")
    }

    /// Reads a part number, written large or small, with `_` or `-`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let part = text.trim().to_ascii_uppercase().replace('-', "_");
        Self::ALL.into_iter().find(|s| s.part_number() == part)
    }

    /// What it lets its holders do.
    #[must_use]
    pub const fn plans(self) -> &'static [Plan] {
        match self {
            Self::BusinessStandard => &[Plan::PasswordReset],
            _ => &[Plan::PasswordReset, Plan::PasswordWriteback],
        }
    }

    /// Everybody in the organisation has it without being assigned one, and it has no number of units.
    #[must_use]
    pub const fn is_for_everybody(self) -> bool {
        matches!(self, Self::Complete)
    }

    /// The products that one can get for a plan. The one for everybody can't be bought, so it is not among them.
    pub fn with(plan: Plan) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |s| s.plans().contains(&plan) && !s.is_for_everybody())
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.part_number())
    }
}

/// The plans of a product that an assignment leaves out, written as their codes with spaces between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DisabledPlans(BTreeSet<Plan>);

impl DisabledPlans {
    /// Those of these that the product has.
    #[must_use]
    pub fn of(sku: Sku, plans: impl IntoIterator<Item = Plan>) -> Self {
        let plans = plans.into_iter().filter(|p| sku.plans().contains(p));
        Self(plans.collect())
    }

    /// Whether a plan is left out.
    #[must_use]
    pub fn contains(&self, plan: Plan) -> bool {
        self.0.contains(&plan)
    }

    /// None is left out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads what [`Display`](fmt::Display) writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plans = text.split_whitespace().map(Plan::from_code);
        plans.collect::<Option<_>>().map(Self)
    }
}

impl fmt::Display for DisabledPlans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes: Vec<_> = self.0.iter().map(|p| p.code()).collect();
        f.write_str(&codes.join(" "))
    }
}

/// How many licences of a product there are, and how many of them are in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    /// How many there are; none: as many as there are users.
    pub held: Option<i64>,
    /// How many users have one.
    pub taken: i64,
}

impl Units {
    /// How many can still be given; none: as many as one likes. Below zero when a group grew beyond what there is.
    #[must_use]
    pub fn left(&self) -> Option<i64> {
        self.held.map(|held| held - self.taken)
    }

    /// Refuses a state in which more users have a licence than there are licences.
    pub fn suffice(&self) -> Result<(), Short> {
        match self.held {
            Some(held) if self.taken > held => Err(Short {
                held,
                needed: self.taken,
            }),
            _ => Ok(()),
        }
    }
}

/// More licences would be needed than there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Short {
    /// How many there are.
    pub held: i64,
    /// How many would be needed.
    pub needed: i64,
}

/// Whether an organisation holds a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// Yes.
    Held,
    /// No; any of these products would help.
    Missing(Vec<Sku>),
}

impl Holding {
    /// Whether one of an organisation's products has the plan.
    #[must_use]
    pub fn of(skus: impl IntoIterator<Item = Sku>, plan: Plan) -> Self {
        if skus.into_iter().any(|s| s.plans().contains(&plan)) {
            Self::Held
        } else {
            Self::Missing(Sku::with(plan).collect())
        }
    }

    /// It is held.
    #[must_use]
    pub fn is_held(&self) -> bool {
        *self == Self::Held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_numbers_and_addresses_are_read_back() {
        for sku in Sku::ALL {
            assert_eq!(Sku::parse(sku.part_number()), Some(sku));
            assert_eq!(Sku::parse(&sku.code()), Some(sku));
            assert!(sku.plans().contains(&Plan::PasswordReset), "{sku}");
        }
        for bad in ["", "P3", "EMS E3", "EMS_E3 P1"] {
            assert_eq!(Sku::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn writeback_comes_with_the_products_of_the_reference_only() {
        let with: Vec<_> = Sku::with(Plan::PasswordWriteback)
            .map(Sku::part_number)
            .collect();
        assert_eq!(
            with.join(" "),
            "P1 P2 EMS_E3 EMS_A3 EMS_E5 EMS_A5 SUITE_E3 SUITE_A3 SUITE_E5 SUITE_A5 SUITE_F1 BUSINESS_PREMIUM"
        );
        for sku in Sku::with(Plan::PasswordWriteback).chain([Sku::Complete]) {
            let both = [Sku::BusinessStandard, sku];
            assert!(Holding::of(both, Plan::PasswordWriteback).is_held());
        }
        for none in [&[][..], &[Sku::BusinessStandard]] {
            let missing = Holding::of(none.iter().copied(), Plan::PasswordWriteback);
            assert!(matches!(missing, Holding::Missing(help) if help.len() == 12));
        }
    }

    #[test]
    fn units_suffice_until_one_more_is_needed() {
        let units = |taken| Units {
            held: Some(2),
            taken,
        };
        assert_eq!(units(2).suffice(), Ok(()));
        assert_eq!(units(2).left(), Some(0));
        let short = Short { held: 2, needed: 3 };
        assert_eq!(units(3).suffice(), Err(short));
        let unlimited = Units {
            held: None,
            taken: i64::MAX,
        };
        assert_eq!((unlimited.suffice(), unlimited.left()), (Ok(()), None));
    }

    #[test]
    fn disabled_plans_are_those_of_the_product_and_survive_being_stored() {
        let all = DisabledPlans::of(Sku::P1, Plan::ALL);
        assert_eq!(DisabledPlans::parse(&all.to_string()), Some(all));
        let some = DisabledPlans::of(Sku::BusinessStandard, [Plan::PasswordWriteback]);
        assert!(some.is_empty());
        assert_eq!(DisabledPlans::parse(""), Some(DisabledPlans::default()));
        assert_eq!(DisabledPlans::parse("password-reset nonsense"), None);
    }
}
