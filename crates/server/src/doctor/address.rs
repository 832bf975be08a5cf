//! The public URL, opened as a browser would: name, certificate, proxy and server in one.

use super::Finding;
use super::clock::Others;
use crate::config::Config;
use crate::rootkey::RootKey;
use crate::{database, sms, tls};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use keyward_app::entropy::{Entropy, SystemEntropy};
use reqwest::Response;
use reqwest::header::{DATE, HeaderMap};
use std::time::Duration;

/// What is known when it was opened.
pub struct Answer {
    /// How it is.
    pub finding: Finding,
    /// What the clock of the server or proxy there says.
    pub clock: Others,
}

impl Answer {
    fn without_clock(finding: Finding) -> Self {
        Self {
            finding,
            clock: Vec::new(),
        }
    }
}

const PART: &str = "public URL";

/// Opens it, and asks what only a server with our root key can answer.
pub async fn public_url(config: &Config, key: Option<&RootKey>) -> Answer {
    tls::install_provider();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build();
    let public = &config.public_url;
    let url = format!("{public}/healthz");
    let question = (&SystemEntropy as &dyn Entropy).token();
    let answer = match client {
        Ok(client) => client.get(format!("{url}?prove={question}")).send().await,
        Err(error) => Err(error),
    };
    let error = match answer {
        Ok(answer) => {
            let clock = date(answer.headers(), public.host());
            let clock = clock.into_iter().collect();
            let finding = judge(&answer, &url, key, &question);
            return Answer { finding, clock };
        }
        Err(error) => error.without_url(),
    };
    let text = format!("{public} can't be reached: {}", sms::root_cause(&error));
    Answer::without_clock(if database::is_to_be_made(config) && error.is_connect() {
        Finding::warning(
            PART,
            text,
            "nothing serves yet; run `keyward doctor` again beside `keyward serve`",
        )
    } else if error.is_connect() {
        let fix = "is `keyward serve` running, does the name lead here, is the certificate right?";
        Finding::bad(PART, text, fix)
    } else {
        Finding::bad(PART, text, "look at the reverse proxy's own log")
    })
}

fn judge(answer: &Response, url: &str, key: Option<&RootKey>, question: &str) -> Finding {
    if !answer.status().is_success() {
        return Finding::bad(
            PART,
            format!("{url} answers {}", answer.status().as_u16()),
            "let the reverse proxy hand every path on to Keyward unchanged",
        );
    }
    let place = url.trim_end_matches("/healthz");
    let Some(key) = key else {
        let fix =
            "make the root key readable first; only with it can the server prove that it is ours";
        return Finding::warning(PART, format!("{place} answers"), fix);
    };
    let expected = key.keys(0).instance_proof(question);
    match answer.headers().get("keyward-proof") {
        Some(proof) if proof.as_bytes() == expected.as_bytes() => {
            Finding::good(PART, format!("{place} leads to this Keyward"))
        }
        Some(_) => Finding::bad(
            PART,
            format!("{place} leads to a Keyward with another root key"),
            "let name and reverse proxy lead to this installation, or give every node the same root key",
        ),
        None => Finding::bad(
            PART,
            format!("{place} answers, but it is not Keyward that does"),
            "let name and reverse proxy lead here, and hand query and headers on unchanged",
        ),
    }
}

fn date(headers: &HeaderMap, host: &str) -> Option<(String, Timestamp, Timestamp)> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let theirs = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some((host.to_owned(), theirs, Timestamp::now()))
}
