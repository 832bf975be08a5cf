-- The credential id of a passkey, by its keyed digest: each belongs to one method. Its public key is sealed for its row,
-- in the column of the secrets of apps.
ALTER TABLE methods ADD COLUMN credential_mac BYTEA;
CREATE UNIQUE INDEX methods_credential ON methods (credential_mac);
