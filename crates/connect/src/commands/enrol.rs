//! `keyward-connect enrol`

use super::{Done, config, print, small_runtime};
use crate::cli::{Cli, Enrol};
use crate::complaint::{Complaint, Complaints};
use crate::enrol::{self, Enrolment};
use crate::keys::Keys;
use crate::link::Client;
use crate::{private, status};
use keyward_wire::enrol::EnrolState;
use std::process::ExitCode;

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
    let state = small_runtime()?.block_on(async {
        let pending = enrol::begin(&client, &keys).await?;
        print(&format!(
            "An administrator opens   {}\nand types the code       {}\nThe page must show       {}\n\nWaiting for approval, for {} minutes at most …\n",
            pending.started.verification_url,
            pending.started.user_code,
            pending.fingerprint,
            pending.started.expires_in_s.div_ceil(60)
        ));
        enrol::wait(&client, &pending).await
    });
    let refused = |what: &str, fix: &str| -> Complaints { Complaint::new(what, url, fix).into() };
    match state.map_err(|failure| failure.complaint(url))? {
        EnrolState::Approved(approval) => {
            let said = format!(
                "Let in at {} by {}. Next: keyward-connect doctor\n",
                approval.tenant_name, approval.approved_by
            );
            let service = url.clone();
            Enrolment { service, approval }.keep(&cli.state)?;
            print(&said);
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
