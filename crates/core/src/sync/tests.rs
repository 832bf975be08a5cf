//! What may never happen, whatever comes.

use super::*;
use crate::text::UserPrincipalName;
use proptest::prelude::*;

fn user(n: u8) -> UserId {
    UserId(Uuid::from_u128(u128::from(n) + 1000))
}

fn anchor(n: u8) -> Uuid {
    Uuid::from_u128(u128::from(n))
}

fn upn(name: &str) -> UserPrincipalName {
    UserPrincipalName::parse(&format!("{name}@contoso.example")).unwrap()
}

fn record(n: u8, name: &str) -> Record {
    Record {
        anchor: anchor(n),
        sid: Some(format!("S-1-5-21-{n}")),
        upn: Some(upn(name)),
        mail_key: None,
        enabled: true,
    }
}

fn known(n: u8, name: &str) -> Known {
    Known {
        user: user(n),
        upn_key: upn(name).key(),
        mail_key: None,
        sid: Some(format!("S-1-5-21-{n}")),
        deleted: false,
        current: false,
        last_administrator: false,
    }
}

fn book(known: &[(u8, Known)], cloud: &[(&str, Holder)]) -> Book {
    let mut book = Book {
        domains: ["contoso.example".to_owned()].into(),
        ..Book::default()
    };
    for (n, k) in known {
        if !k.deleted {
            let holder = Holder {
                user: k.user,
                anchored: true,
                administrator: false,
            };
            book.upns.insert(k.upn_key.clone(), holder);
        }
        book.known.insert(anchor(*n), k.clone());
    }
    for (name, holder) in cloud {
        book.upns.insert(upn(name).key(), *holder);
    }
    book
}

fn cloud(n: u8, administrator: bool) -> Holder {
    Holder {
        user: user(n),
        anchored: false,
        administrator,
    }
}

fn of(plan: &Plan) -> Vec<(Action, Vec<Trouble>)> {
    let steps = plan.steps.iter();
    steps.map(|s| (s.action, s.troubles.clone())).collect()
}

#[test]
fn new_known_and_unchanged() {
    let mut same = known(2, "bob");
    same.current = true;
    let book = book(&[(1, known(1, "ada")), (2, same)], &[]);
    let records = [record(1, "countess"), record(2, "bob"), record(3, "eve")];
    let plan = plan(&records, &book);
    let wanted = [Action::Update(user(1)), Action::Unchanged, Action::Add];
    assert_eq!(of(&plan), wanted.map(|a| (a, vec![])));
    assert!(plan.parked.is_empty());
}

// case: AG-16
#[test]
fn ag_16_two_people_swap_their_names_and_three_pass_them_on() {
    let all = [
        (1, known(1, "ada")),
        (2, known(2, "bob")),
        (3, known(3, "eve")),
    ];
    let book = book(&all, &[]);
    let swap = plan(&[record(1, "bob"), record(2, "ada")], &book);
    assert!(
        swap.steps
            .iter()
            .all(|s| s.take_upn && s.troubles.is_empty())
    );
    assert_eq!(swap.parked.len(), 2);
    let ring = plan(
        &[record(1, "bob"), record(2, "eve"), record(3, "ada")],
        &book,
    );
    assert!(
        ring.steps
            .iter()
            .all(|s| s.take_upn && s.troubles.is_empty())
    );
    // The ring breaks where a name outside of the organisation's domains comes in: nobody moves into a taken name.
    let mut broken = [record(1, "bob"), record(2, "eve"), record(3, "ada")];
    broken[2].upn = Some(UserPrincipalName::parse("ada@elsewhere.example").unwrap());
    let broken = plan(&broken, &book);
    assert!(broken.steps.iter().all(|s| !s.take_upn));
    assert_eq!(broken.steps[2].troubles, [Trouble::UnknownDomain]);
    assert_eq!(broken.steps[0].troubles, [Trouble::DuplicateUpn]);
}

#[test]
fn a_soft_match_is_never_onto_an_administrator_nor_onto_somebody_elses() {
    let held = book(
        &[(7, known(7, "ada"))],
        &[("bob", cloud(8, true)), ("eve", cloud(9, false))],
    );
    let records = [
        record(1, "ada"),
        record(2, "bob"),
        record(3, "eve"),
        record(4, "eve"),
    ];
    let wanted = [
        (Action::Refuse, vec![Trouble::DuplicateUpn]),
        (Action::Refuse, vec![Trouble::AdminRole]),
        (Action::Join(user(9)), vec![]),
        (Action::Refuse, vec![Trouble::DuplicateUpn]),
    ];
    assert_eq!(of(&plan(&records, &held)), wanted);
    // By the mailbox: one of the cloud, or nobody.
    let mut by_mail = book(&[], &[("bob", cloud(8, false))]);
    by_mail
        .mails
        .insert("m@contoso.example".into(), vec![cloud(9, false)]);
    let mut ada = record(1, "ada");
    ada.mail_key = Some("m@contoso.example".into());
    let matched = plan(std::slice::from_ref(&ada), &by_mail);
    assert_eq!(of(&matched), [(Action::Join(user(9)), vec![])]);
    ada.upn = Some(upn("bob"));
    let both = plan(std::slice::from_ref(&ada), &by_mail);
    assert_eq!(of(&both), [(Action::Refuse, vec![Trouble::AmbiguousMatch])]);
}

