//! Model tests: whatever a client does, in whatever order, there is no new password without the policy's proofs.

use super::*;
use crate::challenge::{Answer, Challenge, Expected, Held, Presented, Purpose, Use};
use crate::ids::{ChallengeId, MethodId};
use crate::method::{Channel, Destination, Means, Origin};
use crate::phone::PhoneNumber;
use crate::policy::{Gates, Policy};
use crate::role::{Role, RoleSet};
use crate::text::UserPrincipalName;
use crate::time::minutes;
use crate::totp::Step;
use crate::user::Profile;
use proptest::prelude::*;
use uuid::Uuid;

const ME: u128 = 1;
const OTHER: u128 = 2;

/// Somebody who may reset.
pub(crate) fn model_user() -> User {
    user(ME)
}

fn user(id: u128) -> User {
    User {
        id: UserId(Uuid::from_u128(id)),
        tenant: TenantId(Uuid::nil()),
        directory: None,
        upn: UserPrincipalName::parse("ada@contoso.example").unwrap(),
        profile: Profile::default(),
        enabled: true,
        held_at: None,
        must_change_password: false,
        password_changed_at: None,
        password_found_at: None,
        credential_epoch: 7,
        registration_confirmed_at: None,
        language: None,
        created_at: Timestamp(0),
        deleted_at: None,
    }
}

fn methods(of: u128) -> Vec<Method> {
    let method = |n: u128, kind, typed: &str| Method {
        id: MethodId(Uuid::from_u128(of * 100 + n)),
        user: UserId(Uuid::from_u128(of)),
        means: match kind {
            // Reading a number takes a thousand times as long as all the rest of a step.
            MethodKind::MobilePhone => {
                Means::Sent(Destination::Phone(PhoneNumber::stored(typed.to_owned())))
            }
            _ => Means::parse(kind, typed).unwrap(),
        },
        origin: Origin::User,
        created_at: Timestamp(0),
        last_used_at: None,
        confirmed: true,
    };
    vec![
        method(1, MethodKind::MobilePhone, "+4915112345678"),
        method(2, MethodKind::Email, "a@home.example"),
        method(3, MethodKind::MobilePhone, "+4915187654321"),
        method(4, MethodKind::Email, "b@home.example"),
        method(5, MethodKind::AuthenticatorApp, "Pixel"),
        method(6, MethodKind::AuthenticatorApp, "Tablet"),
        method(7, MethodKind::RecoveryCodes, ""),
        method(8, MethodKind::Passkey, "Laptop"),
    ]
}

/// How many methods a user has.
const METHODS: usize = 8;

fn reset(id: u128, of: Option<u128>) -> Reset {
    Reset {
        id: ResetId(Uuid::from_u128(id)),
        tenant: TenantId(Uuid::nil()),
        name_key: "ada@contoso.example".into(),
        user: of.map(|u| UserId(Uuid::from_u128(u))),
        goal: Goal::Reset,
        credential_epoch: 7,
        state: State::Open,
        started_at: Timestamp(0),
        expires_at: Timestamp(0) + minutes(15),
        proofs: Vec::new(),
    }
}

/// Answers, rightly, a code of `method` that was asked for inside `within`, and gives it to whatever reset asks.
fn prove(within: &Reset, of: u128, method: usize, purpose: Purpose) -> Option<Proof> {
    let method = methods(of).swap_remove(method);
    let held = method.kind().carrier().is_none();
    let (expects, presented) = if held {
        let held = Held {
            method: Some(method.id),
            uses: Use::Step(Step(1)),
        };
        (Expected::Held, Presented::Held(Some(held)))
    } else {
        (Expected::Sent([1; 32]), Presented::Sent([1; 32]))
    };
    let challenge = Challenge {
        id: ChallengeId(Uuid::nil()),
        purpose,
        owner: within.id.0,
        user: Some(method.user),
        // Of several apps, any may answer.
        method: (!held).then_some(method.id),
        kind: method.kind(),
        by: method.kind().carrier(),
        means: None,
        expects,
        issued_at: Timestamp(0),
        expires_at: Timestamp(0) + minutes(5),
        wrong: 0,
        spent: false,
    };
    match challenge.answer(purpose, within.id.0, &presented, Timestamp(1)) {
        Answer::Right(answered) => answered.into_proof(),
        _ => None,
    }
}

