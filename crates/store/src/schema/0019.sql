-- Hardware tokens that an administrator has imported. Whoever has one, its secret is sealed for its row; once it was
-- activated, it is a method of theirs as well, sealed for that.
CREATE TABLE tokens (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    serial TEXT NOT NULL,
    serial_key TEXT NOT NULL COLLATE "C",
    manufacturer TEXT NOT NULL,
    model TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    algorithm TEXT NOT NULL COLLATE "C",
    sealed BYTEA NOT NULL,
    -- The last step of time whose code was taken, whoever had it then.
    last_step BIGINT,
    user_id UUID,
    method_id UUID,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX tokens_serial ON tokens (tenant_id, serial_key);
CREATE INDEX tokens_user ON tokens (tenant_id, user_id);
CREATE INDEX tokens_method ON tokens (tenant_id, method_id);

-- How the codes of an app or token are made.
ALTER TABLE methods ADD COLUMN totp_seconds BIGINT NOT NULL DEFAULT 30;
ALTER TABLE methods ADD COLUMN totp_algorithm TEXT NOT NULL DEFAULT 'sha1';
