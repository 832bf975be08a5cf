//! Groups, what is in them, and who they switch reset on for.

use crate::bed::{Bed, NOW, uuid};
use keyward_core::by_group::Reach;
use keyward_core::group::Group;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::method::MethodKind;
use keyward_core::policy::{KindCode, Policy, Scope};
use keyward_core::text::fold;
use keyward_store::group::Member;
use keyward_store::user::After;

async fn put(bed: &Bed, group: &Group, member: Member) -> bool {
    bed.write(async |tx| tx.add_member(group.id, member).await)
        .await
}

async fn select(bed: &Bed, groups: &[&Group]) {
    let version = bed.read(async |tx| tx.policy().await).await.version;
    let policy = Policy {
        scope: Scope::Selected(groups.iter().map(|g| g.id).collect()),
        ..Policy::default()
    };
    assert!(
        bed.write(async |tx| tx.set_policy(&policy, version, NOW, "test").await)
            .await
    );
}

async fn in_scope(bed: &Bed, user: UserId) -> bool {
    !bed.read(async |tx| tx.policy_groups_of(user).await)
        .await
        .is_empty()
}

on_both! {
    a_group_comes_back_as_stored, |bed| {
        let mut group = Group {
            id: GroupId(uuid()),
            tenant: bed.tenant,
            directory: None,
            name: "Größe".into(),
            description: Some("Those who are tall".into()),
            created_at: NOW,
        };
        bed.write(async |tx| tx.insert_group(&group).await).await;
        let found = bed.read(async |tx| tx.group(group.id).await).await.unwrap();
        assert_eq!(format!("{found:?}"), format!("{group:?}"));
        assert!(bed.write(async |tx| tx.update_group(group.id, "Small", None).await).await);
        group.name = "Small".into();
        group.description = None;
        let found = bed.read(async |tx| tx.group(group.id).await).await.unwrap();
        assert_eq!(format!("{found:?}"), format!("{group:?}"));
        assert!(!bed.write(async |tx| tx.update_group(GroupId(uuid()), "x", None).await).await);
    }

    a_name_is_taken_once_without_regard_to_case, |bed| {
        let (sales, _) = (bed.add_group("Sales").await, bed.add_group("Support").await);
        bed.other_tenant().await.add_group("sales").await;
        let error = bed.refused(async |tx| tx.update_group(sales.id, "SUPPORT", None).await).await;
        assert!(error.is_conflict());
        let twin = Group { id: GroupId(uuid()), name: "sALES".into(), ..sales };
        assert!(bed.refused(async |tx| tx.insert_group(&twin).await).await.is_conflict());
    }

    groups_are_listed_by_page_and_prefix, |bed| {
        for name in ["Übung", "beta", "Alpha", "a_b", "a%b", "axb"] {
            bed.add_group(name).await;
        }
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            let page = bed.read(async |tx| tx.groups("", after.as_ref(), 2).await).await;
            let Some(last) = page.last() else { break };
            after = Some(After { key: fold(&last.group.name), id: last.group.id.0 });
            names.extend(page.into_iter().map(|l| l.group.name));
        }
        assert_eq!(names, ["a%b", "a_b", "Alpha", "axb", "beta", "Übung"]);
        let list = async |prefix: &str| -> Vec<String> {
            let page = bed.read(async |tx| tx.groups(prefix, None, 9).await).await;
            page.into_iter().map(|l| l.group.name).collect()
        };
        assert_eq!(list("a_").await, ["a_b"]);
        assert_eq!(list("a%").await, ["a%b"]);
        assert_eq!(list("ü").await, ["Übung"]);
    }

    members_are_counted_as_they_are_listed, |bed| {
        let (outer, inner) = (bed.add_group("outer").await, bed.add_group("inner").await);
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        assert!(put(&bed, &outer, Member::User(ben.id)).await);
        assert!(put(&bed, &outer, Member::User(ada.id)).await);
        assert!(put(&bed, &outer, Member::Group(inner.id)).await);
        assert!(!put(&bed, &outer, Member::User(ada.id)).await);
        let listed = bed.read(async |tx| tx.members(outer.id, "", None, 9).await).await;
        let names: Vec<_> = listed.iter().map(|l| (l.name.as_str(), l.upn.as_deref())).collect();
        let wanted = [("inner", None), ("ada", Some("ada@contoso.example")), ("ben", Some("ben@contoso.example"))];
        assert_eq!(names, wanted);
        assert_eq!(listed[0].member, Member::Group(inner.id));
        assert_eq!(bed.read(async |tx| tx.members(outer.id, "b", None, 9).await).await.len(), 1);
        assert_eq!(bed.read(async |tx| tx.members(outer.id, "", None, 2).await).await.len(), 2);
        assert_eq!(bed.read(async |tx| tx.count_members(outer.id).await).await, 3);

        bed.write(async |tx| tx.delete_user(ada.id, NOW).await).await;
        assert_eq!(bed.read(async |tx| tx.members(outer.id, "", None, 9).await).await.len(), 2);
        assert_eq!(bed.read(async |tx| tx.count_members(outer.id).await).await, 2);
        let page = bed.read(async |tx| tx.groups("outer", None, 9).await).await;
        assert_eq!((page[0].members, page[0].in_scope), (2, false));

        assert!(bed.write(async |tx| tx.remove_member(outer.id, Member::User(ben.id)).await).await);
        assert!(!bed.write(async |tx| tx.remove_member(outer.id, Member::User(ben.id)).await).await);
        assert!(!put(&bed, &outer, Member::User(UserId(uuid()))).await, "nobody");
        assert!(!put(&bed, &outer, Member::Group(GroupId(uuid()))).await, "no group");
    }

    the_groups_of_a_user_are_the_direct_ones, |bed| {
        let (zeta, alpha) = (bed.add_group("Zeta").await, bed.add_group("Alpha").await);
        let ada = bed.add_user("ada").await;
        put(&bed, &zeta, Member::User(ada.id)).await;
        put(&bed, &alpha, Member::Group(zeta.id)).await;
        let names = async || -> Vec<String> {
            let groups = bed.read(async |tx| tx.groups_of(ada.id).await).await;
            groups.into_iter().map(|g| g.name).collect()
        };
        assert_eq!(names().await, ["Zeta"]);
        put(&bed, &alpha, Member::User(ada.id)).await;
        assert_eq!(names().await, ["Alpha", "Zeta"]);
    }

    members_are_paged_and_found_by_any_of_their_names, |bed| {
        let group = bed.add_group("all").await;
        for name in ["Zeta", "Übung", "alpha"] {
            put(&bed, &group, Member::Group(bed.add_group(name).await.id)).await;
        }
        for (name, surname, upn) in [("Ada", "Lovelace", "countess"), ("Übel", "Ast", "x1"), ("zoe", "Übel", "x2"), ("Ada", "Other", "x3")] {
            let mut user = crate::bed::user(bed.tenant, upn);
            user.profile.display_name = name.into();
            user.profile.surname = Some(surname.into());
            bed.write(async |tx| tx.insert_user(&user).await).await;
            put(&bed, &group, Member::User(user.id)).await;
        }
        let walk = async |prefix: &str, limit: i64| -> Vec<String> {
            let (mut names, mut after) = (Vec::new(), None::<After>);
            loop {
                let page = bed.read(async |tx| tx.members(group.id, prefix, after.as_ref(), limit).await).await;
                let Some(last) = page.last() else { return names };
                let id = match last.member { Member::User(u) => u.0, Member::Group(g) => g.0 };
                after = Some(After { key: last.key.clone(), id });
                names.extend(page.into_iter().map(|l| l.name));
                assert!(names.len() < 20, "pages that never end");
            }
        };
        for limit in [1, 2, 99] {
            assert_eq!(walk("", limit).await, ["alpha", "Zeta", "Übung", "Ada", "Ada", "zoe", "Übel"]);
        }
        assert_eq!(walk("count", 9).await, ["Ada"]);
        assert_eq!(walk("love", 9).await, ["Ada"]);
        assert_eq!(walk(&fold("Ü"), 9).await, ["Übung", "zoe", "Übel"]);
    }

    scope_reaches_through_all_levels_and_cycles_end, |bed| {
        let mut groups = Vec::new();
        for i in 0..25 {
            groups.push(bed.add_group(&format!("level {i}")).await);
        }
        for pair in groups.windows(2) {
            put(&bed, &pair[0], Member::Group(pair[1].id)).await;
        }
        put(&bed, &groups[24], Member::Group(groups[0].id)).await;
        let aside = bed.add_group("aside").await;
        let (deep, out) = (bed.add_user("deep").await, bed.add_user("out").await);
        put(&bed, &groups[24], Member::User(deep.id)).await;
        put(&bed, &aside, Member::User(out.id)).await;
        assert!(!in_scope(&bed, deep.id).await);
        select(&bed, &[&groups[0]]).await;
        assert!(in_scope(&bed, deep.id).await);
        assert!(!in_scope(&bed, out.id).await);
        let contains = async |outer: &Group, inner: &Group| {
            bed.read(async |tx| tx.contains_group(outer.id, inner.id).await).await
        };
        assert!(contains(&groups[0], &groups[24]).await);
        assert!(contains(&groups[24], &groups[23]).await);
        assert!(contains(&aside, &aside).await);
        assert!(!contains(&aside, &groups[0]).await);
        bed.write(async |tx| tx.remove_member(groups[11].id, Member::Group(groups[12].id)).await).await;
        assert!(!in_scope(&bed, deep.id).await);
    }

    a_group_that_the_policy_uses_is_not_deleted, |bed| {
        let (used, outer) = (bed.add_group("used").await, bed.add_group("outer").await);
        put(&bed, &outer, Member::Group(used.id)).await;
        select(&bed, &[&used]).await;
        let inner = bed.add_group("inner").await;
        put(&bed, &used, Member::Group(inner.id)).await;
        put(&bed, &inner, Member::Group(used.id)).await;
        let above = async |group: &Group| -> Vec<String> {
            let found = bed.read(async |tx| tx.scope_groups_above(group.id).await).await;
            found.into_iter().map(|g| g.name).collect()
        };
        assert_eq!(above(&used).await, ["used"]);
        assert_eq!(above(&inner).await, ["used"], "over a level, and round a cycle");
        assert!(above(&outer).await.is_empty());
        assert!(bed.read(async |tx| tx.groups("inner", None, 9).await).await[0].in_scope);
        assert!(!bed.read(async |tx| tx.groups("outer", None, 9).await).await[0].in_scope);
        assert!(bed.read(async |tx| tx.groups("used", None, 9).await).await[0].in_scope);
        bed.refused(async |tx| tx.delete_group(used.id).await).await;
        assert_eq!(bed.read(async |tx| tx.count_members(outer.id).await).await, 1);

        select(&bed, &[]).await;
        assert!(bed.write(async |tx| tx.delete_group(used.id).await).await);
        assert!(!bed.write(async |tx| tx.delete_group(used.id).await).await);
        assert_eq!(bed.read(async |tx| tx.count_members(outer.id).await).await, 0);
    }

    a_group_that_policies_or_methods_name_is_not_deleted, |bed| {
        let (ruled, outer, inner) = (bed.add_group("ruled").await, bed.add_group("outer").await, bed.add_group("inner").await);
        put(&bed, &outer, Member::Group(ruled.id)).await;
        put(&bed, &ruled, Member::Group(inner.id)).await;
        put(&bed, &inner, Member::Group(ruled.id)).await;
        let (deep, out) = (bed.add_user("deep").await, bed.add_user("out").await);
        put(&bed, &inner, Member::User(deep.id)).await;
        put(&bed, &outer, Member::User(out.id)).await;
        let set = async |reach: Reach| {
            let version = bed.read(async |tx| tx.policy().await).await.version;
            let policy = Policy { reach: [(KindCode(MethodKind::Email), reach)].into(), ..Policy::default() };
            bed.write(async |tx| tx.set_policy(&policy, version, NOW, "x").await).await;
            assert_eq!(bed.read(async |tx| tx.policy().await).await.policy, policy);
        };
        for reach in [
            Reach { included: Some([ruled.id].into()), excluded: [].into() },
            Reach { included: None, excluded: [ruled.id].into() },
        ] {
            set(reach).await;
            let above = async |group: &Group| bed.read(async |tx| tx.policy_groups_above(group.id).await).await;
            assert_eq!(above(&ruled).await, [ruled.id].into());
            assert_eq!(above(&inner).await, [ruled.id].into(), "over a level, and round a cycle");
            assert!(above(&outer).await.is_empty());
            let of = async |user: UserId| bed.read(async |tx| tx.policy_groups_of(user).await).await;
            assert_eq!(of(deep.id).await, [ruled.id].into());
            assert!(of(out.id).await.is_empty());
            bed.refused(async |tx| tx.delete_group(ruled.id).await).await;
        }
        set(Reach::default()).await;
        assert!(bed.write(async |tx| tx.delete_group(ruled.id).await).await);
    }

    owners_are_users, |bed| {
        let group = bed.add_group("g").await;
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        assert!(bed.write(async |tx| tx.add_owner(group.id, ben.id).await).await);
        assert!(bed.write(async |tx| tx.add_owner(group.id, ada.id).await).await);
        assert!(!bed.write(async |tx| tx.add_owner(group.id, ada.id).await).await);
        let owners = bed.read(async |tx| tx.owners(group.id).await).await;
        assert_eq!(owners.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["ada", "ben"]);
        assert_eq!(owners[0].member, Member::User(ada.id));
        bed.write(async |tx| tx.delete_user(ada.id, NOW).await).await;
        assert_eq!(bed.read(async |tx| tx.owners(group.id).await).await.len(), 1);
        assert!(bed.write(async |tx| tx.remove_owner(group.id, ben.id).await).await);
        assert!(!bed.write(async |tx| tx.remove_owner(group.id, ben.id).await).await);
        bed.refused(async |tx| tx.add_owner(group.id, UserId(uuid())).await).await;
    }
}
