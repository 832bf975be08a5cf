-- The session in which an operation was handed out. An answer that got lost is given again there and nowhere else, with
-- what was sealed to that agent, which stays in operation_offers until the operation is settled or has expired.
ALTER TABLE operations ADD COLUMN session_id UUID;
CREATE INDEX operations_session ON operations (tenant_id, session_id) WHERE state = 'sent';

-- The agent that brings the users of a directory in; the others stand by.
ALTER TABLE directories ADD COLUMN keeper UUID;

-- Since when no agent answers for a directory, and when administrators were told of it: once for each time.
ALTER TABLE directories ADD COLUMN away_since BIGINT;
ALTER TABLE directories ADD COLUMN away_told_at BIGINT;
-- When administrators were told that an agent can't roll its key.
ALTER TABLE agents ADD COLUMN key_stuck_at BIGINT;

-- The directories that an agent may stand beside, and those that it has named and nobody has decided about.
CREATE TABLE agent_allowances (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    agent_id UUID NOT NULL,
    directory_id UUID NOT NULL,
    name TEXT NOT NULL,
    allowed BOOLEAN NOT NULL,
    -- Nobody: it was the first to name a directory that no other agent stood beside.
    decided_by TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, directory_id)
);
INSERT INTO agent_allowances (tenant_id, agent_id, directory_id, name, allowed, at)
    SELECT b.tenant_id, b.agent_id, b.directory_id, d.name, TRUE, b.seen_at FROM agent_directories b
    JOIN directories d ON d.tenant_id = b.tenant_id AND d.id = b.directory_id;
-- The directories that an agent names when it asks to be let in, as JSON.
ALTER TABLE agent_enrolments ADD COLUMN directories TEXT NOT NULL DEFAULT '[]';

-- What decides whether somebody can reset, with where their password is kept.
DROP INDEX users_facts;
CREATE INDEX users_facts ON users (tenant_id, id, enabled, held_at, directory_id) WHERE deleted_at IS NULL;
