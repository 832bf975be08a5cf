//! Facts about users, against a recomputation that knows no SQL.

use crate::bed::{Bed, NOW};
use keyward_core::group::Group;
use keyward_core::method::Method;
use keyward_core::method::MethodKind::{Email, MobilePhone};
use keyward_core::role::Role;
use keyward_core::text::fold;
use keyward_core::time::{Timestamp, hours};
use keyward_core::user::User;
use keyward_store::group::Member;
use keyward_store::report::{Facts, Home, Question, Reported, Ripe};
use keyward_store::user::After;
use std::collections::{BTreeSet, HashMap};

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % sides
    }
}

struct World {
    users: Vec<(User, Facts)>,
    groups: Vec<Group>,
    /// Who is directly in which group, and which group lies directly in which.
    members: Vec<(usize, usize)>,
    inside: Vec<(usize, usize)>,
}

impl World {
    /// The users, by their place in the list, who are in one of these groups over any number of levels.
    fn members_of(&self, groups: &[usize]) -> BTreeSet<usize> {
        let mut reached: BTreeSet<usize> = groups.iter().copied().collect();
        for _ in 0..6 {
            let more = self
                .inside
                .iter()
                .filter(|(outer, _)| reached.contains(outer));
            reached.extend(more.map(|(_, inner)| *inner).collect::<Vec<_>>());
        }
        let members = self
            .members
            .iter()
            .filter(|(_, group)| reached.contains(group));
        members.map(|(user, _)| *user).collect()
    }
}

/// Two lengths of the quarantine, the second one changed.
const RIPE: [Ripe; 2] = [
    Ripe {
        users: Timestamp(NOW.0 - 24 * 3_600_000_000),
        administrators: Timestamp(NOW.0 - 48 * 3_600_000_000),
    },
    Ripe {
        users: NOW,
        administrators: Timestamp(NOW.0 - 24 * 3_600_000_000),
    },
];

/// Users with random facts in randomly nested groups.
async fn world(bed: &Bed, dice: &mut Dice) -> World {
    let mut groups: Vec<Group> = Vec::new();
    for i in 0..6 {
        groups.push(bed.add_group(&format!("g{i}")).await);
    }
    let mut inside: Vec<(usize, usize)> = Vec::new();
    for _ in 0..4 + dice.roll(5) {
        let pair = (dice.roll(6) as usize, dice.roll(6) as usize);
        let (outer, inner) = (groups[pair.0].id, Member::Group(groups[pair.1].id));
        bed.write(async |tx| tx.add_member(outer, inner).await)
            .await;
        inside.push(pair);
    }
    let (mut users, mut members) = (Vec::new(), Vec::new());
    for i in 0..40 {
        let user = bed.add_user(&format!("user{i}")).await;
        let mut facts = Facts {
            enabled: dice.roll(4) > 0,
            held: dice.roll(5) == 0,
            administrator: dice.roll(5) == 0,
            within: Vec::new(),
            home: Home::Here,
            kinds: Vec::new(),
            waiting: Vec::new(),
        };
        let id = user.id;
        for _ in 0..dice.roll(3) {
            let group = dice.roll(6) as usize;
            members.push((users.len(), group));
            bed.write(async |tx| tx.add_member(groups[group].id, Member::User(id)).await)
                .await;
        }
        let mut methods = Vec::new();
        if dice.roll(2) == 0 {
            methods.push(crate::bed::method(id, MobilePhone, "+49 1511 2345678"));
        }
        for n in 0..dice.roll(3) {
            methods.push(crate::bed::method(id, Email, &format!("{n}@x.example")));
        }
        for m in &mut methods {
            m.confirmed = dice.roll(3) == 0;
            m.created_at = NOW - hours(dice.roll(4) * 24);
            bed.write(async |tx| tx.insert_method(m).await).await;
        }
        facts.kinds = methods.iter().map(Method::kind).collect();
        facts.kinds.dedup();
        let waits = |kind, ripe: &Ripe| {
            let by = if facts.administrator {
                ripe.administrators
            } else {
                ripe.users
            };
            let mut of_kind = methods.iter().filter(|m| m.kind() == kind);
            of_kind.all(|m| !m.confirmed && m.created_at > by)
        };
        facts.waiting = RIPE
            .iter()
            .map(|ripe| {
                let kinds = facts.kinds.iter().copied();
                kinds.filter(|kind| waits(*kind, ripe)).collect()
            })
            .collect();
        let deleted = dice.roll(8) == 0;
        bed.write(async |tx| {
            tx.set_enabled(id, facts.enabled).await?;
            tx.set_held(id, facts.held.then_some(NOW)).await?;
            tx.confirm_registration(id, NOW).await?;
            if facts.administrator {
                tx.assign_role(id, Role::GlobalReader).await?;
                tx.assign_role(id, Role::HelpdeskAdministrator).await?;
            }
            if deleted {
                tx.delete_user(id, NOW).await?;
            }
            Ok(())
        })
        .await;
        if deleted {
            members.retain(|(user, _)| *user < users.len());
        } else {
            users.push((user, facts));
        }
    }
    World {
        users,
        groups,
        members,
        inside,
    }
}

