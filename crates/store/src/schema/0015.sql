-- Links by which administrators hand accounts over: what each opens, and who answers for it.
CREATE TABLE hand_overs (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    token_mac BYTEA NOT NULL UNIQUE,
    user_id UUID NOT NULL,
    opens TEXT COLLATE "C" NOT NULL,
    issued_by UUID NOT NULL,
    credential_epoch BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX hand_overs_user ON hand_overs (tenant_id, user_id, created_at);
CREATE INDEX hand_overs_expiry ON hand_overs (tenant_id, expires_at);

-- The one that a reset stands on, instead of on proofs.
ALTER TABLE resets ADD COLUMN hand_over_id UUID;

-- Which kinds of method were proved in a session, and when last.
CREATE TABLE session_proofs (
    tenant_id UUID NOT NULL,
    session_id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    proved_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, session_id, kind),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
);
