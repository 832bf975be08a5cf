-- What a reset of each user of a directory would meet, as it was found when somebody asked last. `reason` is the first
-- obstacle that it would fail because of; empty: it would succeed.
CREATE TABLE examinations (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    user_id UUID NOT NULL,
    examined_at BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    found TEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX examinations_reason ON examinations (tenant_id, reason, user_id);

-- The last time that everybody was examined, or the one that is under way: how far it has come, and why it stopped.
CREATE TABLE examination_rounds (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    started_at BIGINT NOT NULL,
    started_by TEXT NOT NULL,
    users BIGINT NOT NULL,
    reached UUID NOT NULL,
    ended_at BIGINT,
    stopped TEXT,
    PRIMARY KEY (tenant_id)
);