async fn walk(bed: &Bed, question: &Question, classes: &[Facts], limit: i64) -> Vec<Reported> {
    let (mut all, mut after) = (Vec::new(), None::<After>);
    loop {
        let page = bed
            .read(async |tx| {
                tx.users_of_classes(question, classes, after.as_ref(), limit)
                    .await
            })
            .await;
        let Some(last) = page.last() else {
            return all;
        };
        after = Some(After {
            key: last.name_key.clone(),
            id: last.user.0,
        });
        all.extend(page);
        assert!(all.len() < 1000, "pages that never end");
    }
}

fn facts(administrator: bool, kinds: Vec<keyward_core::method::MethodKind>) -> Facts {
    Facts {
        enabled: true,
        held: false,
        administrator,
        within: Vec::new(),
        home: Home::Here,
        kinds,
        waiting: Vec::new(),
    }
}

on_both! {
    classes_are_what_a_naive_count_says, |bed| {
        let mut dice = Dice(42);
        for round in 0..5 {
            let bed = bed.other_tenant().await;
            let world = world(&bed, &mut dice).await;
            // No set in the first round, and one with no group in it now and then.
            let sets: Vec<Vec<usize>> =
                (0..round).map(|_| (0..6).filter(|_| dice.roll(3) == 0).collect()).collect();
            let question = Question {
                sets: sets.iter().map(|set| set.iter().map(|i| world.groups[*i].id).collect()).collect(),
                ripe: RIPE[..(round % 3)].to_vec(),
            };
            let members: Vec<_> = sets.iter().map(|set| world.members_of(set)).collect();
            let known = |i: usize| {
                let mut facts = world.users[i].1.clone();
                facts.within = members.iter().map(|m| m.contains(&i)).collect();
                facts.waiting.truncate(question.ripe.len());
                facts
            };
            let mut wanted: HashMap<Facts, i64> = HashMap::new();
            for i in 0..world.users.len() {
                *wanted.entry(known(i)).or_default() += 1;
            }
            let found = bed.read(async |tx| tx.classes(&question).await).await;
            assert_eq!(found.iter().cloned().collect::<HashMap<_, _>>(), wanted);
            assert_eq!(found.len(), wanted.len());

            let some: Vec<Facts> = wanted.keys().filter(|_| dice.roll(2) == 0).cloned().collect();
            let mut listed: Vec<_> = (0..world.users.len()).filter(|i| some.contains(&known(*i))).collect();
            listed.sort_by_key(|i| (fold(&world.users[*i].0.profile.display_name), world.users[*i].0.id));
            // The last is longer than what is looked for among the next in the order of names.
            for limit in [1, 7, 100, 6000] {
                let found = walk(&bed, &question, &some, limit).await;
                assert_eq!(
                    found.iter().map(|r| (r.user, r.facts.clone())).collect::<Vec<_>>(),
                    listed.iter().map(|i| (world.users[*i].0.id, known(*i))).collect::<Vec<_>>()
                );
                assert!(found.iter().all(|r| r.confirmed_at == Some(NOW) && r.name_key == fold(&r.name)));
            }
            assert_eq!(walk(&bed, &question, &[], 9).await.len(), 0);
        }
    }

    kinds_are_a_set_whatever_their_order, |bed| {
        let ada = bed.add_user("ada").await;
        bed.add_method(ada.id, Email, "a@x.example").await;
        bed.add_method(ada.id, MobilePhone, "+49 1511 2345678").await;
        for kinds in [vec![Email, MobilePhone], vec![MobilePhone, Email]] {
            let found = walk(&bed, &Question::default(), &[facts(false, kinds)], 9).await;
            assert_eq!((found.len(), found[0].upn.as_str()), (1, "ada@contoso.example"));
        }
    }

    the_few_among_many_are_found, |bed| {
        let admins: Vec<User> = (0..3).map(|i| crate::bed::user(bed.tenant, &format!("z{i}"))).collect();
        bed.write(async |tx| {
            for i in 0..5100 {
                tx.insert_user(&crate::bed::user(bed.tenant, &format!("u{i}"))).await?;
            }
            for admin in &admins {
                tx.insert_user(admin).await?;
                tx.assign_role(admin.id, Role::GlobalReader).await?;
            }
            Ok(())
        })
        .await;
        for limit in [1, 2, 9] {
            let found = walk(&bed, &Question::default(), &[facts(true, Vec::new())], limit).await;
            assert_eq!(found.iter().map(|r| r.user).collect::<Vec<_>>(), admins.iter().map(|a| a.id).collect::<Vec<_>>());
        }
    }
}
