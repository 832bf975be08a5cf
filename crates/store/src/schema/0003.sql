-- Hosts beside a directory that an administrator let in. A revoked one stays, so that its keys never come back.
CREATE TABLE agents (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    host TEXT NOT NULL,
    version TEXT NOT NULL,
    signing_key BYTEA NOT NULL,
    sealing_key BYTEA NOT NULL,
    sealing_key_at BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at BIGINT NOT NULL,
    revoked_by TEXT,
    revoked_at BIGINT,
    seen_at BIGINT,
    ip TEXT,
    health TEXT,
    doubled_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX agents_id ON agents (id);
CREATE UNIQUE INDEX agents_key ON agents (signing_key);

-- Agents that ask to be let in. They belong to no organisation until somebody of one has decided.
CREATE TABLE agent_enrolments (
    tenant_id UUID REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL PRIMARY KEY,
    secret_mac BYTEA NOT NULL,
    code_mac BYTEA NOT NULL UNIQUE,
    host TEXT NOT NULL,
    version TEXT NOT NULL,
    signing_key BYTEA NOT NULL,
    sealing_key BYTEA NOT NULL,
    fingerprint TEXT NOT NULL,
    ip TEXT,
    state TEXT COLLATE "C" NOT NULL,
    agent_id UUID,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX agent_enrolments_expiry ON agent_enrolments (expires_at);

-- What agents sign to open a session, found by a keyed digest.
CREATE TABLE agent_challenges (
    tenant_id UUID NOT NULL,
    mac BYTEA NOT NULL,
    agent_id UUID NOT NULL,
    expires_at BIGINT NOT NULL,
    spent BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, mac),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_challenges_expiry ON agent_challenges (expires_at);

CREATE TABLE agent_sessions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    token_mac BYTEA NOT NULL UNIQUE,
    agent_id UUID NOT NULL,
    ip TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    replaced_at BIGINT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_sessions_agent ON agent_sessions (tenant_id, agent_id);
CREATE INDEX agent_sessions_expiry ON agent_sessions (expires_at);

-- Directories, as agents tell of them. They stay while every agent is away: their users are known by the suffixes.
CREATE TABLE directories (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    suffixes TEXT NOT NULL,
    first_agent UUID NOT NULL,
    first_seen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- Which agent stands beside which directory, what it may do there, and how it is.
CREATE TABLE agent_directories (
    tenant_id UUID NOT NULL,
    agent_id UUID NOT NULL,
    directory_id UUID NOT NULL,
    server TEXT,
    reachable BOOLEAN NOT NULL,
    sync BOOLEAN NOT NULL,
    sign_in BOOLEAN NOT NULL,
    writeback BOOLEAN NOT NULL,
    policy_hints BOOLEAN NOT NULL,
    complaints TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, directory_id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, directory_id) REFERENCES directories (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_directories_directory ON agent_directories (tenant_id, directory_id);

-- What agents are asked to do. Nothing secret is in here: see operation_offers.
CREATE TABLE operations (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    directory_id UUID NOT NULL,
    anchor UUID,
    request TEXT NOT NULL,
    writes BOOLEAN NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    agent_id UUID,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    sent_at BIGINT,
    settled_at BIGINT,
    outcome TEXT,
    took_us BIGINT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, directory_id) REFERENCES directories (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX operations_open ON operations (tenant_id, state, expires_at) WHERE state IN ('queued', 'sent');
CREATE INDEX operations_anchor ON operations (tenant_id, directory_id, anchor) WHERE state IN ('queued', 'sent');
CREATE INDEX operations_settled ON operations (tenant_id, settled_at) WHERE settled_at IS NOT NULL;
-- At one account, one write after the other.
CREATE UNIQUE INDEX operations_one_write ON operations (tenant_id, directory_id, anchor) WHERE state = 'sent' AND writes;

-- An operation for one agent that may take it, with the passwords sealed to that agent's key. Erased when it is taken
-- by one of them, or over.
CREATE TABLE operation_offers (
    tenant_id UUID NOT NULL,
    operation_id UUID NOT NULL,
    agent_id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, operation_id, agent_id),
    FOREIGN KEY (tenant_id, operation_id) REFERENCES operations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX operation_offers_agent ON operation_offers (tenant_id, agent_id);