// case: AG-16
#[test]
fn ag_16_a_source_anchor_that_is_used_again_gives_nobody_an_account() {
    let live = book(&[(1, known(1, "ada"))], &[]);
    let mut other = record(1, "mallory");
    other.sid = Some("S-1-5-21-99".into());
    assert_eq!(
        of(&plan(std::slice::from_ref(&other), &live)),
        [(Action::Refuse, vec![Trouble::AnchorReused])]
    );
    let mut gone = known(1, "ada");
    gone.deleted = true;
    let gone = book(&[(1, gone)], &[]);
    assert_eq!(
        of(&plan(std::slice::from_ref(&other), &gone)),
        [(Action::Replace(user(1)), vec![])]
    );
    assert_eq!(
        of(&plan(&[record(1, "ada")], &gone)),
        [(Action::Restore(user(1)), vec![])]
    );
    let twice = plan(
        &[record(5, "ada"), {
            let mut r = other;
            r.anchor = anchor(5);
            r
        }],
        &book(&[], &[]),
    );
    assert_eq!(
        of(&twice)[1],
        (Action::Refuse, vec![Trouble::DuplicateAnchor])
    );
}

#[test]
fn an_anchor_that_was_changed_makes_nobody_else() {
    let mut book = book(&[(1, known(1, "ada"))], &[]);
    book.sids.insert("S-1-5-21-1".into(), anchor(1));
    let mut ada = record(7, "ada");
    ada.sid = Some("S-1-5-21-1".into());
    assert_eq!(
        of(&plan(std::slice::from_ref(&ada), &book)),
        [(Action::Refuse, vec![Trouble::AnchorChanged])]
    );
    // Put back.
    ada.anchor = anchor(1);
    assert_eq!(
        of(&plan(&[ada], &book)),
        [(Action::Update(user(1)), vec![])]
    );
}

#[test]
fn somebody_moves_to_another_directory_when_the_old_one_has_them_no_longer() {
    let with = |left, administrator| {
        let mut book = book(&[], &[]);
        let elsewhere = Elsewhere {
            user: user(4),
            left,
            administrator,
        };
        book.elsewhere.insert(anchor(1), elsewhere);
        of(&plan(&[record(1, "ada")], &book)).remove(0)
    };
    let refused = |trouble| (Action::Refuse, vec![trouble]);
    assert_eq!(with(true, false), (Action::Move(user(4)), vec![]));
    assert_eq!(with(false, false), refused(Trouble::AnchorElsewhere));
    assert_eq!(with(false, true), refused(Trouble::AnchorElsewhere));
    // Whoever runs a domain doesn't come by somebody else's role.
    assert_eq!(with(true, true), refused(Trouble::AdminRole));
}

#[test]
fn somebody_whose_name_is_refused_is_disabled_all_the_same() {
    let book = book(&[(1, known(1, "ada")), (2, known(2, "bob"))], &[]);
    let mut ada = record(1, "bob");
    ada.enabled = false;
    let plan = plan(&[ada], &book);
    assert_eq!(plan.steps[0].action, Action::Update(user(1)));
    assert!(!plan.steps[0].enabled && !plan.steps[0].take_upn);
}

#[test]
fn the_last_global_administrator_stays_enabled() {
    let mut last = known(1, "ada");
    last.last_administrator = true;
    let book = book(&[(1, last)], &[]);
    let mut ada = record(1, "ada");
    ada.enabled = false;
    let plan = plan(&[ada], &book);
    assert!(plan.steps[0].enabled);
    assert_eq!(plan.steps[0].troubles, [Trouble::LastAdministrator]);
}

#[test]
fn codes_are_one_to_one() {
    for trouble in Trouble::ALL {
        assert_eq!(Trouble::from_code(trouble.code()), Some(*trouble));
    }
}

const NAMES: [&str; 6] = ["ada", "bob", "eve", "kim", "lee", "max"];

