//! Registered methods.

use crate::bed::{NOW, mac, method, parallel, uuid};
use keyward_core::ids::{MethodId, UserId};
use keyward_core::method::MethodKind::{
    AuthenticatorApp, Email, MobilePhone, OfficePhone, RecoveryCodes,
};
use keyward_core::method::{Label, Method, Origin};
use keyward_core::time::seconds;
use keyward_core::totp::{Shape, Step};
use keyward_store::method::App;

on_both! {
    a_method_comes_back_as_stored, |bed| {
        let ada = bed.add_user("ada").await;
        let mut mail = method(ada.id, Email, "Ada.L@Home.example");
        mail.origin = Origin::Administrator;
        mail.confirmed = false;
        assert_eq!(bed.read(async |tx| tx.first_method_at(ada.id).await).await, None);
        bed.write(async |tx| tx.insert_method(&mail).await).await;
        let phone = bed.add_method(ada.id, MobilePhone, "+49 1511 2345678").await;
        bed.write(async |tx| tx.touch_method(mail.id, NOW + seconds(9)).await).await;
        mail.last_used_at = Some(NOW + seconds(9));
        let found = bed.read(async |tx| tx.methods_of(ada.id).await).await;
        assert_eq!(format!("{found:?}"), format!("{:?}", [&phone, &mail]));
        // That something was registered is known for good.
        for gone in [phone, mail] {
            bed.write(async |tx| tx.delete_method(ada.id, gone.id).await).await;
        }
        assert_eq!(bed.read(async |tx| tx.first_method_at(ada.id).await).await, Some(NOW));
    }

    an_office_phone_goes_with_its_number, |bed| {
        let ada = bed.add_user("ada").await;
        let number = async |number: Option<&str>| {
            let mut profile = ada.profile.clone();
            profile.business_phone = number.map(str::to_owned);
            bed.write(async |tx| tx.update_user(ada.id, &ada.upn, &profile).await).await;
        };
        let kinds = async || bed.read(async |tx| tx.methods_of(ada.id).await).await.len();
        number(Some("+493012345678 x567")).await;
        bed.add_method(ada.id, OfficePhone, "+49 30 12345678 x567").await;
        bed.add_method(ada.id, Email, "ada@home.example").await;
        assert_eq!(kinds().await, 2);
        number(Some("+493012345678 x567")).await;
        assert_eq!(kinds().await, 2);
        number(Some("+493012345678")).await;
        assert_eq!(kinds().await, 1);
        number(Some("+493012345678 x567")).await;
        assert_eq!(kinds().await, 1, "nor does it come back");
        // One that never was the user's is none.
        bed.add_method(ada.id, OfficePhone, "+49 30 99999999").await;
        assert_eq!(kinds().await, 1);
    }

    // case: ST-05
    st_05_one_destination_is_one_method, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        bed.add_method(ada.id, Email, "ada@home.example").await;
        let again = method(ada.id, Email, "ADA@HOME.example");
        assert!(bed.refused(async |tx| tx.insert_method(&again).await).await.is_conflict());
        bed.add_method(ben.id, Email, "ada@home.example").await;
        let nobody = method(UserId(uuid()), Email, "x@home.example");
        bed.refused(async |tx| tx.insert_method(&nobody).await).await;
    }

    // case: ID-01
    id_01_only_the_owners_method_is_deleted, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        let mail = bed.add_method(ada.id, Email, "ada@home.example").await;
        assert!(!bed.write(async |tx| tx.delete_method(ben.id, mail.id).await).await);
        assert!(!bed.write(async |tx| tx.delete_method(ada.id, MethodId(uuid())).await).await);
        assert!(bed.write(async |tx| tx.delete_method(ada.id, mail.id).await).await);
        assert!(!bed.write(async |tx| tx.delete_method(ada.id, mail.id).await).await);
        assert_eq!(bed.read(async |tx| tx.methods_of(ada.id).await).await.len(), 0);
    }

    methods_are_in_the_order_of_their_age, |bed| {
        let ada = bed.add_user("ada").await;
        for (age, to) in [(3, "three@x.example"), (1, "one@x.example"), (2, "two@x.example")] {
            let m = Method { created_at: NOW + seconds(age), ..method(ada.id, Email, to) };
            bed.write(async |tx| tx.insert_method(&m).await).await;
        }
        let found = bed.read(async |tx| tx.methods_of(ada.id).await).await;
        let order: Vec<_> = found.iter().map(|m| m.means.to_string()).collect();
        assert_eq!(order, ["one@x.example", "two@x.example", "three@x.example"]);
    }

    an_app_comes_back_with_its_sealed_secret, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        let pixel = method(ada.id, AuthenticatorApp, "Pixel 8");
        bed.write(async |tx| tx.insert_app(&pixel, &[7; 61], Step(40)).await).await;
        bed.add_method(ada.id, Email, "ada@home.example").await;
        let apps = async |user| bed.read(async |tx| tx.apps_of(user).await).await;
        let kept = App { id: pixel.id, sealed: vec![7; 61], last_step: Some(Step(40)), shape: Shape::APP };
        assert_eq!(apps(ada.id).await, [kept]);
        assert_eq!(apps(ben.id).await, []);
        let again = method(ada.id, AuthenticatorApp, "PIXEL 8");
        let refused = bed.refused(async |tx| tx.insert_app(&again, &[8], Step(1)).await).await;
        assert!(refused.is_conflict());
    }

    an_app_is_renamed_by_its_owner_only, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        let (pixel, tablet) = (method(ada.id, AuthenticatorApp, "Pixel"), method(ada.id, AuthenticatorApp, "Tablet"));
        for app in [&pixel, &tablet] {
            bed.write(async |tx| tx.insert_app(app, &[7], Step(1)).await).await;
        }
        let mail = bed.add_method(ada.id, Email, "ada@home.example").await;
        let name = |text: &str| Label::parse(text).unwrap();
        let new = name("Pixel 9");
        assert!(!bed.write(async |tx| tx.rename_method(ben.id, pixel.id, &new).await).await);
        assert!(!bed.write(async |tx| tx.rename_method(ada.id, mail.id, &new).await).await);
        assert!(bed.write(async |tx| tx.rename_method(ada.id, pixel.id, &new).await).await);
        let taken = name("TABLET");
        assert!(bed.refused(async |tx| tx.rename_method(ada.id, pixel.id, &taken).await).await.is_conflict());
        let mut names: Vec<_> =
            bed.read(async |tx| tx.methods_of(ada.id).await).await.iter().map(|m| m.means.to_string()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Pixel 9", "Tablet", "ada@home.example"]);
    }

    // case: OT-13, OT-14, TR-02
    ot_13_a_step_is_taken_once_and_none_before_it, |bed| {
        let ada = bed.add_user("ada").await;
        let app = method(ada.id, AuthenticatorApp, "Pixel");
        bed.write(async |tx| tx.insert_app(&app, &[7], Step(10)).await).await;
        let take = async |step| bed.write(async |tx| tx.spend_step(app.id, Step(step)).await).await;
        assert!(!take(10).await && !take(9).await, "used when it was set up");
        assert!(take(12).await);
        assert!(!take(12).await && !take(11).await);
        let taken = parallel(16, |_| {
            let (bed, id) = (bed.clone(), app.id);
            async move { bed.write(async |tx| tx.spend_step(id, Step(13)).await).await }
        });
        assert_eq!(taken.await.into_iter().filter(|t| *t).count(), 1);
    }

    // case: TR-02, RCV-01
    tr_02_a_recovery_code_is_used_once_and_goes_with_its_list, |bed| {
        let ada = bed.add_user("ada").await;
        let (list, next) = (method(ada.id, RecoveryCodes, ""), method(ada.id, RecoveryCodes, ""));
        bed.write(async |tx| tx.insert_codes(&list, &[mac(1), mac(2), mac(3)]).await).await;
        assert!(bed.refused(async |tx| tx.insert_codes(&next, &[mac(4)]).await).await.is_conflict());
        let left = async |list| bed.read(async |tx| tx.codes_left(list).await).await;
        assert_eq!(left(list.id).await, 3);
        let used = parallel(16, |_| {
            let (bed, id) = (bed.clone(), list.id);
            async move { bed.write(async |tx| tx.spend_code(id, &mac(2), NOW).await).await }
        });
        assert_eq!(used.await.into_iter().filter(|u| *u).count(), 1);
        let has = async |list, n| bed.read(async |tx| tx.has_code(list, &mac(n)).await).await;
        assert!(has(list.id, 1).await && !has(list.id, 2).await && !has(list.id, 9).await);
        assert!(!has(next.id, 1).await);
        assert_eq!(left(list.id).await, 2);
        assert!(bed.write(async |tx| tx.delete_method(ada.id, list.id).await).await);
        bed.write(async |tx| tx.insert_codes(&next, &[mac(4)]).await).await;
        assert!(!bed.write(async |tx| tx.spend_code(list.id, &mac(1), NOW).await).await);
        assert!(!bed.write(async |tx| tx.spend_code(next.id, &mac(1), NOW).await).await);
        assert_eq!((left(list.id).await, left(next.id).await), (0, 1));
    }
}
