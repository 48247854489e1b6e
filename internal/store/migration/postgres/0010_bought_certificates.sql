-- Where a seal's certificate comes from: issued by the installation's own CA, or imported. Keys that wait for a
-- certificate of somebody else, with the request for it.

-- +goose Up

ALTER TABLE seal_keys ADD COLUMN source TEXT NOT NULL DEFAULT 'issued';

CREATE TABLE seal_requests (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  custodian TEXT NOT NULL,
  reference BYTEA NOT NULL,
  request BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, id)
);

-- +goose Down

DROP TABLE seal_requests;
ALTER TABLE seal_keys DROP COLUMN source;
