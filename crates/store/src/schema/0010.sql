-- Passwords that were replaced, as far as the policy remembers them: sealed verifiers, of no use for a sign-in.
CREATE TABLE password_history (
    tenant_id UUID NOT NULL,
    user_id UUID NOT NULL,
    -- The user's credential epoch under which it was the password.
    epoch BIGINT NOT NULL,
    verifier TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, epoch),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

-- When a right password was found to be known from a breach: it is changed before anything else.
ALTER TABLE users ADD COLUMN password_found_at BIGINT;
