-- Whether an older method of its owner was proved when it was added. What is there already is not held back.
ALTER TABLE methods ADD COLUMN confirmed BOOLEAN NOT NULL DEFAULT TRUE;
-- Reports ask of every user which kinds they have, and which of them have to wait.
CREATE INDEX methods_ripe ON methods (tenant_id, user_id, kind, confirmed, created_at);

-- The method that was last proved in a session.
ALTER TABLE sessions ADD COLUMN proved_by UUID;

-- When somebody registered for the first time, also if all of it is gone since.
ALTER TABLE users ADD COLUMN first_method_at BIGINT;
UPDATE users SET first_method_at = (SELECT MIN(created_at) FROM methods m
    WHERE m.tenant_id = users.tenant_id AND m.user_id = users.id);
