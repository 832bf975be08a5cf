//! Where the service is, and being let in there.

use crate::enrol::Pending;
use crate::wizard::Wizard;
use crate::wizard::ask::{Asked, Question, Text, counted};
use std::path::PathBuf;

pub(in crate::wizard) fn page(wizard: &mut Wizard) -> Asked<()> {
    wizard.prompts.say(
        "An administrator (Global or Hybrid Identity) lets this agent in, in a browser, on any machine.\n\
         Nothing of that sign-in reaches this one.\n",
    );
    loop {
        ask(wizard)?;
        match wizard.connect()? {
            Ok(()) => return Ok(()),
            Err(complaint) => wizard.prompts.sorry(&complaint)?,
        }
    }
}

fn ask(wizard: &mut Wizard) -> Asked<()> {
    let service = &mut wizard.draft.service;
    let url = Text {
        label: "Address of the service",
        help: "As https://password.example.org",
        initial: service.url.clone(),
        optional: false,
    };
    let url = wizard.prompts.text(Question::Url, &url)?;
    url.trim_end_matches('/').clone_into(&mut service.url);
    let proxy = Text {
        label: "HTTP proxy on the way there",
        help: "As http://proxy.example.org:3128; empty: none",
        initial: service.proxy.clone().unwrap_or_default(),
        optional: true,
    };
    service.proxy = some(wizard.prompts.text(Question::Proxy, &proxy)?);
    let ca = Text {
        label: "File with the authority of its certificate",
        help: "PEM; empty: those that this system trusts",
        initial: shown_path(service.ca.as_ref()),
        optional: true,
    };
    service.ca = path(&wizard.prompts.text(Question::ServiceCa, &ca)?);
    Ok(())
}

/// Nothing written is nothing.
pub(super) fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// A path that stays the same wherever the agent is started.
pub(super) fn path(text: &str) -> Option<PathBuf> {
    let written = some(text.to_owned())?;
    Some(std::path::absolute(&written).unwrap_or_else(|_| written.into()))
}

pub(super) fn shown_path(path: Option<&PathBuf>) -> String {
    path.map(|path| path.display().to_string())
        .unwrap_or_default()
}

/// What the administrator needs.
pub(in crate::wizard) fn shown(pending: &Pending) -> String {
    format!(
        "\nAn administrator opens   {}\nand types the code       {}\nThe page must show       {}\n\n\
         Waiting for approval, for {} at most …",
        pending.started.verification_url,
        pending.started.user_code,
        pending.fingerprint,
        counted(pending.started.expires_in_s.div_ceil(60) as usize, "minute")
    )
}
