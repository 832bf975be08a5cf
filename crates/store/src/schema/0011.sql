-- Browsers in which a user has signed in or proved who they are, by a keyed digest of what their cookie holds.
CREATE TABLE devices (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    device_mac BYTEA NOT NULL,
    user_id UUID NOT NULL,
    since BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, device_mac, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX devices_user ON devices (tenant_id, user_id, seen_at);
CREATE INDEX devices_seen ON devices (tenant_id, seen_at);

-- What was sent lately, by names like "sms", "money" or "sms DE"; the nil tenant stands for the whole installation.
CREATE TABLE meters (
    tenant_id UUID NOT NULL,
    name TEXT NOT NULL COLLATE "C",
    slots TEXT NOT NULL,
    stopped_at BIGINT,
    told_at BIGINT,
    touched_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);
