-- Where a seal's certificate comes from: issued by the installation's own CA, or imported. Keys that wait for a
-- certificate of somebody else, with the request for it.

-- +goose Up

ALTER TABLE seal_keys ADD COLUMN source VARCHAR(16) NOT NULL DEFAULT 'issued';

CREATE TABLE seal_requests (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  algorithm VARCHAR(64) NOT NULL,
  custodian VARCHAR(16) NOT NULL,
  reference LONGBLOB NOT NULL,
  request LONGBLOB NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down

DROP TABLE seal_requests;
ALTER TABLE seal_keys DROP COLUMN source;
