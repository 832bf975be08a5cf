-- Contact data of a directory that wait for an administrator: what the profile would become.
CREATE TABLE held_contacts (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    directory_id UUID NOT NULL,
    anchor UUID NOT NULL,
    user_id UUID NOT NULL,
    mail TEXT,
    mobile_phone TEXT,
    business_phone TEXT,
    held_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, directory_id, anchor),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX held_contacts_user ON held_contacts (tenant_id, user_id);

-- How many users got other contact data of a directory lately: many small changes are one large one.
CREATE TABLE contact_changes (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    directory_id UUID NOT NULL,
    changed_at BIGINT NOT NULL,
    users BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, directory_id, changed_at)
);
