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
