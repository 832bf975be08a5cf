//! What was read, on its way to whoever takes it.

use super::super::{Object, Piece, Result, Take};
use keyward_wire::sync::MemberChange;
use uuid::Uuid;

/// Objects in a piece.
const OBJECTS: usize = 500;
/// Anchors of members in a piece, and in one change.
const ANCHORS: usize = 1000;

/// Collects what was read, and sends it on in pieces.
pub(super) struct Sender<'a> {
    into: &'a mut dyn Take,
    piece: Piece,
    anchors: usize,
}

impl<'a> Sender<'a> {
    pub(super) fn new(into: &'a mut dyn Take) -> Self {
        Self {
            into,
            piece: Piece::default(),
            anchors: 0,
        }
    }

    pub(super) async fn object(&mut self, object: Object) -> Result<()> {
        self.piece.objects.push(object);
        self.flush_if_full().await
    }

    pub(super) async fn gone(&mut self, anchor: Uuid) -> Result<()> {
        self.piece.gone.push(anchor);
        self.flush_if_full().await
    }

    /// All members of a group.
    pub(super) async fn all_members(&mut self, group: Uuid, members: &[Uuid]) -> Result<()> {
        let mut parts = members.chunks(ANCHORS);
        // A group without members is told too: it may have had some.
        let first = parts.next().unwrap_or_default();
        self.change(group, true, first, &[]).await?;
        for part in parts {
            self.change(group, false, part, &[]).await?;
        }
        Ok(())
    }

    /// Who came and who went. Both lists are sorted.
    pub(super) async fn members(&mut self, group: Uuid, old: &[Uuid], new: &[Uuid]) -> Result<()> {
        let without = |these: &[Uuid], those: &[Uuid]| -> Vec<Uuid> {
            let these = these.iter().copied();
            these
                .filter(|one| those.binary_search(one).is_err())
                .collect()
        };
        for part in without(new, old).chunks(ANCHORS) {
            self.change(group, false, part, &[]).await?;
        }
        for part in without(old, new).chunks(ANCHORS) {
            self.change(group, false, &[], part).await?;
        }
        Ok(())
    }

    async fn change(
        &mut self,
        group: Uuid,
        whole: bool,
        add: &[Uuid],
        remove: &[Uuid],
    ) -> Result<()> {
        self.anchors += add.len() + remove.len();
        self.piece.members.push(MemberChange {
            group,
            whole,
            add: add.to_vec(),
            remove: remove.to_vec(),
        });
        self.flush_if_full().await
    }

    async fn flush_if_full(&mut self) -> Result<()> {
        let Piece {
            objects,
            members,
            gone,
        } = &self.piece;
        let things = objects.len().max(members.len()).max(gone.len());
        if things >= OBJECTS || self.anchors >= ANCHORS {
            self.flush().await?;
        }
        Ok(())
    }

    /// Sends what is left.
    pub(super) async fn flush(&mut self) -> Result<()> {
        let piece = std::mem::take(&mut self.piece);
        self.anchors = 0;
        if piece.objects.is_empty() && piece.members.is_empty() && piece.gone.is_empty() {
            return Ok(());
        }
        self.into.take(piece).await
    }
}
