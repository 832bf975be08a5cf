//! Familiar browsers.

use crate::bed::{NOW, mac, parallel};
use keyward_core::time::{days, seconds};

on_both! {
    // case: OT-25
    a_browser_is_its_users_only_and_the_oldest_goes, |bed| {
        let (ada, bob) = (bed.add_user("ada").await.id, bed.add_user("bob").await.id);
        for n in 1..=4_u8 {
            let at = NOW + seconds(u64::from(n));
            bed.write(async |tx| tx.remember_device(ada, &mac(n), 3, at).await).await;
        }
        let devices = bed.read(async |tx| tx.devices_of(ada).await).await;
        assert_eq!(devices, [mac(2), mac(3), mac(4)]);
        assert!(bed.read(async |tx| tx.is_device_of(ada, &mac(4)).await).await);
        assert!(!bed.read(async |tx| tx.is_device_of(bob, &mac(4)).await).await);
        assert!(bed.read(async |tx| tx.is_device(&mac(4)).await).await);
        assert!(!bed.read(async |tx| tx.is_device(&mac(1)).await).await);
        // Whoever shares a browser shares nothing else.
        bed.write(async |tx| tx.remember_device(bob, &mac(4), 3, NOW).await).await;
        assert_eq!(bed.write(async |tx| tx.forget_devices(ada, Some(&mac(3))).await).await, 2);
        assert_eq!(bed.read(async |tx| tx.devices_of(ada).await).await, [mac(3)]);
        assert_eq!(bed.read(async |tx| tx.devices_of(bob).await).await, [mac(4)]);
        // A clock that was set back doesn't forget the newest one.
        for n in 5..=9_u8 {
            bed.write(async |tx| tx.remember_device(ada, &mac(n), 1, NOW - days(u64::from(n))).await).await;
            assert_eq!(bed.read(async |tx| tx.devices_of(ada).await).await, [mac(n)]);
        }
        let mut tx = bed.db.system().await.unwrap();
        tx.sweep(NOW + days(394)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(bed.read(async |tx| tx.devices_of(ada).await).await.is_empty());
        assert_eq!(bed.read(async |tx| tx.devices_of(bob).await).await, [mac(4)]);
    }

    a_browser_that_signs_in_twice_at_once_is_one, |bed| {
        let ada = bed.add_user("ada").await.id;
        parallel(12, |i| {
            let bed = bed.clone();
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                tx.remember_device(ada, &mac(i as u8 % 2), 9, NOW).await.unwrap();
                tx.commit().await.unwrap();
            }
        })
        .await;
        assert_eq!(bed.read(async |tx| tx.devices_of(ada).await).await, [mac(0), mac(1)]);
    }
}
