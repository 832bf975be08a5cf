-- Without statistics SQLite takes a tenant for ten rows, and prefers an index that has all columns, or the order, to one
-- that finds the user: these have both.
DROP INDEX group_members_of;
CREATE INDEX group_members_of ON group_members (tenant_id, kind, member_id, group_id);
DROP INDEX devices_user;
CREATE INDEX devices_user ON devices (tenant_id, user_id, seen_at, device_mac);
CREATE INDEX links_user ON links (tenant_id, user_id, purpose);
-- Nor does it see that one of two states is among the two.
DROP INDEX operations_open;
CREATE INDEX operations_open ON operations (tenant_id, state, expires_at);
DROP INDEX operations_anchor;
CREATE INDEX operations_anchor ON operations (tenant_id, directory_id, anchor, state);
