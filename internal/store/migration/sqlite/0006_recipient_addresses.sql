-- A keyed hash of each recipient's address, so that work waiting for somebody is found without reading addresses.
-- Rows from before have none until they are written again.

-- +goose Up

ALTER TABLE recipients ADD COLUMN email_hash BLOB NOT NULL DEFAULT x'';
CREATE INDEX recipients_by_email ON recipients (org, email_hash);

-- +goose Down

DROP INDEX recipients_by_email;
ALTER TABLE recipients DROP COLUMN email_hash;
