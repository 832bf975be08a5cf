//! Directories, and who can be asked there.

use crate::agent::add_agent;
use crate::bed::NOW;
use crate::things::{beside, directory};
use keyward_core::ids::{AgentId, DirectoryId};
use keyward_core::time::{minutes, seconds};
use keyward_store::directory::{Beside, Directory, Does, Need};

on_both! {
    a_directory_is_added_once_and_may_change_its_name, |bed| {
        let one = add_agent(&bed, 1).await.id;
        let corp = directory(1, one);
        assert!(bed.write(async |tx| tx.insert_directory(&corp).await).await);
        let renamed = Directory { name: "new".into(), suffixes: vec!["b.example".into()], ..corp.clone() };
        assert!(!bed.write(async |tx| tx.insert_directory(&renamed).await).await);
        assert_eq!(bed.read(async |tx| tx.directory(corp.id).await).await, Some(corp.clone()));
        bed.write(async |tx| tx.update_directory(&renamed).await).await;
        assert_eq!(bed.read(async |tx| tx.directories().await).await, [renamed]);
        // Another organisation may have the same directory, which is another one there.
        let other = bed.other_tenant().await;
        assert_eq!(other.read(async |tx| tx.directory(corp.id).await).await, None);
        assert!(other.write(async |tx| tx.insert_directory(&corp).await).await);
    }

    only_agents_that_are_up_and_may_are_asked, |bed| {
        let agents = [add_agent(&bed, 1).await.id, add_agent(&bed, 2).await.id, add_agent(&bed, 3).await.id];
        let [one, two, three] = agents;
        let corp = directory(1, one);
        let writeback = Does { writeback: true, ..Does::default() };
        let sign_in = Does { sign_in: true, ..Does::default() };
        bed.write(async |tx| {
            tx.insert_directory(&corp).await?;
            for (agent, does, reachable) in [(one, writeback, true), (two, sign_in, true), (three, writeback, false)] {
                tx.set_beside(&Beside { does, reachable, ..beside(agent, corp.id) }).await?;
                tx.agent_seen(agent, None, None, NOW).await?;
            }
            Ok(())
        })
        .await;
        let able = async |directory: DirectoryId, need, since| -> Vec<AgentId> {
            let able = bed.read(async |tx| tx.able_agents(directory, need, since).await).await;
            assert!(able.iter().all(|a| a.sealing_key.len() == 32));
            able.into_iter().map(|a| a.agent).collect()
        };
        assert_eq!(able(corp.id, Need::Writeback, NOW).await, [one]);
        assert_eq!(able(corp.id, Need::SignIn, NOW).await, [two]);
        assert!(able(corp.id, Need::Sync, NOW).await.is_empty());
        assert!(able(directory(2, one).id, Need::SignIn, NOW).await.is_empty());
        assert!(able(corp.id, Need::Writeback, NOW + seconds(1)).await.is_empty(), "not heard since");
        // The third one's directory answers again; the second one leaves; the first is shut out.
        bed.write(async |tx| {
            tx.set_beside(&Beside { does: writeback, seen_at: NOW + minutes(1), ..beside(three, corp.id) }).await?;
            tx.end_beside(two, corp.id).await?;
            tx.revoke_agent(one, "ada", NOW).await
        })
        .await;
        assert_eq!(able(corp.id, Need::Writeback, NOW).await, [three]);
        assert!(able(corp.id, Need::SignIn, NOW).await.is_empty());
        let left = bed.read(async |tx| tx.besides().await).await;
        assert_eq!(left, [Beside { does: writeback, seen_at: NOW + minutes(1), ..beside(three, corp.id) }]);
    }
}
