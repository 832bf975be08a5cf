//! `keyward-connect enrol`

use super::{Done, config, print, print_json_line, small_runtime};
use crate::cli::{Cli, Enrol};
use crate::complaint::{Complaint, Complaints};
use crate::enrol::{self, Enrolment, Pending};
use crate::keys::Keys;
use crate::link::{Client, Failure};
use crate::{private, status};
use keyward_wire::enrol::EnrolState;
use serde::Serialize;
use std::process::ExitCode;

/// What an administrator needs, for programs.
#[derive(Serialize)]
struct Asked<'a> {
    verification_url: &'a str,
    user_code: &'a str,
    fingerprint: &'a str,
    expires_in_s: u32,
}

/// What came of it, for programs.
#[derive(Serialize)]
struct LetIn<'a> {
    tenant: &'a str,
    approved_by: &'a str,
}

pub(super) fn run(cli: &Cli, options: &Enrol) -> Done {
    let config = config(&cli.config)?;
    private::prepare(&cli.state)?;
    let place = || cli.state.display().to_string();
    if let (Some(enrolment), false) = (Enrolment::load(&cli.state)?, options.again) {
        return Err(Complaint::new(
            format!(
                "this agent was let in already, at {}",
                enrolment.approval.tenant_name
            ),
            place(),
            "start it with `keyward-connect run`; `enrol --again` asks anew",
        )
        .into());
    }
    if status::is_running(&cli.state) {
        let fix = "stop it first (systemctl stop keyward-connect)";
        return Err(Complaint::new("the agent runs", place(), fix).into());
    }
    let keys = Keys::load_or_make(&cli.state)?;
    let client = Client::new(&config.service)?;
    let url = &config.service.url;
    let failed = |failure: Failure| failure.complaint(url);
    let state = small_runtime()?.block_on(async {
        let named = enrol::named(&config.directories).await;
        let pending = enrol::begin(&client, &keys, named).await.map_err(failed)?;
        show(&pending, options.json)?;
        enrol::wait(&client, &pending).await.map_err(failed)
    })?;
    let refused = |what: &str, fix: &str| -> Complaints { Complaint::new(what, url, fix).into() };
    match state {
        EnrolState::Approved(approval) => {
            let (tenant, by) = (approval.tenant_name.clone(), approval.approved_by.clone());
            let service = url.clone();
            Enrolment { service, approval }.keep(&cli.state)?;
            if options.json {
                print_json_line(&LetIn {
                    tenant: &tenant,
                    approved_by: &by,
                })?;
            } else {
                print(&format!(
                    "Let in at {tenant} by {by}. Next: keyward-connect doctor\n"
                ));
            }
            Ok(ExitCode::SUCCESS)
        }
        EnrolState::Refused => Err(refused(
            "an administrator refused this agent",
            "ask who did it, and why; then run `keyward-connect enrol` again",
        )),
        EnrolState::Expired | EnrolState::Waiting => Err(refused(
            "nobody approved in time, and the code is worth nothing any more",
            "run `keyward-connect enrol` again when an administrator is at hand",
        )),
    }
}

fn show(pending: &Pending, json: bool) -> Result<(), Complaint> {
    let (started, fingerprint) = (&pending.started, &pending.fingerprint);
    if json {
        return print_json_line(&Asked {
            verification_url: &started.verification_url,
            user_code: &started.user_code,
            fingerprint,
            expires_in_s: started.expires_in_s,
        });
    }
    print(&format!(
        "An administrator opens   {}\nand types the code       {}\nThe page must show       {fingerprint}\n\nWaiting for approval, for {} minutes at most …\n",
        started.verification_url,
        started.user_code,
        started.expires_in_s.div_ceil(60)
    ));
    Ok(())
}
