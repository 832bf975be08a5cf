//! Passkeys beside their methods.

use crate::bed::{Bed, mac, method, parallel};
use keyward_core::ids::TenantId;
use keyward_core::method::Label;
use keyward_core::method::MethodKind::{AuthenticatorApp, Passkey as Kind};
use keyward_core::totp::Step;
use keyward_store::passkey::Passkey;

async fn tenant_of(bed: &Bed, credential: u8) -> Option<TenantId> {
    let mut tx = bed.db.system_read().await.unwrap();
    tx.tenant_of_credential(&mac(credential)).await.unwrap()
}

on_both! {
    a_passkey_comes_back_with_its_sealed_credential, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        let (laptop, app) = (method(ada.id, Kind, "Laptop"), method(ada.id, AuthenticatorApp, "Laptop"));
        bed.write(async |tx| tx.insert_passkey(&laptop, &[7; 300], &mac(1)).await).await;
        bed.write(async |tx| tx.insert_app(&app, &[8], Step(1)).await).await;
        let kept = Passkey { id: laptop.id, sealed: vec![7; 300] };
        assert_eq!(bed.read(async |tx| tx.passkeys_of(ada.id).await).await, std::slice::from_ref(&kept));
        assert_eq!(bed.read(async |tx| tx.passkeys_of(ben.id).await).await, []);
        let of = async |user, n| bed.read(async |tx| tx.passkey_of(user, &mac(n)).await).await;
        assert_eq!(of(ada.id, 1).await, Some(kept));
        assert_eq!((of(ada.id, 2).await, of(ben.id, 1).await), (None, None));
        let found = bed.read(async |tx| tx.methods_of(ada.id).await).await;
        assert_eq!(format!("{found:?}"), format!("{:?}", [laptop.clone(), app]));
        let renamed = bed.write(async |tx| tx.rename_method(ada.id, laptop.id, &Label::parse("Key").unwrap()).await);
        assert!(renamed.await);
        assert_eq!(tenant_of(&bed, 1).await, Some(bed.tenant));
        bed.write(async |tx| tx.delete_method(ada.id, laptop.id).await).await;
        assert_eq!((of(ada.id, 1).await, tenant_of(&bed, 1).await), (None, None));
    }

    // case: WA-08
    wa_08_a_credential_is_registered_once, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        let laptop = method(ada.id, Kind, "Laptop");
        bed.write(async |tx| tx.insert_passkey(&laptop, &[7], &mac(1)).await).await;
        let (same_name, same_key) = (method(ada.id, Kind, "LAPTOP"), method(ben.id, Kind, "Key"));
        let named = bed.refused(async |tx| tx.insert_passkey(&same_name, &[7], &mac(2)).await);
        assert!(named.await.is_conflict());
        let keyed = bed.refused(async |tx| tx.insert_passkey(&same_key, &[7], &mac(1)).await);
        assert!(keyed.await.is_conflict());
        let fabrikam = bed.other_tenant().await;
        let eve = fabrikam.add_user("eve").await;
        let theirs = method(eve.id, Kind, "Laptop");
        let across = fabrikam.refused(async |tx| tx.insert_passkey(&theirs, &[7], &mac(1)).await);
        assert!(across.await.is_conflict());
    }

    // case: ID-01, TR-14, INV-7
    id_01_a_passkey_of_another_tenant_is_not_found_nor_replaced, |mine| {
        let bed = mine.other_tenant().await;
        let eve = bed.add_user("eve").await;
        let laptop = method(eve.id, Kind, "Laptop");
        bed.write(async |tx| tx.insert_passkey(&laptop, &[7], &mac(1)).await).await;
        let kept = Passkey { id: laptop.id, sealed: vec![7] };
        assert_eq!(mine.read(async |tx| tx.passkeys_of(eve.id).await).await, []);
        assert_eq!(mine.read(async |tx| tx.passkey_of(eve.id, &mac(1)).await).await, None);
        assert!(!mine.write(async |tx| tx.replace_passkey(&kept, &[8]).await).await);
        assert_eq!(tenant_of(&mine, 1).await, Some(bed.tenant));
    }

    // case: WA-10, WA-13
    wa_13_a_credential_is_replaced_by_who_saw_it_last, |bed| {
        let ada = bed.add_user("ada").await;
        let laptop = method(ada.id, Kind, "Laptop");
        bed.write(async |tx| tx.insert_passkey(&laptop, &[7], &mac(1)).await).await;
        let replaced = parallel(16, |n| {
            let (bed, old) = (bed.clone(), Passkey { id: laptop.id, sealed: vec![7] });
            async move { bed.write(async |tx| tx.replace_passkey(&old, &[100 + n as u8]).await).await }
        });
        assert_eq!(replaced.await.into_iter().filter(|r| *r).count(), 1);
    }
}
