-- Temporary Access Passes: one of each user at most.
CREATE TABLE passes (
    tenant_id UUID NOT NULL,
    user_id UUID NOT NULL,
    id UUID NOT NULL,
    verifier TEXT COLLATE "C" NOT NULL,
    once BOOLEAN NOT NULL,
    issued_by UUID NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX passes_expiry ON passes (tenant_id, expires_at);

-- The pass that a session began with, and when the session ends because of it.
ALTER TABLE sessions ADD COLUMN pass_id UUID;
ALTER TABLE sessions ADD COLUMN ends_at BIGINT;
