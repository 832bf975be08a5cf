//! What keys, digests and tokens promise.

use super::*;
use crate::entropy::SystemEntropy;

fn keys(epoch: u64) -> Keys {
    Keys::new(&Zeroizing::new([7; 32]), epoch)
}

// case: DB-05
#[test]
fn db_05_a_sealed_value_opens_only_in_its_own_row_tenant_and_purpose() {
    let (a, b) = (
        TenantId(uuid::Uuid::from_u128(1)),
        TenantId(uuid::Uuid::from_u128(2)),
    );
    let sealed = keys(0)
        .seal(Purpose::Verifier, a, b"row 1", b"secret", &SystemEntropy)
        .unwrap();
    assert_eq!(
        keys(0)
            .open(Purpose::Verifier, a, b"row 1", &sealed)
            .unwrap()
            .as_slice(),
        b"secret"
    );
    assert!(
        keys(0)
            .open(Purpose::Verifier, a, b"row 2", &sealed)
            .is_err()
    );
    assert!(
        keys(0)
            .open(Purpose::Verifier, b, b"row 1", &sealed)
            .is_err()
    );
    assert!(keys(0).open(Purpose::Job, a, b"row 1", &sealed).is_err());
    assert!(
        keys(0)
            .open(Purpose::Verifier, a, b"row 1", &sealed[..20])
            .is_err()
    );
}

// case: DB-05
#[test]
fn db_05_a_token_is_good_for_its_own_row_and_user_only() {
    let id = uuid::Uuid::from_u128;
    let bond = Bond {
        kind: "session",
        tenant: TenantId(id(1)),
        user: Some(UserId(id(2))),
        row: id(3),
    };
    let token = keys(0).bound_token(bond, &SystemEntropy);
    assert!(keys(0).is_bound(bond, &token));
    let others = [
        Bond {
            kind: "reset",
            ..bond
        },
        Bond {
            tenant: TenantId(id(9)),
            ..bond
        },
        Bond {
            user: Some(UserId(id(9))),
            ..bond
        },
        Bond { user: None, ..bond },
        Bond { row: id(9), ..bond },
    ];
    for other in others {
        assert!(!keys(0).is_bound(other, &token), "{other:?}");
    }
    for broken in ["", "x", "\u{e4}", &token[..RANDOM_CHARS], &token[1..]] {
        assert!(!keys(0).is_bound(bond, broken), "{broken}");
    }
}

// case: TR-19
#[test]
fn tr_19_a_new_epoch_forgets_every_token() {
    assert_ne!(
        keys(0).token_mac("session", "x"),
        keys(1).token_mac("session", "x")
    );
    assert_eq!(keys(0).csrf("x"), keys(1).csrf("x"));
}

#[test]
fn parts_can_not_be_shifted_into_each_other() {
    assert_ne!(
        keys(0).global_mac(Purpose::Counter, &[b"ab", b"c"]),
        keys(0).global_mac(Purpose::Counter, &[b"a", b"bc"])
    );
}

// case: K-03
#[test]
fn k_03_what_an_older_version_sealed_opens_and_what_a_newer_one_sealed_does_not_without_it() {
    let tenant = TenantId(uuid::Uuid::from_u128(1));
    let (old, new) = (keys(0), keys(0));
    let seal = |by: &Keys| by.seal(Purpose::Job, tenant, b"row", b"secret", &SystemEntropy);
    let before = seal(&new).unwrap();
    assert!(!new.seal_with(2));
    new.learn(2, &Zeroizing::new([8; 32]));
    assert!(new.seal_with(2));
    let after = seal(&new).unwrap();
    assert_eq!(
        (version_of(&before), version_of(&after)),
        (Some(1), Some(2))
    );
    for sealed in [&before, &after] {
        let opened = new.open(Purpose::Job, tenant, b"row", sealed).unwrap();
        assert_eq!(opened.as_slice(), b"secret");
    }
    assert!(old.open(Purpose::Job, tenant, b"row", &after).is_err());
    // The version is no free choice of whoever writes to the database.
    let mut forged = after.clone();
    forged[0] = 1;
    assert!(new.open(Purpose::Job, tenant, b"row", &forged).is_err());
    // Digests, and what agents have pinned, stay.
    assert_eq!(old.token_mac("session", "t"), new.token_mac("session", "t"));
    let canary = new.canary(&SystemEntropy).unwrap();
    assert!(old.opens_canary(&canary));
    old.learn(2, &Zeroizing::new([7; 32]));
    assert!(old.open(Purpose::Job, tenant, b"row", &after).is_err());
}
