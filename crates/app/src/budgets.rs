//! What codes may be sent at all, in sum: by organisation, by country, by installation, and by what they cost (C-09,
//! PH-09 to PH-12). Text messages and calls are taken from the same budgets. Who asks, and for which destination, is counted in [`crate::limits`].
//!
//! A number has to be typed in full before anything is sent to it, so what is refused here by its country says nothing
//! of a name to whoever doesn't know that already (EN-07).

use crate::audit::Draft;
use crate::error::Result;
use crate::letters::Letter;
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::budget::{Breaker, Budget};
use keyward_core::challenge::Challenge;
use keyward_core::method::{Carrier, Destination, Means};
use keyward_core::phone::PhoneNumber;
use keyward_core::price::{Money, Price, price_of};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::throttle::Rule;
use keyward_core::time::{days, hours, minutes};
use keyward_store::Tx;
use keyward_store::meter::{Metered, Whose};
use std::time::Duration;

/// The limits beyond those of one person and one destination. A limit of 0 is none.
#[derive(Debug, Clone)]
pub struct Budgets {
    /// Text messages asked for from one network.
    pub network_sms: Rule,
    /// Mails asked for from one network.
    pub network_mail: Rule,
    /// Text messages asked for in one familiar browser.
    pub device_sms: Rule,
    /// Mails asked for in one familiar browser.
    pub device_mail: Rule,
    /// Text messages of an organisation to one country in an hour.
    pub country_sms: u64,
    /// Text messages of an organisation in a day.
    pub sms: u64,
    /// Mails with codes of an organisation in a day.
    pub mail: u64,
    /// Text messages of all organisations in a day.
    pub install_sms: u64,
    /// Mails with codes of all organisations in a day.
    pub install_mail: u64,
    /// What text messages of an organisation may cost in a day.
    pub money: Money,
    /// What they cost.
    pub prices: Vec<Price>,
    /// What calls cost, which are taken from the same budgets.
    pub call_prices: Vec<Price>,
    /// The name of the currency, for people.
    pub currency: String,
    /// When a country is stopped, by what was sent there and typed within [`HOUR`].
    pub breaker: Breaker,
}

impl Default for Budgets {
    fn default() -> Self {
        let hourly = |limit| Rule {
            limit,
            window: HOUR,
            block: minutes(30),
        };
        Self {
            network_sms: hourly(60),
            network_mail: hourly(300),
            device_sms: hourly(20),
            device_mail: hourly(60),
            country_sms: 500,
            sms: 2_000,
            mail: 20_000,
            install_sms: 10_000,
            install_mail: 100_000,
            money: Money(0),
            prices: Vec::new(),
            call_prices: Vec::new(),
            currency: String::new(),
            breaker: Breaker {
                sent: 20,
                percent: 20,
            },
        }
    }
}

/// The window of a country.
pub const HOUR: Duration = hours(1);
/// The window of an organisation and of an installation.
pub const DAY: Duration = days(1);

const MONEY: &str = "money";
const SMS: &str = "sms";
const MAIL: &str = "mail";

fn sent_to(country: &str) -> String {
    format!("sms {country}")
}

fn proved_from(country: &str) -> String {
    format!("proved {country}")
}

/// The country of a number, by which it is counted.
fn country(phone: &PhoneNumber) -> String {
    phone.country().unwrap_or_else(|| "ZZ".to_owned())
}

/// One of the budgets that a message is taken from.
struct Share {
    whose: Whose,
    name: String,
    budget: Budget,
    amount: u64,
    metered: Metered,
}

impl Share {
    fn new(
        whose: Whose,
        name: impl Into<String>,
        limit: u64,
        window: Duration,
        amount: u64,
    ) -> Self {
        let limit = if limit == 0 { u64::MAX } else { limit };
        Self {
            whose,
            name: name.into(),
            budget: Budget { limit, window },
            amount,
            metered: Metered::default(),
        }
    }
}

impl App {
    /// The shares of a message, in the order in which they are locked.
    fn shares(&self, phone: Option<&PhoneNumber>, carrier: Carrier) -> Vec<Share> {
        let b = &self.settings.budgets;
        let Some(phone) = phone else {
            return vec![
                Share::new(Whose::Tenant, MAIL, b.mail, DAY, 1),
                Share::new(Whose::Install, MAIL, b.install_mail, DAY, 1),
            ];
        };
        let country = country(phone);
        let prices = match carrier {
            Carrier::Voice => &b.call_prices,
            Carrier::Sms | Carrier::Mail => &b.prices,
        };
        let price = price_of(prices, phone.as_str()).0;
        vec![
            Share::new(Whose::Tenant, MONEY, b.money.0, DAY, price),
            Share::new(Whose::Tenant, proved_from(&country), 0, HOUR, 0),
            Share::new(Whose::Tenant, SMS, b.sms, DAY, 1),
            Share::new(Whose::Tenant, sent_to(&country), b.country_sms, HOUR, 1),
            Share::new(Whose::Install, SMS, b.install_sms, DAY, 1),
        ]
    }

