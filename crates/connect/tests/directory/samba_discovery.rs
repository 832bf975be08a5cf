//! Domain controllers that are found through DNS: Samba's own.

use super::settings_of;
use keyward_connect::directory::{Directory, Discovery, Error, open};
use keyward_testbed::ldap::Person;
use keyward_testbed::samba::{DOMAIN, Samba, SambaOptions};
use keyward_wire::outcome::Outcome;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

/// Nobody listens on an address of loopback that nobody took.
const NOBODY: Ipv4Addr = Ipv4Addr::new(127, 255, 77, 1);

fn with_dns() -> Samba {
    Samba::start_with(&SambaOptions {
        dns: true,
        ..SambaOptions::default()
    })
}

/// The directory of the service account, found through DNS by these name servers.
fn found_by(samba: &Samba, nameservers: Vec<String>) -> Arc<dyn Directory> {
    let mut settings = settings_of(samba, samba.service());
    settings.servers.clear();
    settings.connect_timeout = Duration::from_secs(5);
    settings.discovery = Some(Discovery {
        domain: DOMAIN.to_owned(),
        nameservers,
        hosts: Vec::new(),
    });
    open(settings).unwrap()
}

fn found(samba: &Samba) -> Arc<dyn Directory> {
    found_by(samba, vec![samba.address().to_string()])
}

#[tokio::test]
async fn a_controller_is_found_and_one_that_is_away_is_looked_past() {
    let samba = with_dns();
    let ada = samba.user(&Person::new("ada").password("Some-Passw0rd1"));
    let directory = found(&samba);
    assert_eq!(
        directory.identify().await.unwrap().server,
        "dc1.corp.example.test"
    );

    // The preferred one is away, one has no address at all: the next is used, for users' passwords too.
    samba.dns_address("dc2", NOBODY);
    samba.dns_controllers(&[
        ("dc2.corp.example.test", 0, 100),
        ("dc3.corp.example.test", 5, 0),
        ("dc1.corp.example.test", 10, 100),
    ]);
    let directory = found(&samba);
    assert_eq!(
        directory.identify().await.unwrap().server,
        "dc1.corp.example.test"
    );
    let anchor = super::anchor_of(&directory, &ada.login).await;
    let right = directory.verify(Some(anchor), "Some-Passw0rd1").await;
    assert_eq!(right, Outcome::Done);

    // All are away, and one returns.
    samba.stop();
    let away = directory.identify().await;
    assert!(matches!(away, Err(Error::Unreachable(_))), "{away:?}");
    samba.start_again();
    directory.identify().await.unwrap();

    // A name server that is away is looked past too, and where none answers it says who was asked for.
    let both = vec![NOBODY.to_string(), samba.address().to_string()];
    found_by(&samba, both).identify().await.unwrap();
    let none = found_by(&samba, vec![NOBODY.to_string()]).identify().await;
    let told = none.unwrap_err().to_string();
    assert!(told.contains("_ldap._tcp.corp.example.test"), "{told}");
}

// case: AD-04
#[tokio::test]
async fn who_forges_an_answer_of_dns_leads_to_nobody() {
    let samba = with_dns();
    // A server that is trusted, and under a name for which it has no certificate.
    samba.dns_address("dc2", samba.address());
    samba.dns_controllers(&[("dc2.corp.example.test", 0, 100)]);
    let refused = found(&samba).identify().await;
    assert!(matches!(refused, Err(Error::Certificate(_))), "{refused:?}");

    // With a certificate, and outside of the domain: it isn't even asked.
    samba.dns_controllers(&[("localhost", 0, 100)]);
    let told = found(&samba).identify().await.unwrap_err().to_string();
    assert!(told.contains("localhost outside of it"), "{told}");

    // Beside a right one it is passed over.
    samba.dns_controllers(&[("localhost", 0, 100), ("dc1.corp.example.test", 9, 1)]);
    found(&samba).identify().await.unwrap();
}
