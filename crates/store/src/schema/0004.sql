-- Users and groups that a directory masters: what the service shows of them is in `users` and `security_groups`, what
-- only the directory knows is beside them, so that a password set there rewrites no name index here.
ALTER TABLE users ADD COLUMN directory_id UUID;
ALTER TABLE users ADD COLUMN business_phone TEXT;
-- By which a mailbox is found; the only fold of the database, of what was ASCII when it was parsed.
ALTER TABLE users ADD COLUMN mail_key TEXT COLLATE "C";
UPDATE users SET mail_key = LOWER(mail) WHERE mail IS NOT NULL;
CREATE INDEX users_mail ON users (tenant_id, mail_key) WHERE mail_key IS NOT NULL;
CREATE INDEX users_directory ON users (tenant_id, directory_id, name_key, id) WHERE directory_id IS NOT NULL;
ALTER TABLE security_groups ADD COLUMN directory_id UUID;

CREATE TABLE directory_users (
    tenant_id UUID NOT NULL,
    directory_id UUID NOT NULL,
    anchor UUID NOT NULL,
    user_id UUID NOT NULL,
    dn TEXT NOT NULL,
    account_name TEXT,
    sid TEXT,
    protected BOOLEAN NOT NULL,
    mobile TEXT,
    telephone TEXT,
    usage_location TEXT,
    manager UUID,
    proxy_addresses TEXT NOT NULL,
    extensions TEXT NOT NULL,
    policy TEXT,
    password_set_at BIGINT,
    must_change BOOLEAN NOT NULL,
    digest BYTEA NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, directory_id, anchor),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX directory_users_user ON directory_users (tenant_id, user_id);

CREATE TABLE directory_groups (
    tenant_id UUID NOT NULL,
    directory_id UUID NOT NULL,
    anchor UUID NOT NULL,
    group_id UUID NOT NULL,
    dn TEXT NOT NULL,
    digest BYTEA NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, directory_id, anchor),
    FOREIGN KEY (tenant_id, group_id) REFERENCES security_groups (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX directory_groups_group ON directory_groups (tenant_id, group_id);

-- Members whose anchors aren't known yet: they become members when they come into scope.
CREATE TABLE pending_members (
    tenant_id UUID NOT NULL,
    group_id UUID NOT NULL,
    anchor UUID NOT NULL,
    PRIMARY KEY (tenant_id, group_id, anchor),
    FOREIGN KEY (tenant_id, group_id) REFERENCES security_groups (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX pending_members_anchor ON pending_members (tenant_id, anchor);

-- The password policies of a directory; the first is the domain's own and has no name.
CREATE TABLE directory_policies (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    directory_id UUID NOT NULL,
    place BIGINT NOT NULL,
    name TEXT,
    min_length BIGINT NOT NULL,
    complexity BOOLEAN NOT NULL,
    history BIGINT NOT NULL,
    min_age_s BIGINT NOT NULL,
    max_age_s BIGINT NOT NULL,
    lockout_threshold BIGINT NOT NULL,
    lockout_window_s BIGINT NOT NULL,
    lockout_duration_s BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, directory_id, place)
);

-- When everything of a directory was last read to its end. A restore empties it: what the agents hold is newer then.
CREATE TABLE sync_bases (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    directory_id UUID NOT NULL,
    full_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, directory_id)
);

CREATE TABLE sync_runs (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    directory_id UUID NOT NULL,
    agent_id UUID NOT NULL,
    mode TEXT NOT NULL,
    preview BOOLEAN NOT NULL,
    initial BOOLEAN NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    ended_at BIGINT,
    message TEXT,
    objects BIGINT NOT NULL,
    added BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    members_added BIGINT NOT NULL,
    members_removed BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    held BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sync_runs_at ON sync_runs (tenant_id, started_at, id);
-- One at a time for each directory; a preview writes nothing that another could disturb.
CREATE UNIQUE INDEX sync_runs_one ON sync_runs (tenant_id, directory_id) WHERE state = 'running' AND NOT preview;

-- The batches that a run has taken, with the anchors that were in them: what is in none of them is gone.
CREATE TABLE sync_batches (
    tenant_id UUID NOT NULL,
    run_id UUID NOT NULL,
    number BIGINT NOT NULL,
    seen BYTEA NOT NULL,
    gone BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, run_id, number),
    FOREIGN KEY (tenant_id, run_id) REFERENCES sync_runs (tenant_id, id) ON DELETE CASCADE
);

-- Whole lists of members, part by part: who is in none of the parts is no member when the run ends.
CREATE TABLE sync_lists (
    tenant_id UUID NOT NULL,
    run_id UUID NOT NULL,
    number BIGINT NOT NULL,
    group_anchor UUID NOT NULL,
    whole BOOLEAN NOT NULL,
    members BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, run_id, number, group_anchor),
    FOREIGN KEY (tenant_id, run_id) REFERENCES sync_runs (tenant_id, id) ON DELETE CASCADE
);

-- What a run could not take, by object.
CREATE TABLE sync_errors (
    tenant_id UUID NOT NULL,
    run_id UUID NOT NULL,
    anchor UUID NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    batch BIGINT NOT NULL,
    name TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, anchor, code),
    FOREIGN KEY (tenant_id, run_id) REFERENCES sync_runs (tenant_id, id) ON DELETE CASCADE
);

-- Objects that wait for what stands in their way to go: tried again whenever a run has changed something.
CREATE TABLE sync_quarantine (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    directory_id UUID NOT NULL,
    anchor UUID NOT NULL,
    record TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, directory_id, anchor)
);

-- What a preview would do, line by line.
CREATE TABLE sync_changes (
    tenant_id UUID NOT NULL,
    run_id UUID NOT NULL,
    place BIGINT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    anchor UUID NOT NULL,
    name TEXT NOT NULL,
    changes TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, place),
    FOREIGN KEY (tenant_id, run_id) REFERENCES sync_runs (tenant_id, id) ON DELETE CASCADE
);

-- Deletions that wait for an administrator.
CREATE TABLE held_deletions (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    directory_id UUID NOT NULL,
    anchor UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    run_id UUID NOT NULL,
    held_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, directory_id, anchor)
);