/// A small world in which names are scarce: who is there, and what a batch says.
fn world() -> impl Strategy<Value = (Book, Vec<Record>)> {
    let people = prop::collection::vec((0..3_u8, any::<bool>()), NAMES.len());
    let batch = prop::collection::vec(
        (0..8_u8, 0..NAMES.len(), 0..4_u8, 0..4_usize, any::<bool>()),
        0..8,
    );
    (people, batch).prop_map(|(people, batch)| {
        let (mut anchored, mut others) = (Vec::new(), Vec::new());
        for (n, (kind, flag)) in people.into_iter().enumerate() {
            let (n, name) = (n as u8, NAMES[n]);
            match kind {
                0 => {}
                1 => anchored.push((
                    n,
                    Known {
                        deleted: flag,
                        ..known(n, name)
                    },
                )),
                _ => others.push((name, cloud(n, flag))),
            }
        }
        let mut book = book(&anchored, &others);
        for (n, name) in NAMES.into_iter().enumerate() {
            if let Some(holder) = book.upns.get(&upn(name).key()).copied() {
                book.mails
                    .insert(format!("{}@x.example", n % 3), vec![holder]);
            }
        }
        // One whom another directory has no longer, one whom it has, one who governs.
        for (n, left, administrator) in [(5, true, true), (6, true, false), (7, false, false)] {
            let elsewhere = Elsewhere {
                user: user(n + 50),
                left,
                administrator,
            };
            book.elsewhere.insert(anchor(n), elsewhere);
        }
        let records = batch
            .into_iter()
            .map(|(n, name, sid, mail, enabled)| Record {
                anchor: anchor(n),
                sid: Some(format!("S-1-5-21-{}", if sid == 0 { 99 } else { n })),
                upn: match mail {
                    3 => UserPrincipalName::parse("x@elsewhere.example").ok(),
                    _ => Some(upn(NAMES[name])),
                },
                mail_key: (mail > 0).then(|| format!("{mail}@x.example")),
                enabled,
            });
        (book, records.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_plan_gives_two_people_one_name((book, records) in world()) {
        let plan = plan(&records, &book);
        // Everybody as they are, then as the plan has it.
        let mut names: HashMap<UserId, String> = book.upns.iter().map(|(k, h)| (h.user, k.clone())).collect();
        for (at, step) in plan.steps.iter().enumerate() {
            let new = UserId(Uuid::from_u128(9000 + at as u128));
            let (who, brings) = match step.action {
                Action::Add | Action::Replace(_) => (new, true),
                Action::Join(user) | Action::Restore(user) | Action::Move(user) => (user, true),
                Action::Update(user) => (user, step.take_upn),
                Action::Unchanged | Action::Refuse => continue,
            };
            prop_assert!(brings == step.take_upn);
            if brings {
                names.insert(who, records[at].upn.as_ref().unwrap().key());
            }
        }
        let distinct: HashSet<_> = names.values().collect();
        prop_assert_eq!(distinct.len(), names.len());
    }

    #[test]
    fn no_plan_hands_an_account_to_a_stranger((book, records) in world()) {
        let plan = plan(&records, &book);
        let mut joined = HashSet::new();
        for (record, step) in records.iter().zip(&plan.steps) {
            match step.action {
                Action::Join(user) => {
                    let holder = book.upns.values().chain(book.mails.values().flatten()).find(|h| h.user == user).unwrap();
                    prop_assert!(!holder.anchored && !holder.administrator && joined.insert(user));
                    prop_assert!(!book.known.contains_key(&record.anchor));
                }
                Action::Update(user) | Action::Restore(user) => {
                    let known = &book.known[&record.anchor];
                    prop_assert!(known.user == user && known.sid == record.sid);
                }
                Action::Move(user) => {
                    let elsewhere = &book.elsewhere[&record.anchor];
                    prop_assert!(elsewhere.user == user && elsewhere.left && !elsewhere.administrator);
                    prop_assert!(!book.known.contains_key(&record.anchor) && joined.insert(user));
                }
                _ => {}
            }
            if step.take_upn {
                prop_assert!(book.domains.contains(&record.upn.as_ref().unwrap().domain()));
            }
            prop_assert!(step.action != Action::Refuse || !step.troubles.is_empty());
            // Blocked in the directory is blocked here, whatever else is wrong.
            prop_assert!(!step.enabled || record.enabled);
        }
    }

    #[test]
    fn what_is_parked_takes_a_name_of_the_batch((book, records) in world()) {
        let plan = plan(&records, &book);
        for user in &plan.parked {
            let moves = plan.steps.iter().any(|s| s.action == Action::Update(*user) && s.take_upn);
            prop_assert!(moves, "somebody would be left without a name");
        }
    }
}
