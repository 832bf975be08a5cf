//! What may be sent in sum, and what it may cost.

use super::reader::Reader;
use keyward_app::budgets::Budgets;
use keyward_core::budget::Breaker;
use keyward_core::price::{Money, Price};
use keyward_core::throttle::Rule;

/// Reads the section `budgets`.
pub(super) fn read(reader: &mut Reader<'_>) -> Budgets {
    let default = Budgets::default();
    let mut hourly = |name: &str, rule: Rule| Rule {
        limit: reader.number(name, 0..=10_000),
        ..rule
    };
    let network_sms = hourly("budgets.sms_per_network_hour", default.network_sms);
    let network_mail = hourly("budgets.mails_per_network_hour", default.network_mail);
    let device_sms = hourly("budgets.sms_per_browser_hour", default.device_sms);
    let device_mail = hourly("budgets.mails_per_browser_hour", default.device_mail);
    let mut most = |name: &str| reader.number(name, 0..=100_000_000);
    let country_sms = most("budgets.sms_per_country_hour");
    let (sms, mail) = (most("budgets.sms_per_day"), most("budgets.mails_per_day"));
    let install_sms = most("budgets.install_sms_per_day");
    let install_mail = most("budgets.install_mails_per_day");
    let breaker = Breaker {
        sent: most("budgets.breaker_sent"),
        percent: reader.number("budgets.breaker_percent", 0..=100),
    };
    let prices = reader.list("budgets.sms_prices");
    let call_prices: Vec<Price> = reader.list("budgets.call_prices");
    let money = money(reader);
    if money.0 > 0 && prices.is_empty() {
        reader.refuse(
            "budgets.sms_prices",
            "what text messages may cost is limited, and no price is set",
            "write what they cost, as in sms_prices = [\"*=0.10\"]",
        );
    }
    if money.0 > 0 && call_prices.is_empty() && reader.text("voice.provider") != "none" {
        reader.refuse(
            "budgets.call_prices",
            "what text messages and calls may cost is limited, and no price of calls is set",
            "write what they cost, as in call_prices = [\"*=0.20\"]",
        );
    }
    Budgets {
        network_sms,
        network_mail,
        device_sms,
        device_mail,
        country_sms,
        sms,
        mail,
        install_sms,
        install_mail,
        money,
        prices,
        call_prices,
        currency: reader.text("budgets.currency").to_owned(),
        breaker,
    }
}

fn money(reader: &mut Reader<'_>) -> Money {
    const NAME: &str = "budgets.sms_money_per_day";
    let text = reader.text(NAME).to_owned();
    if text.is_empty() {
        return Money(0);
    }
    text.parse().unwrap_or_else(|fault| {
        let fix = "write an amount of money, as \"25.00\"";
        reader.refuse(NAME, format!("\"{text}\" {fault}"), fix);
        Money(0)
    })
}
