//! `keyward doctor`.

use super::terminal::{Terminal, Tone, line};
use super::{Context, small_runtime};
use crate::cli::Json;
use crate::complaint::Complaints;
use crate::config::{Config, Environment};
use crate::doctor::{self, Finding, Verdict};
use crate::rootkey::RootKey;
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(context: Context, options: &Json) -> Result<ExitCode, Complaints> {
    let terminal = context.terminal;
    let (config, environment) = context.config()?;
    let findings = small_runtime()?.block_on(examine(config, environment));
    if options.json {
        line(&json!(findings).to_string());
    } else {
        for finding in &findings {
            print(terminal, finding);
        }
    }
    let bad = findings
        .iter()
        .any(|finding| finding.verdict == Verdict::Bad);
    Ok(if bad {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

async fn examine(config: Config, environment: Environment) -> Vec<Finding> {
    let mut findings = vec![Finding::good("settings", "can be used")];
    findings.extend(doctor::files(&config, &environment));
    findings.extend(doctor::database(&config).await);
    let key = RootKey::load(&config, &environment).ok().flatten();
    let answer = doctor::public_url(&config, key.as_ref()).await;
    let mut clocks = doctor::server_time(&config).await;
    clocks.extend(answer.clock);
    findings.push(doctor::clock(&clocks));
    findings.push(doctor::certificate(&config));
    findings.push(doctor::breached_passwords(&config));
    findings.push(answer.finding);
    findings.push(doctor::mail(config.smtp).await);
    findings.push(doctor::text_messages(config.sms).await);
    findings.extend(doctor::calls(config.voice).await);
    findings
}

fn print(terminal: Terminal, finding: &Finding) {
    let (tone, word) = match finding.verdict {
        Verdict::Good => (Tone::Good, "good"),
        Verdict::Warning => (Tone::Warning, "look"),
        Verdict::Bad => (Tone::Bad, "bad "),
    };
    line(&format!(
        "{}  {:<15} {}",
        terminal.tone(tone, word),
        finding.part,
        finding.text
    ));
    if let Some(fix) = &finding.fix {
        line(&format!(
            "{:22}{}",
            "",
            terminal.tone(Tone::Quiet, &format!("→ {fix}"))
        ));
    }
}
