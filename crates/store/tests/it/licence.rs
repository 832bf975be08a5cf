//! Subscriptions and licences.

use crate::bed::{Bed, NOW, parallel, uuid};
use keyward_core::group::Group;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::licence::{DisabledPlans, Plan, Sku, Units};
use keyward_core::text::fold;
use keyward_store::group::Member;
use keyward_store::licence::Subscription;
use keyward_store::user::After;

async fn give(bed: &Bed, sku: Sku, to: Member) -> bool {
    let all = DisabledPlans::default();
    bed.write(async |tx| tx.give_licence(sku, to, &all).await)
        .await
}

async fn put(bed: &Bed, group: &Group, member: Member) {
    assert!(
        bed.write(async |tx| tx.add_member(group.id, member).await)
            .await
    );
}

async fn taken(bed: &Bed, sku: Sku) -> i64 {
    bed.read(async |tx| tx.units_taken(sku).await).await
}

async fn buy(bed: &Bed, sku: Sku, units: Option<i64>) {
    bed.write(async |tx| tx.add_subscription(sku, units, NOW).await)
        .await;
}

on_both! {
    a_second_subscription_of_a_product_adds_its_units, |bed| {
        buy(&bed, Sku::P1, Some(5)).await;
        buy(&bed, Sku::Complete, None).await;
        buy(&bed, Sku::P1, Some(7)).await;
        buy(&bed, Sku::Complete, None).await;
        let all = bed.read(async |tx| tx.subscriptions().await).await;
        let of = |sku, units| Subscription { sku, units, created_at: NOW };
        assert_eq!(all, [of(Sku::Complete, None), of(Sku::P1, Some(12))]);
        assert_eq!(bed.read(async |tx| tx.subscription(Sku::P2).await).await, None);
        assert_eq!(bed.read(async |tx| tx.units(Sku::P2).await).await, None);
        let units = bed.read(async |tx| tx.units(Sku::P1).await).await;
        assert_eq!(units, Some(Units { held: Some(12), taken: 0 }));
        assert!(bed.write(async |tx| tx.remove_subscription(Sku::P1).await).await);
        assert!(!bed.write(async |tx| tx.remove_subscription(Sku::P1).await).await);
        assert_eq!(bed.read(async |tx| tx.subscriptions().await).await.len(), 1);
    }

    a_user_counts_once_however_many_ways_a_licence_comes, |bed| {
        buy(&bed, Sku::P1, Some(5)).await;
        let (outer, inner) = (bed.add_group("outer").await, bed.add_group("inner").await);
        let (ada, ben, cy) = (bed.add_user("ada").await, bed.add_user("ben").await, bed.add_user("cy").await);
        put(&bed, &outer, Member::Group(inner.id)).await;
        put(&bed, &inner, Member::Group(outer.id)).await;
        put(&bed, &outer, Member::User(ada.id)).await;
        put(&bed, &inner, Member::User(ben.id)).await;
        assert_eq!(taken(&bed, Sku::P1).await, 0);
        assert!(give(&bed, Sku::P1, Member::Group(outer.id)).await);
        assert!(!give(&bed, Sku::P1, Member::Group(outer.id)).await);
        assert_eq!(taken(&bed, Sku::P1).await, 2, "over levels, and round a cycle");
        assert!(give(&bed, Sku::P1, Member::User(ada.id)).await);
        assert!(give(&bed, Sku::P1, Member::Group(inner.id)).await);
        assert!(give(&bed, Sku::P1, Member::User(cy.id)).await);
        assert_eq!(taken(&bed, Sku::P1).await, 3);
        // A change of the members counts at once; nothing was copied.
        bed.write(async |tx| tx.remove_member(inner.id, Member::User(ben.id)).await).await;
        assert_eq!(taken(&bed, Sku::P1).await, 2);
        bed.write(async |tx| tx.delete_user(cy.id, NOW).await).await;
        assert_eq!(taken(&bed, Sku::P1).await, 1);
        bed.write(async |tx| tx.delete_group(outer.id).await).await;
        bed.write(async |tx| tx.take_licence(Sku::P1, Member::User(ada.id)).await).await;
        assert_eq!(taken(&bed, Sku::P1).await, 0);
    }

    licences_of_a_user_say_where_they_come_from, |bed| {
        for sku in [Sku::P1, Sku::EmsE3, Sku::SuiteF1] {
            buy(&bed, sku, Some(9)).await;
        }
        let (outer, inner) = (bed.add_group("Outer").await, bed.add_group("inner").await);
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        put(&bed, &outer, Member::Group(inner.id)).await;
        put(&bed, &inner, Member::User(ada.id)).await;
        give(&bed, Sku::P1, Member::User(ada.id)).await;
        give(&bed, Sku::P1, Member::Group(outer.id)).await;
        give(&bed, Sku::P1, Member::Group(inner.id)).await;
        give(&bed, Sku::SuiteF1, Member::User(ben.id)).await;
        let without = DisabledPlans::of(Sku::EmsE3, [Plan::PasswordWriteback]);
        assert!(bed.write(async |tx| tx.give_licence(Sku::EmsE3, Member::Group(outer.id), &without).await).await);
        let of = async |user| bed.read(async |tx| tx.licences_of(user).await).await;
        let seen: Vec<_> = of(ada.id).await.into_iter()
            .map(|l| (l.sku, l.through.map(|(_, name)| name), l.disabled.to_string()))
            .collect();
        let row = |sku, name: Option<&str>, disabled: &str| (sku, name.map(str::to_owned), disabled.to_owned());
        assert_eq!(seen, [
            row(Sku::EmsE3, Some("Outer"), "password-writeback"),
            row(Sku::P1, None, ""),
            row(Sku::P1, Some("inner"), ""),
            row(Sku::P1, Some("Outer"), ""),
        ]);
        assert_eq!(of(ben.id).await.len(), 1);
        assert!(of(UserId(uuid())).await.is_empty());
        let above = async |group| bed.read(async |tx| tx.licences_above(group).await).await;
        assert_eq!(above(inner.id).await, [Sku::EmsE3, Sku::P1]);
        assert_eq!(above(outer.id).await, [Sku::EmsE3, Sku::P1]);
        assert!(above(bed.add_group("aside").await.id).await.is_empty());
        // Given again with all plans: the row changes.
        assert!(give(&bed, Sku::EmsE3, Member::Group(outer.id)).await);
        assert!(of(ada.id).await[0].disabled.is_empty());
        // The subscription goes with all that was given of it.
        bed.write(async |tx| tx.remove_subscription(Sku::P1).await).await;
        assert_eq!(of(ada.id).await.len(), 1);
        assert!(bed.read(async |tx| tx.group_is_licensed(outer.id).await).await);
        assert!(!bed.read(async |tx| tx.group_is_licensed(inner.id).await).await);
    }

    assignments_are_paged_and_found_by_any_of_their_names, |bed| {
        buy(&bed, Sku::P1, Some(9)).await;
        buy(&bed, Sku::P2, Some(9)).await;
        for name in ["Zeta", "alpha"] {
            give(&bed, Sku::P1, Member::Group(bed.add_group(name).await.id)).await;
        }
        for (name, surname, upn) in [("Ada", "Lovelace", "countess"), ("Übel", "Ast", "x1"), ("Ada", "Other", "x3")] {
            let mut user = crate::bed::user(bed.tenant, upn);
            user.profile.display_name = name.into();
            user.profile.surname = Some(surname.into());
            bed.write(async |tx| tx.insert_user(&user).await).await;
            give(&bed, Sku::P1, Member::User(user.id)).await;
        }
        let gone = bed.add_user("gone").await;
        give(&bed, Sku::P1, Member::User(gone.id)).await;
        bed.write(async |tx| tx.delete_user(gone.id, NOW).await).await;
        give(&bed, Sku::P2, Member::User(bed.add_user("elsewhere").await.id)).await;
        let walk = async |prefix: &str, limit: i64| -> Vec<String> {
            let (mut names, mut after) = (Vec::new(), None::<After>);
            loop {
                let page = bed.read(async |tx| tx.assignments(Sku::P1, prefix, after.as_ref(), limit).await).await;
                let Some(last) = page.last() else { return names };
                let id = match last.to { Member::User(u) => u.0, Member::Group(g) => g.0 };
                after = Some(After { key: last.key.clone(), id });
                names.extend(page.into_iter().map(|l| l.name));
                assert!(names.len() < 20, "pages that never end");
            }
        };
        for limit in [1, 2, 99] {
            assert_eq!(walk("", limit).await, ["alpha", "Zeta", "Ada", "Ada", "Übel"]);
        }
        assert_eq!(walk("count", 9).await, ["Ada"]);
        assert_eq!(walk("love", 9).await, ["Ada"]);
        assert_eq!(walk(&fold("Ü"), 9).await, ["Übel"]);
        assert_eq!(walk("z", 9).await, ["Zeta"]);
    }

    nobody_and_nothing_gets_no_licence, |bed| {
        let ada = bed.add_user("ada").await;
        let all = DisabledPlans::default();
        bed.refused(async |tx| tx.give_licence(Sku::P1, Member::User(ada.id), &all).await).await;
        buy(&bed, Sku::P1, Some(9)).await;
        for to in [Member::User(UserId(uuid())), Member::Group(GroupId(uuid()))] {
            bed.refused(async |tx| tx.give_licence(Sku::P1, to, &all).await).await;
        }
        assert!(!bed.write(async |tx| tx.take_licence(Sku::P1, Member::User(ada.id)).await).await);
        give(&bed, Sku::P1, Member::User(ada.id)).await;
        bed.write(async |tx| tx.delete_user(ada.id, NOW).await).await;
        bed.write(async |tx| tx.purge_users(NOW).await).await;
        assert!(bed.read(async |tx| tx.licences_of(ada.id).await).await.is_empty());
    }

    of_two_who_give_the_last_licence_one_sees_the_other, |bed| {
        buy(&bed, Sku::P1, Some(1)).await;
        for round in 0..6 {
            let people = [bed.add_user(&format!("a{round}")).await.id, bed.add_user(&format!("b{round}")).await.id];
            let given = parallel(2, |i| {
                let bed = bed.clone();
                async move {
                    let mut tx = bed.db.write(bed.tenant).await.unwrap();
                    tx.lock_subscription(Sku::P1).await.unwrap();
                    let all = DisabledPlans::default();
                    assert!(tx.give_licence(Sku::P1, Member::User(people[i]), &all).await.unwrap());
                    let suffice = tx.units(Sku::P1).await.unwrap().unwrap().suffice().is_ok();
                    if suffice {
                        tx.commit().await.unwrap();
                    }
                    suffice
                }
            })
            .await;
            assert_eq!(given.iter().filter(|g| **g).count(), 1);
            for person in people {
                bed.write(async |tx| tx.take_licence(Sku::P1, Member::User(person)).await).await;
            }
        }
    }
}
