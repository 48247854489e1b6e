-- What is made beside an envelope's documents, the installation's one audit log, and the seal keys.

-- +goose Up

CREATE TABLE artifacts (
  org VARCHAR(36) NOT NULL,
  envelope VARCHAR(36) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  blob_name VARCHAR(64) NOT NULL,
  blob_key LONGBLOB NOT NULL,
  blob_sha256 VARBINARY(64) NOT NULL,
  blob_size BIGINT NOT NULL,
  event_seq BIGINT NOT NULL,
  level VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, envelope, kind),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX artifacts_by_blob ON artifacts (blob_name);

CREATE INDEX events_by_org_index ON events (org, log_index);

CREATE TABLE staff_audit (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  at BIGINT NOT NULL,
  actor_kind VARCHAR(64) NOT NULL,
  actor_id VARCHAR(36) NOT NULL,
  operation VARCHAR(64) NOT NULL,
  outcome VARCHAR(64) NOT NULL,
  envelope VARCHAR(36) NOT NULL,
  facts LONGBLOB NOT NULL,
  sealed_personal LONGBLOB NOT NULL,
  salt VARBINARY(64) NOT NULL,
  hash VARBINARY(64) NOT NULL,
  log_index BIGINT NOT NULL,
  PRIMARY KEY (org, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX staff_audit_by_log_index ON staff_audit (log_index, at);
CREATE INDEX staff_audit_by_envelope ON staff_audit (org, envelope, id);

-- Hashes of the Merkle tree by storage index (golang.org/x/mod/sumdb/tlog).
CREATE TABLE log_hashes (
  idx BIGINT NOT NULL,
  hash VARBINARY(64) NOT NULL,
  PRIMARY KEY (idx)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row: who sequences, and the latest checkpoint.
CREATE TABLE log_state (
  id BIGINT NOT NULL,
  holder VARCHAR(64) NOT NULL,
  fence BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  size BIGINT NOT NULL,
  root VARBINARY(64) NOT NULL,
  at BIGINT NOT NULL,
  note LONGBLOB NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE log_stamps (
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  note LONGBLOB NOT NULL,
  token LONGBLOB NOT NULL,
  PRIMARY KEY (size, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- is_current is 1 for an organization's one current key, and NULL for the others.
CREATE TABLE seal_keys (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  algorithm VARCHAR(64) NOT NULL,
  wrapped LONGBLOB NOT NULL,
  chain LONGBLOB NOT NULL,
  public_url LONGTEXT NOT NULL,
  is_current BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX seal_keys_current ON seal_keys (org, is_current);

-- +goose Down

DROP TABLE seal_keys;
DROP TABLE log_stamps;
DROP TABLE log_state;
DROP TABLE log_hashes;
DROP TABLE staff_audit;
DROP INDEX events_by_org_index ON events;
DROP TABLE artifacts;
