-- Organizations, those who act for them, their settings, uploads, and stored answers.

-- +goose Up

CREATE TABLE organizations (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  locale TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;

CREATE TABLE users (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  sealed_name BLOB NOT NULL,
  sealed_email BLOB NOT NULL,
  email_hash BLOB NOT NULL,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  locale TEXT NOT NULL,
  disabled_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org) REFERENCES organizations (id)
) STRICT;
CREATE UNIQUE INDEX users_by_email ON users (email_hash);

CREATE TABLE sign_in_links (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, user_id) REFERENCES users (org, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX sign_in_links_by_hash ON sign_in_links (hash);
CREATE INDEX sign_in_links_by_expiry ON sign_in_links (expires_at);

CREATE TABLE sessions (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  sealed_address BLOB NOT NULL,
  sealed_user_agent BLOB NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, user_id) REFERENCES users (org, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX sessions_by_hash ON sessions (hash);
CREATE INDEX sessions_by_user ON sessions (org, user_id, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  hash BLOB NOT NULL,
  permissions BLOB NOT NULL,
  created_by_kind TEXT NOT NULL,
  created_by_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org) REFERENCES organizations (id)
) STRICT;
CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (hash);

-- Attempts at guessable secrets; name holds no personal data.
CREATE TABLE counters (
  name TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  PRIMARY KEY (name)
) STRICT;
CREATE INDEX counters_by_last ON counters (last_at);

CREATE TABLE settings (
  org TEXT NOT NULL,
  name TEXT NOT NULL,
  sealed_data BLOB NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (org, name)
) STRICT;

CREATE TABLE uploads (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  owner_kind TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  sealed_name BLOB NOT NULL,
  size INTEGER NOT NULL,
  received INTEGER NOT NULL,
  blob_name TEXT NOT NULL,
  blob_key BLOB NOT NULL,
  blob_sha256 BLOB NOT NULL,
  blob_size INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (org, id)
) STRICT;
CREATE INDEX uploads_by_owner ON uploads (org, owner_id, expires_at);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);
CREATE INDEX uploads_by_blob ON uploads (blob_name);

CREATE TABLE upload_parts (
  org TEXT NOT NULL,
  upload TEXT NOT NULL,
  number INTEGER NOT NULL,
  blob_name TEXT NOT NULL,
  blob_key BLOB NOT NULL,
  blob_sha256 BLOB NOT NULL,
  blob_size INTEGER NOT NULL,
  PRIMARY KEY (org, upload, number),
  FOREIGN KEY (org, upload) REFERENCES uploads (org, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX upload_parts_by_blob ON upload_parts (blob_name);

CREATE TABLE answers (
  org TEXT NOT NULL,
  caller TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  operation TEXT NOT NULL,
  request BLOB NOT NULL,
  lease TEXT NOT NULL,
  lease_ends INTEGER NOT NULL,
  status INTEGER NOT NULL,
  sealed_header BLOB NOT NULL,
  sealed_body BLOB NOT NULL,
  secret INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (org, caller, idempotency_key)
) STRICT;
CREATE INDEX answers_by_expiry ON answers (expires_at);

-- +goose Down

DROP TABLE answers;
DROP TABLE upload_parts;
DROP TABLE uploads;
DROP TABLE settings;
DROP TABLE counters;
DROP TABLE api_keys;
DROP TABLE sessions;
DROP TABLE sign_in_links;
DROP TABLE users;
DROP TABLE organizations;
