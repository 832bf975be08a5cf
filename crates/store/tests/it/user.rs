//! One user at a time.

use crate::bed::{NOW, parallel, upn, user};
use keyward_core::time::{days, seconds};
use keyward_core::user::Profile;
use keyward_store::group::Member;

on_both! {
    a_user_comes_back_as_stored, |bed| {
        let mut ada = user(bed.tenant, "Ada.Lovelace");
        ada.profile = Profile {
            display_name: "Ada Lovelace — Größe".into(),
            given_name: Some("Ada".into()),
            surname: Some("Lovelace".into()),
            job_title: Some("Countess".into()),
            department: Some("Engines".into()),
            mail: Some("ada@contoso.example".into()),
            mobile_phone: Some("+44 7700 900000".into()),
            other_mail: Some("ada@home.example".into()),
            business_phone: Some("+44 7700 900001".into()),
        };
        ada.language = Some("de".into());
        ada.must_change_password = true;
        ada.enabled = false;
        bed.write(async |tx| tx.insert_user(&ada).await).await;
        let found = bed.read(async |tx| tx.user(ada.id).await).await.unwrap();
        assert_eq!(format!("{found:?}"), format!("{ada:?}"));
        let by_name = bed.read(async |tx| tx.user_by_upn("ada.lovelace@contoso.example").await).await;
        assert_eq!(by_name.unwrap().id, ada.id);
        assert!(bed.read(async |tx| tx.user_by_upn("Ada.Lovelace@contoso.example").await).await.is_none());
    }

    // case: ID-05
    id_05_a_name_is_taken_once_in_a_tenant, |bed| {
        let ada = bed.add_user("ada").await;
        let other = bed.other_tenant().await;
        let twin = other.add_user("ada").await;
        assert_ne!(ada.id, twin.id);
        let double = user(bed.tenant, "ADA");
        assert!(bed.refused(async |tx| tx.insert_user(&double).await).await.is_conflict());
        let ben = bed.add_user("ben").await;
        let renamed = async |tx: &mut keyward_store::Tx| tx.update_user(ben.id, &upn("Ada"), &ben.profile).await;
        assert!(bed.refused(renamed).await.is_conflict());
    }

    a_profile_is_replaced, |bed| {
        let ada = bed.add_user("ada").await;
        let profile = Profile { display_name: "Countess".into(), surname: Some("King".into()), ..Profile::default() };
        assert!(bed.write(async |tx| tx.update_user(ada.id, &upn("countess"), &profile).await).await);
        let found = bed.read(async |tx| tx.user_by_upn("countess@contoso.example").await).await.unwrap();
        assert_eq!(found.profile, profile);
        assert!(bed.read(async |tx| tx.user_by_upn("ada@contoso.example").await).await.is_none());
        bed.write(async |tx| tx.delete_user(ada.id, NOW).await).await;
        assert!(!bed.write(async |tx| tx.update_user(ada.id, &upn("ada"), &profile).await).await);
    }

    a_deleted_user_frees_the_name_and_comes_back_if_it_is_still_free, |bed| {
        let ada = bed.add_user("ada").await;
        assert_eq!(bed.read(async |tx| tx.count_users().await).await, 1);
        assert!(bed.write(async |tx| tx.delete_user(ada.id, NOW).await).await);
        assert!(!bed.write(async |tx| tx.delete_user(ada.id, NOW + days(1)).await).await);
        assert_eq!(bed.read(async |tx| tx.count_users().await).await, 0);
        assert!(bed.read(async |tx| tx.user_by_upn("ada@contoso.example").await).await.is_none());
        assert_eq!(bed.read(async |tx| tx.user(ada.id).await).await.unwrap().deleted_at, Some(NOW));

        let heir = bed.add_user("ada").await;
        let error = bed.refused(async |tx| tx.restore_user(ada.id, NOW - days(30)).await).await;
        assert!(error.is_conflict());
        bed.write(async |tx| tx.update_user(heir.id, &upn("heir"), &heir.profile).await).await;
        assert!(!bed.write(async |tx| tx.restore_user(ada.id, NOW).await).await, "too late");
        assert!(bed.write(async |tx| tx.restore_user(ada.id, NOW - days(30)).await).await);
        assert!(!bed.write(async |tx| tx.restore_user(ada.id, NOW - days(30)).await).await);
        assert_eq!(bed.read(async |tx| tx.user_by_upn("ada@contoso.example").await).await.unwrap().id, ada.id);
    }

    a_purge_takes_those_whose_time_is_over, |bed| {
        let (old, young, alive) = (bed.add_user("old").await, bed.add_user("young").await, bed.add_user("alive").await);
        let group = bed.add_group("all").await;
        for who in [&old, &young, &alive] {
            bed.write(async |tx| tx.add_member(group.id, Member::User(who.id)).await).await;
        }
        bed.write(async |tx| tx.delete_user(old.id, NOW - days(31)).await).await;
        bed.write(async |tx| tx.delete_user(young.id, NOW - days(29)).await).await;
        let gone = bed.write(async |tx| tx.purge_users(NOW - days(30)).await).await;
        assert_eq!(gone, [(old.id, "old@contoso.example".to_owned())]);
        assert!(bed.read(async |tx| tx.user(old.id).await).await.is_none());
        assert!(bed.read(async |tx| tx.user(young.id).await).await.is_some());
        assert_eq!(bed.read(async |tx| tx.groups_of(old.id).await).await.len(), 0);
        assert_eq!(bed.read(async |tx| tx.groups_of(young.id).await).await.len(), 1);
        assert_eq!(bed.write(async |tx| tx.purge_users(NOW - days(30)).await).await, []);
    }

    switches_say_whether_they_moved, |bed| {
        let ada = bed.add_user("ada").await;
        assert!(!bed.write(async |tx| tx.set_enabled(ada.id, true).await).await);
        assert!(bed.write(async |tx| tx.set_enabled(ada.id, false).await).await);
        assert!(bed.write(async |tx| tx.set_held(ada.id, Some(NOW)).await).await);
        bed.write(async |tx| tx.confirm_registration(ada.id, NOW).await).await;
        bed.write(async |tx| tx.set_language(ada.id, "de").await).await;
        let found = bed.read(async |tx| tx.user(ada.id).await).await.unwrap();
        assert!(!found.enabled);
        assert_eq!(found.held_at, Some(NOW));
        assert_eq!(found.registration_confirmed_at, Some(NOW));
        assert_eq!(found.language.as_deref(), Some("de"));
        assert!(bed.write(async |tx| tx.set_held(ada.id, None).await).await);
        assert_eq!(bed.read(async |tx| tx.user(ada.id).await).await.unwrap().held_at, None);
        bed.write(async |tx| tx.delete_user(ada.id, NOW).await).await;
        assert!(!bed.write(async |tx| tx.set_enabled(ada.id, true).await).await);
        assert!(!bed.write(async |tx| tx.set_held(ada.id, Some(NOW)).await).await);
    }

    a_password_raises_the_epoch, |bed| {
        let ada = bed.add_user("ada").await;
        assert_eq!(bed.read(async |tx| tx.verifier(ada.id).await).await, None);
        assert!(bed.write(async |tx| tx.set_verifier(ada.id, 0, "one", true, NOW).await).await);
        let found = bed.read(async |tx| tx.user(ada.id).await).await.unwrap();
        assert_eq!((found.credential_epoch, found.must_change_password), (1, true));
        assert_eq!(found.password_changed_at, Some(NOW));
        assert!(!bed.write(async |tx| tx.set_verifier(ada.id, 0, "late", false, NOW).await).await);
        assert!(bed.write(async |tx| tx.set_verifier(ada.id, 1, "two", false, NOW + seconds(1)).await).await);
        bed.write(async |tx| tx.rehash(ada.id, "one", "stale").await).await;
        assert_eq!(bed.read(async |tx| tx.verifier(ada.id).await).await.as_deref(), Some("two"));
        bed.write(async |tx| tx.rehash(ada.id, "two", "stronger").await).await;
        assert_eq!(bed.read(async |tx| tx.verifier(ada.id).await).await.as_deref(), Some("stronger"));
        let found = bed.read(async |tx| tx.user(ada.id).await).await.unwrap();
        assert_eq!((found.credential_epoch, found.must_change_password), (2, false));
    }

    replaced_passwords_go_with_their_number_and_their_user, |bed| {
        let (ada, bob) = (bed.add_user("ada").await, bed.add_user("bob").await);
        for epoch in 0..5 {
            for (user, keep) in [(ada.id, 3), (bob.id, 2)] {
                let text = format!("old {epoch}");
                bed.write(async |tx| tx.keep_replaced(user, epoch, &text, keep, NOW).await).await;
            }
        }
        let of = async |user, most| bed.read(async |tx| tx.replaced_verifiers(user, most).await).await;
        assert_eq!(of(ada.id, 24).await, ["old 4", "old 3", "old 2"]);
        assert_eq!(of(ada.id, 1).await, ["old 4"]);
        assert_eq!(of(bob.id, 24).await, ["old 4", "old 3"]);
        assert_eq!(bed.write(async |tx| tx.shorten_histories(2).await).await, 1);
        assert_eq!(of(ada.id, 24).await, ["old 4", "old 3"]);
        bed.write(async |tx| tx.forget_verifier(bob.id).await).await;
        assert_eq!(of(bob.id, 24).await, Vec::<String>::new());
        bed.write(async |tx| tx.delete_user(ada.id, NOW - days(31)).await).await;
        bed.write(async |tx| tx.purge_users(NOW - days(30)).await).await;
        assert_eq!(of(ada.id, 24).await, Vec::<String>::new());
    }

    // case: P-14
    p_14_what_was_found_is_the_password_of_its_epoch, |bed| {
        let ada = bed.add_user("ada").await;
        assert!(bed.write(async |tx| tx.set_verifier(ada.id, 0, "one", false, NOW).await).await);
        let found = async || bed.read(async |tx| tx.user(ada.id).await).await.unwrap().password_found_at;
        bed.write(async |tx| tx.mark_password_found(ada.id, 0, NOW).await).await;
        assert_eq!(found().await, None, "an older password was meant");
        bed.write(async |tx| tx.mark_password_found(ada.id, 1, NOW).await).await;
        bed.write(async |tx| tx.mark_password_found(ada.id, 1, NOW + seconds(9)).await).await;
        assert_eq!(found().await, Some(NOW));
        assert!(bed.write(async |tx| tx.set_verifier(ada.id, 1, "two", false, NOW).await).await);
        assert_eq!(found().await, None);
    }

    // case: TR-03, ST-17
    tr_03_of_two_new_passwords_at_once_one_wins, |bed| {
        let ada = bed.add_user("ada").await;
        let won = parallel(32, |i| {
            let bed = bed.clone();
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                let won = tx.set_verifier(ada.id, 0, &format!("v{i}"), false, NOW).await.unwrap();
                tx.commit().await.unwrap();
                won.then_some(format!("v{i}"))
            }
        })
        .await;
        let won: Vec<_> = won.into_iter().flatten().collect();
        assert_eq!(won.len(), 1);
        assert_eq!(bed.read(async |tx| tx.verifier(ada.id).await).await, won.into_iter().next());
    }

    a_nul_is_no_fault_of_the_database, |bed| {
        let ada = bed.add_user("ada").await;
        assert!(bed.read(async |tx| tx.user_by_upn("ada\0@contoso.example").await).await.is_none());
        assert_eq!(bed.read(async |tx| tx.users(keyward_store::user::UserFilter::All, "a\0", None, 9).await).await.len(), 0);
        bed.write(async |tx| tx.set_language(ada.id, "d\0e").await).await;
        let found = bed.read(async |tx| tx.user(ada.id).await).await.unwrap();
        assert_eq!(found.language.as_deref(), Some("d\u{FFFD}e"));
    }
}
