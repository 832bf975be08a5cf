-- What an operation in a directory is for, who began it and in which circumstances, and how it ended for that person.
-- What is asked and by which agent it is done is in operations; nothing of a password is in either.
CREATE TABLE writebacks (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    operation_id UUID NOT NULL,
    act TEXT COLLATE "C" NOT NULL,
    user_id UUID NOT NULL,
    -- The reset or session in which it was begun.
    owner UUID NOT NULL,
    circumstances TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    ending TEXT,
    PRIMARY KEY (tenant_id, operation_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
-- One after the other at one account, and one for a form that was sent twice.
CREATE UNIQUE INDEX writebacks_pending ON writebacks (tenant_id, user_id) WHERE state = 'pending';
CREATE INDEX writebacks_owner ON writebacks (tenant_id, owner, begun_at);
CREATE INDEX writebacks_user ON writebacks (tenant_id, user_id, begun_at);

-- The operation that a pending reset waits for.
ALTER TABLE resets ADD COLUMN operation_id UUID;
