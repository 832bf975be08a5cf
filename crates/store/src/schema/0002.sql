-- What an organisation holds: so many units of a product, or as many as there are users.
CREATE TABLE subscriptions (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    sku TEXT COLLATE "C" NOT NULL,
    units BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, sku)
);

-- Who was given one. Who has one through a group is worked out from its members.
CREATE TABLE user_licences (
    tenant_id UUID NOT NULL,
    sku TEXT COLLATE "C" NOT NULL,
    user_id UUID NOT NULL,
    disabled_plans TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sku, user_id),
    FOREIGN KEY (tenant_id, sku) REFERENCES subscriptions (tenant_id, sku) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX user_licences_user ON user_licences (tenant_id, user_id);

CREATE TABLE group_licences (
    tenant_id UUID NOT NULL,
    sku TEXT COLLATE "C" NOT NULL,
    group_id UUID NOT NULL,
    disabled_plans TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sku, group_id),
    FOREIGN KEY (tenant_id, sku) REFERENCES subscriptions (tenant_id, sku) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, group_id) REFERENCES security_groups (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX group_licences_group ON group_licences (tenant_id, group_id);

-- An installation's own organisation, which is its first, has everything.
INSERT INTO subscriptions (tenant_id, sku, units, created_at) SELECT id, 'COMPLETE', NULL, created_at FROM tenants ORDER BY created_at, id LIMIT 1;
