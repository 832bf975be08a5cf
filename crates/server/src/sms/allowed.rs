//! The last check before a message costs money: its country is one that the operator listed (PH-01, PH-04).

use crate::config::Countries;
use async_trait::async_trait;
use keyward_app::ports::{OutgoingSms, SendError, SmsSender};
use keyward_core::phone::PhoneNumber;
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
        is_listed(&self.countries, number)
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.inner.probe().await
    }
}

/// Whether the country of a number is one of these.
pub(crate) fn is_listed(countries: &Countries, number: &str) -> bool {
    match countries {
        Countries::All => true,
        Countries::Only(list) => country(number).is_some_and(|c| list.contains(&c)),
    }
}

pub(crate) fn country(number: &str) -> Option<String> {
    PhoneNumber::stored(number.to_owned()).country()
}