    /// Takes one message out of all budgets, or out of none. The inner refusal is written down: commit either way.
    pub(crate) async fn spend(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        to: Option<&Destination>,
        carrier: Carrier,
    ) -> Result<Result<(), Refusal>> {
        let phone = to.and_then(Destination::line);
        let mut shares = self.shares(phone, carrier);
        for share in &mut shares {
            share.metered = tx.lock_meter(share.whose, &share.name, ctx.now).await?;
        }
        if shares.iter().any(|s| s.metered.stopped_at.is_some()) {
            return Ok(Err(Refusal::SmsStopped));
        }
        let empty = |s: &Share| s.metered.meter.check(s.budget, s.amount, ctx.now).err();
        let full = shares
            .iter_mut()
            .find_map(|s| empty(s).map(|until| (s, until)));
        if let Some((share, until)) = full {
            self.used_up(tx, ctx, share).await?;
            return Ok(Err(match phone {
                Some(_) => Refusal::SmsStopped,
                None => Refusal::TooManyMessages(until),
            }));
        }
        if let Some(phone) = phone
            && self.trips(&mut shares, ctx)
        {
            self.stop(tx, ctx, &country(phone), &shares).await?;
            return Ok(Err(Refusal::SmsStopped));
        }
        for share in &mut shares {
            let window = share.budget.window;
            let meter = std::mem::take(&mut share.metered.meter);
            share.metered.meter = meter.add(window, share.amount, ctx.now);
            tx.save_meter(share.whose, &share.name, &share.metered)
                .await?;
        }
        Ok(Ok(()))
    }

    /// Looks whether codes sent to a country are typed; if too few are, marks it as stopped.
    fn trips(&self, shares: &mut [Share], ctx: &Ctx) -> bool {
        let used = |prefix: &str| {
            let share = shares.iter().find(|s| s.name.starts_with(prefix));
            share.map_or(0, |s| s.metered.meter.used(HOUR, ctx.now))
        };
        let (sent, proved) = (used("sms "), used("proved "));
        let trips = self.settings.budgets.breaker.trips(sent, proved);
        for share in shares.iter_mut().filter(|s| s.name.starts_with("sms ")) {
            share.metered.stopped_at = trips.then_some(ctx.now);
        }
        trips
    }

    async fn stop(&self, tx: &mut Tx, ctx: &Ctx, country: &str, shares: &[Share]) -> Result<()> {
        for share in shares.iter().filter(|s| s.metered.stopped_at.is_some()) {
            tx.save_meter(share.whose, &share.name, &share.metered)
                .await?;
        }
        let draft = Draft::new(ctx, Activity::CountryStopped, Actor::System);
        self.record(tx, draft.on("country", None, country)).await?;
        self.tell_of_sending(tx, ctx, "country-stopped", country)
            .await
    }

    /// Tells administrators, once a day, that a budget is used up.
    async fn used_up(&self, tx: &mut Tx, ctx: &Ctx, share: &mut Share) -> Result<()> {
        let told = share.metered.told_at;
        if told.is_some_and(|at| ctx.now.since(at) < DAY) {
            return Ok(());
        }
        share.metered.told_at = Some(ctx.now);
        tx.save_meter(share.whose, &share.name, &share.metered)
            .await?;
        let what = match (share.whose, share.name.as_str()) {
            (Whose::Install, SMS) => "install-sms",
            (Whose::Install, _) => "install-mail",
            (Whose::Tenant, name) => name,
        };
        let draft = Draft::new(ctx, Activity::BudgetUsedUp, Actor::System);
        self.record(tx, draft.on("budget", None, what)).await?;
        self.tell_of_sending(tx, ctx, "budget-used-up", what).await
    }

    async fn tell_of_sending(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        name: &'static str,
        what: &str,
    ) -> Result<()> {
        // Of a country only its letters are left to say.
        let (what, country) = match what.strip_prefix("sms ") {
            Some(country) => ("country", country),
            None => (what, what),
        };
        let url = &self.settings.public_url;
        let letter = Letter {
            name,
            args: vec![
                ("what", what.to_owned().into()),
                ("country", country.to_owned().into()),
            ],
            worded: None,
            link: Some(format!("{url}/admin/sending-limits")),
        };
        let mut admins = tx.holders(Role::GlobalAdministrator).await?;
        admins.retain(|holder| holder.active);
        self.notify_admins(tx, ctx, &admins, &letter).await
    }

    /// Locks what counts the codes typed in a number's country, before the code is looked at. None for other codes.
    pub(crate) async fn lock_proved(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        challenge: &Challenge,
    ) -> Result<Option<(String, Metered)>> {
        let means = match (&challenge.means, challenge.user, challenge.method) {
            (Some(means), ..) => Some(means.clone()),
            (None, Some(user), Some(method)) => {
                let methods = tx.methods_of(user).await?.into_iter();
                let mut found = methods.filter(|m| m.id == method);
                found.next().map(|m| m.means)
            }
            _ => None,
        };
        let destination = means.as_ref().and_then(Means::destination);
        let Some(phone) = destination.and_then(Destination::line) else {
            return Ok(None);
        };
        let name = proved_from(&country(phone));
        let metered = tx.lock_meter(Whose::Tenant, &name, ctx.now).await?;
        Ok(Some((name, metered)))
    }

    /// Counts a code that was typed.
    pub(crate) async fn count_proved(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (name, mut metered): (String, Metered),
    ) -> Result<()> {
        metered.meter = metered.meter.add(HOUR, 1, ctx.now);
        Ok(tx.save_meter(Whose::Tenant, &name, &metered).await?)
    }
}