/// What a client can try, in two tabs (two resets) at once.
#[derive(Debug, Clone)]
enum Act {
    /// Answer a code of method `m` of user `of`, sent in tab `sent_in`, and hand it in at tab `used_in`.
    Prove {
        of: u128,
        m: usize,
        sent_in: usize,
        used_in: usize,
        purpose: Purpose,
    },
    /// An administrator removes a method.
    RemoveMethod(usize),
    /// Somebody puts another in the place of a method, with the password alone: it waits.
    Replace(usize),
    /// The password changes by another way.
    PasswordChanges,
    /// An administrator blocks the account.
    Block,
    /// The user becomes an administrator: two gates from now on.
    Promote,
    /// Time passes.
    Wait(u64),
}

fn step() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => (prop_oneof![Just(ME), Just(OTHER)], 0..METHODS, 0..2usize, 0..2usize,
              prop_oneof![4 => Just(Purpose::Reset), 1 => Just(Purpose::Register), 1 => Just(Purpose::StepUp)])
            .prop_map(|(of, m, sent_in, used_in, purpose)| Act::Prove { of, m, sent_in, used_in, purpose }),
        1 => (0..METHODS).prop_map(Act::RemoveMethod),
        1 => (0..METHODS).prop_map(Act::Replace),
        1 => Just(Act::PasswordChanges),
        1 => Just(Act::Block),
        1 => Just(Act::Promote),
        1 => (0..9u64).prop_map(Act::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    // case: ST-01, ST-02, ST-03, ST-04, ST-05, ST-06, ST-07, ST-10, S01, S02, S03, S09
    #[test]
    fn st_01_no_order_of_steps_reaches_a_new_password_without_the_proofs(
        two in any::<bool>(),
        mail_alone in any::<bool>(),
        steps in prop::collection::vec(step(), 0..14),
    ) {
        let gates = if two { Gates::Two } else { Gates::One };
        let methods_on_offer = MethodKind::ALL.into_iter().map(crate::policy::KindCode).collect();
        let policy = Policy { gates, mail_alone, methods: methods_on_offer, ..Policy::default() };
        let mut tabs = [reset(10, Some(ME)), reset(11, Some(ME))];
        let (mut account, mut mine, mut roles) = (user(ME), methods(ME), RoleSet::default());
        let mut now = Timestamp(1);
        // The oracle: what has honestly been proved in each tab, kept without looking at the machine under test.
        let mut honest: [Vec<usize>; 2] = [Vec::new(), Vec::new()];

        for step in steps {
            match step {
                Act::Prove { of, m, sent_in, used_in, purpose } => {
                    if let Some(proof) = prove(&tabs[sent_in], of, m, purpose)
                        && let Ok(next) = tabs[used_in].clone().accept(proof, now)
                        {
                            tabs[used_in] = next;
                            prop_assert!(of == ME && sent_in == used_in && purpose == Purpose::Reset);
                            honest[used_in].push(m);
                        }
                }
                Act::RemoveMethod(m) => mine.retain(|x| x.id != methods(ME)[m].id),
                Act::Replace(m) => {
                    for method in mine.iter_mut().filter(|x| x.id == methods(ME)[m].id) {
                        method.created_at = now;
                        method.confirmed = false;
                    }
                }
                Act::PasswordChanges => account.credential_epoch += 1,
                Act::Block => account.enabled = false,
                Act::Promote => roles = [Role::ReportsReader].into_iter().collect(),
                Act::Wait(n) => now = now + minutes(n),
            }
            let rules = Effective::of(&policy, &roles, &|_| false);
            for (tab, proved) in tabs.iter().zip(&honest) {
                // Nothing of it waits for as short as a reset lasts.
                let ripe = |x: &&Method| x.confirmed;
                let standing: Vec<_> = proved.iter().filter(|m| mine.iter().filter(ripe).any(|x| x.id == methods(ME)[**m].id)).collect();
                let through = |c: Channel| standing.iter().any(|m| methods(ME)[**m].kind().channel() == c);
                let channels = [Channel::Key, Channel::App, Channel::Phone, Channel::Mailbox, Channel::Saved].into_iter().filter(|c| through(*c)).count();
                let has_app = mine.iter().filter(ripe).any(|m| matches!(m.kind(), MethodKind::Passkey | MethodKind::AuthenticatorApp));
                let mail_only = channels == 1 && through(Channel::Mailbox);
                let enough = if two || !roles.is_empty() {
                    channels >= 2
                } else {
                    channels >= 1 && !(mail_only && has_app && !mail_alone)
                };
                let allowed = enough && account.enabled && account.credential_epoch == 7 && now < tab.expires_at;
                prop_assert_eq!(tab.verified(&account, &rules, &mine, now).is_ok(), allowed);
                prop_assert!(tab.verified(&user(OTHER), &rules, &methods(OTHER), now).is_err());
            }
        }
    }

    #[test]
    fn a_reset_of_nobody_never_takes_a_proof(m in 0..METHODS) {
        let nobody = reset(10, None);
        let proof = prove(&nobody, ME, m, Purpose::Reset).unwrap();
        prop_assert_eq!(nobody.accept(proof, Timestamp(1)).unwrap_err(), Stop::WrongProof);
    }
}

