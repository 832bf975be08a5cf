-- Somebody who comes in may be known by the anchor in another directory, or by the SID under another anchor.
CREATE INDEX directory_users_anchor ON directory_users (tenant_id, anchor);
CREATE INDEX directory_users_sid ON directory_users (tenant_id, directory_id, sid);
