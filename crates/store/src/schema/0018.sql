-- Who carries a code: to one phone it may go by text or by a call.
ALTER TABLE challenges ADD COLUMN carrier TEXT COLLATE "C";

-- Calls have a lane of their own beside mail and text messages.
DROP INDEX jobs_ready;
CREATE INDEX jobs_ready ON jobs (state, (CASE kind WHEN 'sms' THEN 1 WHEN 'call' THEN 2 ELSE 0 END), run_at);