// case: TR-16
#[test]
fn tr_16_a_completed_reset_takes_nothing_more() {
    let done = Reset {
        state: State::Completed,
        ..reset(10, Some(ME))
    };
    let proof = prove(&done, ME, 0, Purpose::Reset).unwrap();
    assert_eq!(
        done.clone().accept(proof, Timestamp(1)).unwrap_err(),
        Stop::Void
    );
    assert_eq!(
        done.verified(
            &user(ME),
            &Effective::administrator(),
            &methods(ME),
            Timestamp(1)
        )
        .unwrap_err(),
        Stop::Void
    );
}

// case: ST-05, S09
#[test]
fn st_05_what_was_proved_leaves_only_other_channels_to_choose() {
    use MethodKind::{AuthenticatorApp, Email, MobilePhone, Passkey, RecoveryCodes};
    let mine = methods(ME);
    for (proved, left) in [
        (
            0,
            vec![
                Email,
                Email,
                AuthenticatorApp,
                AuthenticatorApp,
                RecoveryCodes,
                Passkey,
            ],
        ),
        (
            4,
            vec![
                MobilePhone,
                Email,
                MobilePhone,
                Email,
                RecoveryCodes,
                Passkey,
            ],
        ),
    ] {
        let first = reset(10, Some(ME));
        let proof = prove(&first, ME, proved, Purpose::Reset).unwrap();
        let second = first.accept(proof, Timestamp(1)).unwrap();
        let choices = second.choices(&Effective::administrator(), &mine, Timestamp(1));
        let kinds: Vec<_> = choices.iter().map(|m| m.kind()).collect();
        assert_eq!(kinds, left);
    }
}

fn endings() -> Vec<Ending> {
    let denied = crate::writeback::Denial::ALL.iter().map(|why| {
        Ending::Denied(crate::writeback::Denied {
            why: *why,
            code: None,
            rules: None,
            set_at: None,
        })
    });
    denied
        .chain([Ending::Done, Ending::Unreachable, Ending::Unknown])
        .collect()
}

// case: S75, WB-02
#[test]
fn s75_a_pending_reset_is_completed_by_done_and_by_nothing_else() {
    let (this, other) = (
        OperationId(Uuid::from_u128(1)),
        OperationId(Uuid::from_u128(2)),
    );
    for ending in endings() {
        let after = State::Pending(this).settled(this, &ending);
        assert_eq!(
            after == Some(State::Completed),
            ending == Ending::Done,
            "{ending:?}"
        );
        assert_eq!(State::Pending(other).settled(this, &ending), None);
        for settled in [State::Open, State::Completed, State::Void] {
            assert_eq!(settled.settled(this, &ending), None, "told twice");
        }
    }
    let back = State::Pending(this).settled(this, &Ending::Unreachable);
    assert_eq!(back, Some(State::Open), "the same proof again");
}

// case: TR-16, ST-02
#[test]
fn tr_16_a_pending_reset_takes_neither_proofs_nor_a_second_password() {
    let open = reset(10, Some(ME));
    let proof = prove(&open, ME, 0, Purpose::Reset).unwrap();
    let pending = Reset {
        state: State::Pending(OperationId(Uuid::nil())),
        ..open
    };
    assert_eq!(
        pending.clone().accept(proof, Timestamp(1)).unwrap_err(),
        Stop::Pending
    );
    let rules = Effective::of_everybody(&Policy::default());
    let again = pending.verified(&user(ME), &rules, &methods(ME), Timestamp(1));
    assert_eq!(again.unwrap_err(), Stop::Pending);
}
