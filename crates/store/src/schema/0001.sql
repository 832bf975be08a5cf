CREATE TABLE schema_version (
    version BIGINT NOT NULL
);

-- Facts about the installation: the canary of the root key, the set-up link, the epoch that a restore raises.
CREATE TABLE install (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE tenants (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    policy TEXT NOT NULL,
    policy_version BIGINT NOT NULL,
    policy_changed_at BIGINT,
    policy_changed_by TEXT,
    created_at BIGINT NOT NULL
);

-- Which tenant a user name belongs to.
CREATE TABLE domains (
    domain TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    is_default BOOLEAN NOT NULL
);

CREATE TABLE users (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    upn TEXT NOT NULL,
    upn_key TEXT COLLATE "C" NOT NULL,
    display_name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    given_name TEXT,
    surname TEXT,
    surname_key TEXT COLLATE "C",
    job_title TEXT,
    department TEXT,
    mail TEXT,
    mobile_phone TEXT,
    other_mail TEXT,
    enabled BOOLEAN NOT NULL,
    held_at BIGINT,
    must_change_password BOOLEAN NOT NULL,
    verifier TEXT,
    password_changed_at BIGINT,
    credential_epoch BIGINT NOT NULL,
    registration_confirmed_at BIGINT,
    language TEXT,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX users_upn ON users (tenant_id, upn_key) WHERE deleted_at IS NULL;
CREATE INDEX users_name ON users (tenant_id, name_key, id);
-- A search reads the names of all it finds, to put them in order: from the index, not from a million scattered rows.
CREATE INDEX users_search_upn ON users (tenant_id, upn_key, name_key, id, enabled, deleted_at);
CREATE INDEX users_search_surname ON users (tenant_id, surname_key, name_key, id, enabled, deleted_at);
CREATE INDEX users_blocked ON users (tenant_id, name_key, id) WHERE deleted_at IS NULL AND NOT enabled;
-- What reports count, without the rows behind it.
CREATE INDEX users_facts ON users (tenant_id, id, enabled, held_at) WHERE deleted_at IS NULL;
CREATE INDEX users_deleted ON users (tenant_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE security_groups (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX security_groups_name ON security_groups (tenant_id, name_key);

CREATE TABLE group_members (
    tenant_id UUID NOT NULL,
    group_id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    member_id UUID NOT NULL,
    PRIMARY KEY (tenant_id, group_id, kind, member_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES security_groups (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX group_members_of ON group_members (tenant_id, kind, member_id);

-- The groups for which reset is switched on while the scope is Selected.
CREATE TABLE scope_groups (
    tenant_id UUID NOT NULL,
    group_id UUID NOT NULL,
    PRIMARY KEY (tenant_id, group_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES security_groups (tenant_id, id)
);

CREATE TABLE group_owners (
    tenant_id UUID NOT NULL,
    group_id UUID NOT NULL,
    user_id UUID NOT NULL,
    PRIMARY KEY (tenant_id, group_id, user_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES security_groups (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE role_assignments (
    tenant_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role UUID NOT NULL,
    PRIMARY KEY (tenant_id, user_id, role),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE methods (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    destination TEXT NOT NULL,
    destination_key TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX methods_user ON methods (tenant_id, user_id, kind, destination_key);

CREATE TABLE sessions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    token_mac BYTEA NOT NULL UNIQUE,
    user_id UUID NOT NULL,
    stage TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    proved_at BIGINT,
    ip TEXT,
    user_agent TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);

CREATE TABLE resets (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    token_mac BYTEA NOT NULL UNIQUE,
    name_key TEXT NOT NULL,
    name_typed TEXT NOT NULL,
    user_id UUID,
    goal TEXT NOT NULL,
    credential_epoch BIGINT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX resets_user ON resets (tenant_id, user_id, started_at);
CREATE INDEX resets_expiry ON resets (tenant_id, expires_at);

CREATE TABLE proofs (
    tenant_id UUID NOT NULL,
    reset_id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    user_id UUID NOT NULL,
    method_id UUID NOT NULL,
    proved_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, reset_id, kind),
    FOREIGN KEY (tenant_id, reset_id) REFERENCES resets (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE challenges (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    purpose TEXT NOT NULL,
    owner UUID NOT NULL,
    user_id UUID,
    method_id UUID,
    kind TEXT NOT NULL,
    destination TEXT,
    mac BYTEA NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    wrong BIGINT NOT NULL,
    spent BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX challenges_owner ON challenges (tenant_id, owner, issued_at);
CREATE INDEX challenges_user ON challenges (tenant_id, user_id);
CREATE INDEX challenges_expiry ON challenges (tenant_id, expires_at);

-- Sliding-window counters and lockouts, both by a keyed digest of what they count.
CREATE TABLE counters (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    bucket BYTEA NOT NULL,
    hits TEXT NOT NULL,
    blocked_until BIGINT,
    touched_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, bucket)
);
CREATE INDEX counters_touched ON counters (tenant_id, touched_at);

CREATE TABLE lockouts (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name_mac BYTEA NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    recent BYTEA NOT NULL,
    touched_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name_mac)
);
CREATE INDEX lockouts_touched ON lockouts (tenant_id, touched_at);

-- Links in mails, found by a keyed digest of their token.
CREATE TABLE links (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    token_mac BYTEA NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    user_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT
);
CREATE INDEX links_expiry ON links (tenant_id, expires_at);

CREATE TABLE audit_events (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    activity TEXT NOT NULL,
    service TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id UUID,
    actor_name TEXT,
    target_kind TEXT,
    target_id UUID,
    target_name TEXT,
    success BOOLEAN NOT NULL,
    reason TEXT,
    detail TEXT,
    changes TEXT NOT NULL,
    ip TEXT,
    user_agent TEXT,
    request_id TEXT,
    search_key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_events_at ON audit_events (tenant_id, at, id);
CREATE INDEX audit_events_target ON audit_events (tenant_id, target_id, at, id);
CREATE INDEX audit_events_actor ON audit_events (tenant_id, actor_id, at, id);
CREATE INDEX audit_events_activity ON audit_events (tenant_id, activity, at, id);

-- Outgoing work: enqueued in the transaction that needs it, leased by workers, erased when done.
CREATE TABLE jobs (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    payload BYTEA NOT NULL,
    state TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_until BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX jobs_ready ON jobs (state, (kind = 'sms'), run_at);

-- Solved puzzles, so that each counts once.
CREATE TABLE spent_puzzles (
    mac BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX spent_puzzles_expiry ON spent_puzzles (expires_at);
