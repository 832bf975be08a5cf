//! The certificate that Keyward serves itself, or what is known of the proxy that serves one.

use super::Finding;
use crate::config::{Config, Tls};
use crate::tls;
use rustls::client::verify_server_cert_signed_by_trust_anchor as verify;
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use std::time::Duration;

const PART: &str = "TLS";

/// A certificate that ends sooner should have been renewed: those of Let's Encrypt are, thirty days before.
const SOON: Duration = Duration::from_hours(14 * 24);

/// Looks at files, dates and name.
#[must_use]
pub fn certificate(config: &Config) -> Finding {
    match (&config.tls, config.public_url.is_https()) {
        (Some(files), _) => served(files, config.public_url.host()),
        (None, true) if config.trusted_proxies.is_empty() => Finding::warning(
            PART,
            "is left to a reverse proxy, whose address counts as everybody's",
            "set trusted_proxies to where the proxy connects from",
        ),
        (None, true) => Finding::good(PART, "is left to the reverse proxy"),
        (None, false) => {
            let fix =
                "fine on this machine; for others set tls.certificate, or use a reverse proxy";
            Finding::warning(PART, "is not used: the public URL is plain http", fix)
        }
    }
}

fn served(files: &Tls, host: &str) -> Finding {
    if let Err(complaint) = tls::Certificate::load(files) {
        return Finding::bad(PART, complaint.what, complaint.fix);
    }
    let chain = match tls::chain(files) {
        Ok(chain) => chain,
        Err(complaint) => return Finding::bad(PART, complaint.what, complaint.fix),
    };
    let Some((Ok(certificate), name)) = chain.first().map(|first| {
        (
            ParsedCertificate::try_from(first),
            ServerName::try_from(host.trim_matches(['[', ']'])),
        )
    }) else {
        let fix = "give the certificate that the authority issued, in PEM";
        return Finding::bad(PART, "the certificate can't be read", fix);
    };
    if !name.is_ok_and(|name| verify_server_name(&certificate, &name).is_ok()) {
        return Finding::bad(
            PART,
            format!("the certificate is not for {host}"),
            "get one for the host of public_url, or correct public_url",
        );
    }
    let now = UnixTime::now();
    let soon = UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()) + SOON);
    match (
        dates(&certificate, &chain, now),
        dates(&certificate, &chain, soon),
    ) {
        (Dates::Over, _) => Finding::bad(
            PART,
            "the certificate has expired",
            "renew it; Keyward takes the new files within seconds",
        ),
        (Dates::NotYet, _) => Finding::bad(
            PART,
            "the certificate is not valid yet",
            "is the clock of this machine right?",
        ),
        (Dates::Good, Dates::Over) => Finding::warning(
            PART,
            format!("the certificate for {host} expires within 14 days"),
            "renew it, and see that it is renewed by itself",
        ),
        (Dates::Good, _) => Finding::good(
            PART,
            format!("certificate and key fit together, for {host}, and for more than 14 days"),
        ),
    }
}

enum Dates {
    Good,
    Over,
    NotYet,
}

/// Without any authority every chain ends in "unknown issuer", and the dates of the first certificate are judged before
/// that. Whether browsers trust it is seen where the public URL is opened.
fn dates(certificate: &ParsedCertificate<'_>, chain: &[CertificateDer<'_>], at: UnixTime) -> Dates {
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let nobody = RootCertStore::empty();
    let rest = chain.get(1..).unwrap_or_default();
    match verify(certificate, &nobody, rest, at, algorithms.all) {
        Err(Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        )) => Dates::Over,
        Err(Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        )) => Dates::NotYet,
        _ => Dates::Good,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;
    use keyward_testbed::tls::{Certificate, TestCa};

    fn examined(certificate: &Certificate, host: &str) -> (Verdict, String) {
        let dir = tempfile::tempdir().unwrap();
        let (certificate, key) = certificate.write(dir.path());
        let finding = served(&Tls { certificate, key }, host);
        (finding.verdict, finding.text)
    }

    #[test]
    fn a_certificate_that_browsers_would_refuse_is_bad() {
        let ca = TestCa::new();
        let host = "reset.example.org";
        let (verdict, text) = examined(&ca.issue(&[host]), host);
        assert_eq!(verdict, Verdict::Good, "{text}");
        let (verdict, text) = examined(&ca.issue(&["*.example.org"]), host);
        assert_eq!(verdict, Verdict::Good, "{text}");
        let (verdict, text) = examined(&ca.expired(&[host]), host);
        assert!(
            verdict == Verdict::Bad && text.contains("has expired"),
            "{text}"
        );
        let (verdict, text) = examined(&ca.issue(&["other.example.org"]), host);
        assert!(
            verdict == Verdict::Bad && text.contains("not for reset"),
            "{text}"
        );
        let mut mixed = ca.issue(&[host]);
        mixed.key_pem = ca.issue(&[host]).key_pem;
        let (verdict, text) = examined(&mixed, host);
        assert_eq!(verdict, Verdict::Bad, "{text}");
    }
}
