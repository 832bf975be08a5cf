//! The last check before a message costs money: its country is one that the operator listed (PH-01, PH-04).

use crate::config::Countries;
use async_trait::async_trait;
use keyward_app::ports::{OutgoingSms, SendError, SmsSender};
use std::sync::Arc;

/// Hands on what goes to an allowed country.
pub(super) struct Allowed {
    pub(super) inner: Arc<dyn SmsSender>,
    pub(super) countries: Countries,
}

#[async_trait]
impl SmsSender for Allowed {
    async fn send(&self, sms: &OutgoingSms) -> Result<(), SendError> {
        if self.can_text(&sms.to) {
            return self.inner.send(sms).await;
        }
        let country = country(&sms.to);
        let country = country.as_deref().unwrap_or("an unknown country");
        Err(SendError::Permanent(format!(
            "no text messages to {country}: sms.countries"
        )))
    }

    fn can_text(&self, number: &str) -> bool {
        match &self.countries {
            Countries::All => true,
            Countries::Only(list) => country(number).is_some_and(|c| list.contains(&c)),
        }
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.inner.probe().await
    }
}

/// The country of a number, by its area code where several share a country code: `+1 876` is Jamaica.
fn country(number: &str) -> Option<String> {
    // The parser has panicked on odd input (RUSTSEC-2023-0082, RUSTSEC-2024-0369).
    let parsed = std::panic::catch_unwind(|| phonenumber::parse(None, number).ok())
        .ok()
        .flatten()?;
    parsed.country().id().map(|id| id.as_ref().to_owned())
}

#[cfg(test)]
mod tests {
    use super::country;

    #[test]
    fn ph_01_the_area_code_decides_the_country() {
        for (number, expected) in [
            ("+4915112345678", "DE"),
            ("+12025550123", "US"),
            ("+14165550123", "CA"),
            ("+18765550123", "JM"),
            ("+14735550123", "GD"),
            ("+12845550123", "VG"),
        ] {
            assert_eq!(country(number).as_deref(), Some(expected), "{number}");
        }
        assert_eq!(country("not a number"), None);
    }
}
