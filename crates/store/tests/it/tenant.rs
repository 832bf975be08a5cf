//! Organisations, domains and the policy.

use crate::bed::{NOW, parallel, uuid};
use keyward_core::ids::{GroupId, TenantId};
use keyward_core::policy::{Gates, Helpdesk, Policy, Scope};

on_both! {
    a_tenant_has_a_name_and_the_default_policy, |bed| {
        let tenant = bed.read(async |tx| tx.tenant_record().await).await.unwrap();
        assert_eq!((tenant.name.as_str(), tenant.language.as_str()), ("Contoso", "en"));
        let stored = bed.read(async |tx| tx.policy().await).await;
        assert_eq!((stored.policy, stored.version), (Policy::default(), 1));
        assert_eq!((stored.changed_at, stored.changed_by), (None, None));
        assert!(bed.refused(async |tx| tx.create_tenant("Again", "en", NOW).await).await.is_conflict());
        let mut tx = bed.db.read(TenantId(uuid())).await.unwrap();
        assert!(tx.tenant_record().await.unwrap().is_none());
        assert!(tx.policy().await.is_err());
    }

    // case: ID-07
    a_domain_belongs_to_one_tenant, |bed| {
        let other = bed.other_tenant().await;
        bed.write(async |tx| tx.add_domain("z.example", false).await).await;
        bed.write(async |tx| tx.add_domain("a-b.example", false).await).await;
        bed.write(async |tx| tx.add_domain("ab.example", false).await).await;
        bed.write(async |tx| tx.add_domain("contoso.example", true).await).await;
        let taken = other.refused(async |tx| tx.add_domain("contoso.example", false).await).await;
        assert!(taken.is_conflict());
        let domains = bed.read(async |tx| tx.domains().await).await;
        let names: Vec<_> = domains.iter().map(|d| (d.name.as_str(), d.is_default)).collect();
        let wanted = [("contoso.example", true), ("a-b.example", false), ("ab.example", false), ("z.example", false)];
        assert_eq!(names, wanted);
        assert_eq!(other.read(async |tx| tx.domains().await).await.len(), 0);
        let mut tx = bed.db.system_read().await.unwrap();
        assert_eq!(tx.tenant_of_domain("contoso.example").await.unwrap(), Some(bed.tenant));
        assert_eq!(tx.tenant_of_domain("Contoso.example").await.unwrap(), None);
        assert_eq!(tx.tenants().await.unwrap().len(), 2);
    }

    a_policy_comes_back_as_set, |bed| {
        let (one, two) = (bed.add_group("one").await, bed.add_group("two").await);
        let mut policy = Policy {
            scope: Scope::Selected([one.id, two.id].into()),
            gates: Gates::One,
            helpdesk: Some(Helpdesk::Url("https://help.example".into())),
            ..Policy::default()
        };
        assert!(bed.write(async |tx| tx.set_policy(&policy, 1, NOW, "ada").await).await);
        let stored = bed.read(async |tx| tx.policy().await).await;
        assert_eq!((&stored.policy, stored.version), (&policy, 2));
        assert_eq!((stored.changed_at, stored.changed_by.as_deref()), (Some(NOW), Some("ada")));
        for scope in [Scope::Selected([two.id].into()), Scope::All, Scope::Selected([].into()), Scope::None] {
            policy.scope = scope;
            let version = bed.read(async |tx| tx.policy().await).await.version;
            assert!(bed.write(async |tx| tx.set_policy(&policy, version, NOW, "ada").await).await);
            assert_eq!(bed.read(async |tx| tx.policy().await).await.policy, policy);
        }
        assert!(bed.read(async |tx| tx.scope_groups_above(two.id).await).await.is_empty());
        policy.scope = Scope::Selected([GroupId(uuid())].into());
        bed.refused(async |tx| tx.set_policy(&policy, 6, NOW, "ada").await).await;
        assert_eq!(bed.read(async |tx| tx.policy().await).await.version, 6);
    }

    of_two_administrators_who_save_at_once_one_is_told, |bed| {
        let saved = parallel(8, |_| {
            let bed = bed.clone();
            async move {
                let mut tx = bed.db.write(bed.tenant).await.unwrap();
                let saved = tx.set_policy(&Policy::default(), 1, NOW, "x").await.unwrap();
                tx.commit().await.unwrap();
                saved
            }
        })
        .await;
        assert_eq!(saved.iter().filter(|s| **s).count(), 1);
        assert_eq!(bed.read(async |tx| tx.policy().await).await.version, 2);
    }
}
