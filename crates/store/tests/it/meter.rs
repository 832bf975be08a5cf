//! Meters of what was sent.

use crate::bed::{NOW, parallel};
use keyward_core::budget::{Budget, Meter};
use keyward_core::time::{days, hours};
use keyward_store::meter::{Metered, Whose};

const DAY: Budget = Budget {
    limit: 5,
    window: days(1),
};

on_both! {
    a_meter_comes_back_as_saved, |bed| {
        let metered = Metered {
            meter: Meter { slots: vec![(7, 1), (9, u64::from(u32::MAX))] },
            stopped_at: Some(NOW),
            told_at: Some(NOW + hours(1)),
        };
        let save = async |tx: &mut keyward_store::Tx| {
            let fresh = tx.lock_meter(Whose::Tenant, "sms DE", NOW).await?;
            tx.save_meter(Whose::Tenant, "sms DE", &metered).await?;
            Ok(fresh)
        };
        assert_eq!(bed.write(save).await, Metered::default());
        let all = bed.read(async |tx| tx.meters(Whose::Tenant).await).await;
        assert_eq!(all, [("sms DE".to_owned(), metered.clone())]);
        assert!(bed.read(async |tx| tx.meters(Whose::Install).await).await.is_empty());
        assert!(bed.write(async |tx| tx.restart_meter("sms DE").await).await);
        assert!(!bed.write(async |tx| tx.restart_meter("sms DE").await).await, "once");
        let again = bed.write(async |tx| tx.lock_meter(Whose::Tenant, "sms DE", NOW).await).await;
        assert_eq!((again.stopped_at, again.meter, again.told_at), (None, Meter::default(), metered.told_at));
        // What stopped a country is kept for however long.
        bed.write(save).await;
        bed.write(async |tx| tx.lock_meter(Whose::Install, "sms", NOW).await).await;
        let mut tx = bed.db.system().await.unwrap();
        tx.sweep(NOW + days(60)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bed.read(async |tx| tx.meters(Whose::Tenant).await).await.len(), 1);
        assert!(bed.read(async |tx| tx.meters(Whose::Install).await).await.is_empty());
    }

    // case: OT-11
    ot_11_of_forty_spends_at_once_exactly_five_fit, |bed| {
        for whose in [Whose::Tenant, Whose::Install] {
            let passed = parallel(40, |_| {
                let bed = bed.clone();
                async move {
                    let mut tx = bed.db.write(bed.tenant).await.unwrap();
                    let mut m = tx.lock_meter(whose, "sms", NOW).await.unwrap();
                    let fits = m.meter.check(DAY, 1, NOW).is_ok();
                    if fits {
                        m.meter = m.meter.add(DAY.window, 1, NOW);
                        tx.save_meter(whose, "sms", &m).await.unwrap();
                    }
                    tx.commit().await.unwrap();
                    fits
                }
            })
            .await;
            assert_eq!(passed.iter().filter(|p| **p).count(), 5);
        }
    }
}
