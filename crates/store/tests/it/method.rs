//! Registered methods.

use crate::bed::{NOW, method, uuid};
use keyward_core::ids::{MethodId, UserId};
use keyward_core::method::MethodKind::{Email, MobilePhone};
use keyward_core::method::{Method, Origin};
use keyward_core::time::seconds;

on_both! {
    a_method_comes_back_as_stored, |bed| {
        let ada = bed.add_user("ada").await;
        let mut mail = method(ada.id, Email, "Ada.L@Home.example");
        mail.origin = Origin::Administrator;
        bed.write(async |tx| tx.insert_method(&mail).await).await;
        let phone = bed.add_method(ada.id, MobilePhone, "+49 1511 2345678").await;
        bed.write(async |tx| tx.touch_method(mail.id, NOW + seconds(9)).await).await;
        mail.last_used_at = Some(NOW + seconds(9));
        let found = bed.read(async |tx| tx.methods_of(ada.id).await).await;
        assert_eq!(format!("{found:?}"), format!("{:?}", [phone, mail]));
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
        let order: Vec<_> = found.iter().map(|m| m.destination.to_string()).collect();
        assert_eq!(order, ["one@x.example", "two@x.example", "three@x.example"]);
    }
}
