//! Sessions.

use crate::bed::{Bed, NOW, mac, parallel, uuid};
use crate::things::session;
use keyward_core::ids::{MethodId, SessionId, UserId};
use keyward_core::time::{Timestamp, seconds};
use keyward_store::session::{Session, Stage};

async fn add(bed: &Bed, user: UserId, at: Timestamp, token: u8) -> Session {
    let s = session(bed.tenant, user, at);
    bed.write(async |tx| tx.insert_session(&s, &mac(token)).await)
        .await;
    s
}

async fn by_token(bed: &Bed, token: u8) -> Option<Session> {
    let mut tx = bed.db.system_read().await.unwrap();
    tx.session_by_token(&mac(token)).await.unwrap()
}

async fn ids(bed: &Bed, user: UserId) -> Vec<SessionId> {
    let sessions = bed.read(async |tx| tx.sessions_of(user).await).await;
    sessions.into_iter().map(|s| s.id).collect()
}

on_both! {
    a_session_is_found_by_its_token, |bed| {
        let ada = bed.add_user("ada").await;
        let mut s = session(bed.tenant, ada.id, NOW);
        s.stage = Stage::MustChangePassword;
        s.user_agent = Some("Browser".into());
        let by = MethodId(uuid());
        bed.write(async |tx| tx.insert_session(&s, &mac(1)).await).await;
        bed.write(async |tx| tx.session_proved(s.id, Some(by), NOW + seconds(5)).await).await;
        s.proved_at = Some(NOW + seconds(5));
        s.proved_by = Some(by);
        assert_eq!(format!("{:?}", by_token(&bed, 1).await.unwrap()), format!("{s:?}"));
        assert!(by_token(&bed, 2).await.is_none());
        let twin = session(bed.tenant, ada.id, NOW);
        assert!(bed.refused(async |tx| tx.insert_session(&twin, &mac(1)).await).await.is_conflict());
        let nobodys = session(bed.tenant, UserId(uuid()), NOW);
        bed.refused(async |tx| tx.insert_session(&nobodys, &mac(3)).await).await;
    }

    // case: RL-09
    rl_09_the_last_use_only_moves_forward, |bed| {
        let ada = bed.add_user("ada").await;
        let s = add(&bed, ada.id, NOW, 1).await;
        bed.db.touch_session(&s, NOW + seconds(9)).await.unwrap();
        bed.db.touch_session(&s, NOW + seconds(3)).await.unwrap();
        assert_eq!(by_token(&bed, 1).await.unwrap().seen_at, NOW + seconds(9));
    }

    sessions_end_one_by_one_or_all_but_one, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        let mut own = Vec::new();
        for i in 0..4 {
            own.push(add(&bed, ada.id, NOW + seconds(i), i as u8).await);
        }
        add(&bed, ben.id, NOW, 9).await;
        assert_eq!(ids(&bed, ada.id).await, [own[3].id, own[2].id, own[1].id, own[0].id]);
        assert!(bed.write(async |tx| tx.end_session(own[0].id).await).await);
        assert!(!bed.write(async |tx| tx.end_session(own[0].id).await).await);
        assert!(by_token(&bed, 0).await.is_none());
        assert_eq!(bed.write(async |tx| tx.end_sessions(ada.id, Some(own[2].id)).await).await, 2);
        assert_eq!(ids(&bed, ada.id).await, [own[2].id]);
        assert_eq!(bed.write(async |tx| tx.end_sessions(ada.id, None).await).await, 1);
        assert_eq!(ids(&bed, ada.id).await, []);
        assert!(by_token(&bed, 9).await.is_some());
    }

    // case: SE-11
    se_11_the_cap_is_exact_and_drops_the_oldest, |bed| {
        let (ada, ben) = (bed.add_user("ada").await, bed.add_user("ben").await);
        for i in 0..6 {
            add(&bed, ada.id, NOW + seconds(i), i as u8).await;
        }
        add(&bed, ben.id, NOW, 9).await;
        let newest = ids(&bed, ada.id).await;
        bed.write(async |tx| tx.cap_sessions(ada.id, 7).await).await;
        assert_eq!(ids(&bed, ada.id).await, newest);
        bed.write(async |tx| tx.cap_sessions(ada.id, 4).await).await;
        assert_eq!(ids(&bed, ada.id).await, newest[..4]);
        assert_eq!(ids(&bed, ben.id).await.len(), 1);
        bed.write(async |tx| tx.cap_sessions(ada.id, 0).await).await;
        assert_eq!(ids(&bed, ada.id).await, []);
    }

    // case: SE-11
    se_11_the_cap_is_exact_among_sessions_of_one_instant, |bed| {
        let ada = bed.add_user("ada").await;
        parallel(12, |i| {
            let bed = bed.clone();
            async move { add(&bed, ada.id, NOW, i as u8).await.id }
        })
        .await;
        bed.write(async |tx| tx.cap_sessions(ada.id, 10).await).await;
        assert_eq!(ids(&bed, ada.id).await.len(), 10);
    }
}
