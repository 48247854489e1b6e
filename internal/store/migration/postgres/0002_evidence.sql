-- What is made beside an envelope's documents, the installation's one audit log, and the seal keys.

-- +goose Up

CREATE TABLE artifacts (
  org TEXT NOT NULL,
  envelope TEXT NOT NULL,
  kind TEXT NOT NULL,
  blob_name TEXT NOT NULL,
  blob_key BYTEA NOT NULL,
  blob_sha256 BYTEA NOT NULL,
  blob_size BIGINT NOT NULL,
  event_seq BIGINT NOT NULL,
  level TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, envelope, kind),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
);
CREATE INDEX artifacts_by_blob ON artifacts (blob_name);

CREATE INDEX events_by_org_index ON events (org, log_index);

CREATE TABLE staff_audit (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  operation TEXT NOT NULL,
  outcome TEXT NOT NULL,
  envelope TEXT NOT NULL,
  facts BYTEA NOT NULL,
  sealed_personal BYTEA NOT NULL,
  salt BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  log_index BIGINT NOT NULL,
  PRIMARY KEY (org, id)
);
CREATE INDEX staff_audit_by_log_index ON staff_audit (log_index, at);
CREATE INDEX staff_audit_by_envelope ON staff_audit (org, envelope, id);

-- Hashes of the Merkle tree by storage index (golang.org/x/mod/sumdb/tlog).
CREATE TABLE log_hashes (
  idx BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (idx)
);

-- One row: who sequences, and the latest checkpoint.
CREATE TABLE log_state (
  id BIGINT NOT NULL,
  holder TEXT NOT NULL,
  fence BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  size BIGINT NOT NULL,
  root BYTEA NOT NULL,
  at BIGINT NOT NULL,
  note BYTEA NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE log_stamps (
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  note BYTEA NOT NULL,
  token BYTEA NOT NULL,
  PRIMARY KEY (size, at)
);

-- is_current is 1 for an organization's one current key, and NULL for the others.
CREATE TABLE seal_keys (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  wrapped BYTEA NOT NULL,
  chain BYTEA NOT NULL,
  public_url TEXT NOT NULL,
  is_current BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX seal_keys_current ON seal_keys (org, is_current);

-- +goose Down

DROP TABLE seal_keys;
DROP TABLE log_stamps;
DROP TABLE log_state;
DROP TABLE log_hashes;
DROP TABLE staff_audit;
DROP INDEX events_by_org_index;
DROP TABLE artifacts;
