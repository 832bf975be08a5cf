//! What operations in directories are for.

use crate::bed::{Bed, NOW, uuid};
use crate::reset::keys;
use keyward_core::ids::{OperationId, UserId};
use keyward_core::reset::State;
use keyward_core::time::seconds;
use keyward_core::writeback::{Act, Denial, Denied, Ending};
use keyward_store::writeback::Writeback;

pub(crate) fn writeback(user: UserId, owner: uuid::Uuid) -> Writeback {
    Writeback {
        operation: OperationId(uuid()),
        act: Act::Reset,
        user,
        owner,
        circumstances: "{}".into(),
        begun_at: NOW,
        ending: None,
    }
}

fn denied() -> Ending {
    Ending::Denied(Denied {
        why: Denial::History,
        code: Some("0000052D".into()),
        rules: None,
        set_at: Some(NOW),
    })
}

async fn end(bed: &Bed, operation: OperationId, ending: Ending) -> bool {
    bed.write(async |tx| tx.end_writeback(operation, &ending).await)
        .await
}

on_both! {
    // case: WB-07
    wb_07_one_of_a_user_is_pending_at_a_time, |bed| {
        let ada = bed.add_user("ada").await;
        let owner = uuid();
        let first = writeback(ada.id, owner);
        bed.write(async |tx| tx.insert_writeback(&first).await).await;
        assert!(bed.write(async |tx| tx.has_pending_writeback(ada.id).await).await);
        let second = Writeback { begun_at: NOW + seconds(1), ..writeback(ada.id, owner) };
        bed.refused(async |tx| tx.insert_writeback(&second).await).await;
        assert!(end(&bed, first.operation, denied()).await);
        bed.write(async |tx| tx.insert_writeback(&second).await).await;
        let newest = bed.write(async |tx| tx.newest_writeback(owner).await).await.unwrap();
        assert_eq!((newest.operation, newest.ending), (second.operation, None));
        let ben = bed.add_user("ben").await;
        bed.write(async |tx| tx.insert_writeback(&writeback(ben.id, uuid())).await).await;
    }

    // case: WB-01, INV-9
    wb_01_an_end_is_written_once_and_what_is_unknown_can_be_found_out, |bed| {
        let ada = bed.add_user("ada").await;
        let one = writeback(ada.id, uuid());
        bed.write(async |tx| tx.insert_writeback(&one).await).await;
        assert!(end(&bed, one.operation, Ending::Unknown).await);
        assert!(!end(&bed, one.operation, Ending::Unknown).await);
        assert!(!bed.write(async |tx| tx.has_pending_writeback(ada.id).await).await);
        assert!(end(&bed, one.operation, Ending::Done).await);
        assert!(!end(&bed, one.operation, denied()).await, "done is done");
        assert!(!end(&bed, OperationId(uuid()), Ending::Done).await);
        let read = bed.write(async |tx| tx.writeback(one.operation).await).await.unwrap();
        assert_eq!((read.act, read.user, read.ending), (Act::Reset, ada.id, Some(Ending::Done)));
    }

    // case: TR-16
    tr_16_a_pending_reset_moves_for_its_own_operation_only, |bed| {
        let mut keys = keys(&bed, 2).await;
        let (key, again) = (keys.pop().unwrap(), keys.pop().unwrap());
        let id = key.reset();
        let (this, other) = (OperationId(uuid()), OperationId(uuid()));
        let settle = async |operation, to| bed.write(async |tx| tx.settle_reset(id, operation, to).await).await;
        let state = async || bed.write(async |tx| tx.reset_state(id).await).await;
        assert!(!settle(this, State::Completed).await, "it waits for nothing");
        assert!(bed.write(async |tx| tx.submit_reset(key, this, NOW).await).await);
        assert_eq!(state().await, Some(State::Pending(this)));
        assert!(!bed.write(async |tx| tx.submit_reset(again, other, NOW).await).await, "spent");
        assert!(!bed.write(async |tx| tx.void_reset(id).await).await, "nothing to cancel");
        assert!(!settle(other, State::Completed).await);
        assert!(settle(this, State::Open).await);
        assert!(!settle(this, State::Completed).await, "told twice");
        assert_eq!(state().await, Some(State::Open));
    }

    a_password_that_a_directory_took_raises_the_epoch_and_leaves_no_verifier, |bed| {
        let ada = bed.add_user("ada").await;
        assert!(bed.write(async |tx| tx.password_set_elsewhere(ada.id, true, NOW).await).await);
        let now = bed.write(async |tx| tx.user(ada.id).await).await.unwrap();
        assert_eq!(now.credential_epoch, ada.credential_epoch + 1);
        assert!(now.must_change_password && now.password_changed_at == Some(NOW));
        assert_eq!(bed.write(async |tx| tx.verifier(ada.id).await).await, None);
    }
}
