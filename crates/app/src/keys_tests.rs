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
