-- The secret of an authenticator app, sealed for its row, and the last step of time whose code was taken.
ALTER TABLE methods ADD COLUMN sealed BYTEA;
ALTER TABLE methods ADD COLUMN last_step BIGINT;

-- That of an app that is being set up, sealed for the question for its first code.
ALTER TABLE challenges ADD COLUMN sealed BYTEA;

-- The recovery codes of a method, by keyed digests; each is good once.
CREATE TABLE recovery_codes (
    tenant_id UUID NOT NULL,
    method_id UUID NOT NULL,
    mac BYTEA NOT NULL,
    spent_at BIGINT,
    PRIMARY KEY (tenant_id, method_id, mac),
    FOREIGN KEY (tenant_id, method_id) REFERENCES methods (tenant_id, id) ON DELETE CASCADE
);
