-- A keyed hash of each recipient's address, so that work waiting for somebody is found without reading addresses.
-- Rows from before have none until they are written again.

-- +goose Up

ALTER TABLE recipients ADD COLUMN email_hash VARBINARY(64) NOT NULL DEFAULT '';
CREATE INDEX recipients_by_email ON recipients (org, email_hash);

-- +goose Down

DROP INDEX recipients_by_email ON recipients;
ALTER TABLE recipients DROP COLUMN email_hash;
