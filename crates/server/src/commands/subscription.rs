//! `keyward admin subscription …`: what an organisation holds.

use super::admin::{open, refuse};
use super::terminal::{Tone, confirm, line};
use super::{Context, small_runtime};
use crate::cli::{SubscriptionAdd, SubscriptionCommand, SubscriptionList, SubscriptionRemove};
use crate::complaint::{Complaint, Complaints};
use keyward_app::licences::Held;
use keyward_app::{App, Error};
use keyward_core::licence::Sku;
use keyward_core::refusal::Refusal;
use serde_json::{Value, json};
use std::process::ExitCode;

pub(super) fn run(context: Context, command: SubscriptionCommand) -> Result<ExitCode, Complaints> {
    match command {
        SubscriptionCommand::Add(options) => add(context, &options),
        SubscriptionCommand::List(options) => list(context, &options),
        SubscriptionCommand::Remove(options) => remove(context, &options),
    }
}

/// Does one thing with the application and closes the database.
fn with_app<T>(
    context: Context,
    act: impl AsyncFnOnce(&App) -> keyward_app::Result<T>,
) -> Result<T, Complaints> {
    let (config, environment) = context.config()?;
    let done = small_runtime()?.block_on(async {
        let app = open(&config, &environment).await?;
        let done = act(&app).await;
        app.db.close().await;
        done.map_err(|error| complain(&error))
    })?;
    Ok(done)
}

fn complain(error: &Error) -> Complaint {
    match error {
        Error::Refused(Refusal::NotFound) => Complaint::new(
            "the organization has no such subscription",
            "the command line",
            "`keyward admin subscription list` shows what it has",
        ),
        Error::Refused(Refusal::Fields(faults)) if faults.iter().any(|f| f.field == "units") => {
            Complaint::new(
                "a subscription is of so many licences, and COMPLETE of none: everybody has it",
                "--units",
                "give a number from 1 to 100000000 with --units; leave it out for COMPLETE",
            )
        }
        other => refuse(other),
    }
}

fn sku_of(text: &str) -> Result<Sku, Complaint> {
    Sku::parse(text).ok_or_else(|| {
        let all: Vec<_> = Sku::ALL.into_iter().map(Sku::part_number).collect();
        Complaint::new(
            format!("no product is called {text}"),
            "the command line",
            format!("give one of {}", all.join(", ")),
        )
    })
}

fn plans(sku: Sku) -> Vec<&'static str> {
    sku.plans().iter().map(|p| p.code()).collect()
}

fn as_json(held: &Held) -> Value {
    let sku = held.subscription.sku;
    json!({
        "skuPartNumber": sku.part_number(),
        "name": sku.name(),
        "units": held.units.held,
        "consumedUnits": held.units.taken,
        "servicePlans": plans(sku),
    })
}

/// `250 licences, 12 in use`.
fn counted(held: &Held) -> String {
    match held.units.held {
        None => "for everybody".to_owned(),
        Some(1) => format!("1 licence, {} in use", held.units.taken),
        Some(n) => format!("{n} licences, {} in use", held.units.taken),
    }
}

fn add(context: Context, options: &SubscriptionAdd) -> Result<ExitCode, Complaints> {
    let (terminal, sku) = (context.terminal, sku_of(&options.sku)?);
    let (tenant, units) = (options.tenant.as_deref(), options.units);
    let held = with_app(context, async |app| {
        app.add_subscription(tenant, sku, units).await
    })?;
    if options.json {
        line(&as_json(&held).to_string());
    } else {
        let good = terminal.tone(Tone::Good, "good:");
        line(&format!("{good} {}: {}", sku.name(), counted(&held)));
        line(&format!("      with {}", plans(sku).join(", ")));
    }
    Ok(ExitCode::SUCCESS)
}

fn list(context: Context, options: &SubscriptionList) -> Result<ExitCode, Complaints> {
    let tenant = options.tenant.as_deref();
    let all = with_app(context, async |app| app.list_subscriptions(tenant).await)?;
    if options.json {
        line(&Value::from(all.iter().map(as_json).collect::<Vec<_>>()).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    if all.is_empty() {
        line("no subscription");
    }
    for held in &all {
        let sku = held.subscription.sku;
        let (part, name) = (sku.part_number(), sku.name());
        line(&format!("{part:<18} {name:<34} {}", counted(held)));
    }
    let held = |sku: &Sku| all.iter().any(|h| h.subscription.sku == *sku);
    let others: Vec<_> = Sku::ALL.into_iter().filter(|s| !held(s)).collect();
    line("");
    line("can be added:");
    for sku in others {
        let (part, name) = (sku.part_number(), sku.name());
        line(&format!("{part:<18} {name:<34} {}", plans(sku).join(", ")));
    }
    Ok(ExitCode::SUCCESS)
}

fn remove(context: Context, options: &SubscriptionRemove) -> Result<ExitCode, Complaints> {
    let (terminal, sku) = (context.terminal, sku_of(&options.sku)?);
    let tenant = options.tenant.as_deref();
    let question = format!("Take {} from everybody who has it?", sku.name());
    if !options.yes && !confirm(&question)? {
        line("nothing was changed");
        return Ok(ExitCode::SUCCESS);
    }
    let held = with_app(context, async |app| {
        app.remove_subscription(tenant, sku).await
    })?;
    if options.json {
        line(&as_json(&held).to_string());
    } else {
        let good = terminal.tone(Tone::Good, "good:");
        let taken = held.units.taken;
        line(&format!(
            "{good} {} was removed; {taken} users had it",
            sku.name()
        ));
    }
    Ok(ExitCode::SUCCESS)
}
