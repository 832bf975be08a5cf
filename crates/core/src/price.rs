//! What a text message costs, by the beginning of its number.

use std::fmt;
use std::str::FromStr;

/// Money in ten-thousandths of the operator's currency: `0.0125` is 125.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(pub u64);

/// What is wrong with an amount or a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceFault {
    /// Not an amount.
    #[error("is no amount; write it as 25 or 0.085, with at most four decimals")]
    Amount,
    /// Not a beginning of numbers.
    #[error("begins with no number; write +49=0.08, or *=0.10 for all others")]
    Prefix,
}

impl FromStr for Money {
    type Err = PriceFault;

    fn from_str(text: &str) -> Result<Self, PriceFault> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || whole.len() > 9 || part.len() > 4 {
            return Err(PriceFault::Amount);
        }
        let number = |t: &str| t.parse::<u64>().map_err(|_| PriceFault::Amount);
        Ok(Self(
            number(whole)? * 10_000 + number(&format!("{part:0<4}"))?,
        ))
    }
}

impl fmt::Display for Money {
    /// With two decimals, and more only where they say something.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 10_000, self.0 % 10_000);
        if part % 100 == 0 {
            write!(f, "{whole}.{:02}", part / 100)
        } else {
            write!(f, "{whole}.{part:04}")
        }
    }
}

/// The price of messages to numbers that begin alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// `+` and digits; only `+` stands for every number.
    prefix: String,
    each: Money,
}

impl FromStr for Price {
    type Err = PriceFault;

    /// Reads `+49=0.08`; `*` stands for every number.
    fn from_str(text: &str) -> Result<Self, PriceFault> {
        let (prefix, each) = text.split_once('=').ok_or(PriceFault::Prefix)?;
        let prefix = match prefix.trim() {
            "*" => "+".to_owned(),
            other => other.to_owned(),
        };
        let digits = prefix.strip_prefix('+').ok_or(PriceFault::Prefix)?;
        if digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PriceFault::Prefix);
        }
        let each = each.trim().parse()?;
        Ok(Self { prefix, each })
    }
}

/// What a message to this number costs: by the longest beginning that fits.
#[must_use]
pub fn price_of(prices: &[Price], number: &str) -> Money {
    prices
        .iter()
        .filter(|p| number.starts_with(&p.prefix))
        .max_by_key(|p| p.prefix.len())
        .map_or(Money(0), |p| p.each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_counts() {
        let read = |t: &str| t.parse::<Price>().unwrap();
        let prices = [read("*=0.1"), read("+1=0.0079"), read("+1876 = 0.25")];
        for (number, each) in [
            ("+12025550123", "0.0079"),
            ("+18765550123", "0.25"),
            ("+4915112345678", "0.10"),
        ] {
            assert_eq!(price_of(&prices, number).to_string(), each);
        }
        assert_eq!(price_of(&[], "+49"), Money(0));
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for bad in [
            "",
            "+49",
            "49=1",
            "+49=",
            "+49=-1",
            "+49=1,5",
            "+49=1.23456",
            "+49=1e3",
            "+4a=1",
        ] {
            assert!(bad.parse::<Price>().is_err(), "{bad}");
        }
        for bad in ["", ".", "1.", ".5", "+1", "9999999999"] {
            assert!(bad.parse::<Money>().is_err(), "{bad}");
        }
        assert_eq!("25".parse(), Ok(Money(250_000)));
    }
}
