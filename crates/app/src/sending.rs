//! Sending limits: how much of each budget is used, and countries that were stopped.

use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::budgets::{DAY, HOUR};
use crate::error::Result;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::budget::Budget;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::time::Timestamp;
use keyward_store::meter::{Metered, Whose};

/// One budget of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// "sms", "money" or "mail".
    pub name: &'static str,
    /// Spent in the last day.
    pub used: u64,
    /// 0: none.
    pub limit: u64,
    /// Nothing is sent any more until then.
    pub until: Option<Timestamp>,
}

/// A country that text messages were sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166, or "ZZ" for numbers of none.
    pub code: String,
    /// Sent in the last hour.
    pub sent: u64,
    /// Of these and earlier ones, typed in the last hour.
    pub proved: u64,
    /// Messages to it wait until then.
    pub until: Option<Timestamp>,
    /// Nothing is sent there since then.
    pub stopped_at: Option<Timestamp>,
}

/// All of them.
#[derive(Debug)]
pub struct SendingLimits {
    /// The organisation's budgets.
    pub totals: Vec<Total>,
    /// Countries, those that were stopped first.
    pub countries: Vec<Country>,
    /// The installation as a whole sends no text messages until then. How many it has sent is nobody's business here.
    pub install_sms_until: Option<Timestamp>,
    /// The same for mails with codes.
    pub install_mail_until: Option<Timestamp>,
    /// How many people, numbers, mailboxes, browsers and networks are refused something right now.
    pub blocked: i64,
}

impl App {
    /// The budgets as they stand.
    pub async fn sending_limits(&self, me: &Principal) -> Result<SendingLimits> {
        me.needs(Permission::ReadDeliveries)?;
        let now = self.clock.now();
        let mut tx = self.db.read(me.tenant()).await?;
        let (own, all) = (
            tx.meters(Whose::Tenant).await?,
            tx.meters(Whose::Install).await?,
        );
        let blocked = tx.count_blocked(now).await?;
        drop(tx);
        let b = &self.settings.budgets;
        let found = |list: &[(String, Metered)], name: &str| {
            let found = list.iter().find(|(known, _)| known == name);
            found.map(|(_, m)| m.clone()).unwrap_or_default()
        };
        let until = |m: &Metered, limit: u64, window| {
            let budget = Budget { limit, window };
            (limit > 0)
                .then(|| m.meter.check(budget, 1, now).err())
                .flatten()
        };
        let total = |name, limit| {
            let metered = found(&own, name);
            Total {
                name,
                used: metered.meter.used(DAY, now),
                limit,
                until: until(&metered, limit, DAY),
            }
        };
        let mut totals = vec![total("sms", b.sms), total("mail", b.mail)];
        if b.money.0 > 0 || !b.prices.is_empty() {
            totals.insert(1, total("money", b.money.0));
        }
        let country = |(name, metered): &(String, Metered)| {
            let code = name.strip_prefix("sms ")?;
            Some(Country {
                code: code.to_owned(),
                sent: metered.meter.used(HOUR, now),
                proved: found(&own, &format!("proved {code}")).meter.used(HOUR, now),
                until: until(metered, b.country_sms, HOUR),
                stopped_at: metered.stopped_at,
            })
        };
        let mut countries: Vec<_> = own.iter().filter_map(country).collect();
        countries.retain(|c| c.sent > 0 || c.proved > 0 || c.stopped_at.is_some());
        countries.sort_by_key(|c| (c.stopped_at.is_none(), std::cmp::Reverse(c.sent)));
        Ok(SendingLimits {
            totals,
            countries,
            install_sms_until: until(&found(&all, "sms"), b.install_sms, DAY),
            install_mail_until: until(&found(&all, "mail"), b.install_mail, DAY),
            blocked,
        })
    }

    /// Lets text messages go to a country again that was stopped; it is counted from the start.
    pub async fn restart_country(&self, ctx: &Ctx, me: &Principal, code: &str) -> Result<()> {
        let attempt = Attempt::new(ctx, me, Activity::CountryRestarted, On::Thing("country"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteDeliveries)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let (proved, sent) = (format!("proved {code}"), format!("sms {code}"));
            let mut metered = tx.lock_meter(Whose::Tenant, &proved, ctx.now).await?;
            if !tx.restart_meter(&sent).await? {
                return Err(Refusal::NotFound.into());
            }
            metered.meter.slots.clear();
            tx.save_meter(Whose::Tenant, &proved, &metered).await?;
            let draft = Draft::new(ctx, Activity::CountryRestarted, me.actor());
            self.record(&mut tx, draft.on("country", None, code))
                .await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }
}
