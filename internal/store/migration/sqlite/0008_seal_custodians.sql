-- Who keeps a seal key: the store itself (software), a process of role signer, a token. What was the wrapped key is
-- what that custodian finds the key by.

-- +goose Up

ALTER TABLE seal_keys RENAME COLUMN wrapped TO reference;
ALTER TABLE seal_keys ADD COLUMN custodian TEXT NOT NULL DEFAULT 'software';

-- +goose Down

ALTER TABLE seal_keys DROP COLUMN custodian;
ALTER TABLE seal_keys RENAME COLUMN reference TO wrapped;
