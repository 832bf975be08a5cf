-- The groups that policies and methods are for, beside those that reset is switched on for: none can be deleted meanwhile.
CREATE TABLE policy_groups (
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    group_id UUID NOT NULL,
    PRIMARY KEY (tenant_id, group_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES security_groups (tenant_id, id)
);
