-- Organizations, those who act for them, their settings, uploads, and stored answers.

-- +goose Up

CREATE TABLE organizations (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  locale TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE users (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  sealed_name BYTEA NOT NULL,
  sealed_email BYTEA NOT NULL,
  email_hash BYTEA NOT NULL,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  locale TEXT NOT NULL,
  disabled_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org) REFERENCES organizations (id)
);
CREATE UNIQUE INDEX users_by_email ON users (email_hash);

CREATE TABLE sign_in_links (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  hash BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, user_id) REFERENCES users (org, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX sign_in_links_by_hash ON sign_in_links (hash);
CREATE INDEX sign_in_links_by_expiry ON sign_in_links (expires_at);

CREATE TABLE sessions (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  hash BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  sealed_address BYTEA NOT NULL,
  sealed_user_agent BYTEA NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, user_id) REFERENCES users (org, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX sessions_by_hash ON sessions (hash);
CREATE INDEX sessions_by_user ON sessions (org, user_id, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  hash BYTEA NOT NULL,
  permissions BYTEA NOT NULL,
  created_by_kind TEXT NOT NULL,
  created_by_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org) REFERENCES organizations (id)
);
CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (hash);

-- Attempts at guessable secrets; name holds no personal data.
CREATE TABLE counters (
  name TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (name)
);
CREATE INDEX counters_by_last ON counters (last_at);

CREATE TABLE settings (
  org TEXT NOT NULL,
  name TEXT NOT NULL,
  sealed_data BYTEA NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org, name)
);

CREATE TABLE uploads (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  owner_kind TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  sealed_name BYTEA NOT NULL,
  size BIGINT NOT NULL,
  received BIGINT NOT NULL,
  blob_name TEXT NOT NULL,
  blob_key BYTEA NOT NULL,
  blob_sha256 BYTEA NOT NULL,
  blob_size BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (org, id)
);
CREATE INDEX uploads_by_owner ON uploads (org, owner_id, expires_at);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);
CREATE INDEX uploads_by_blob ON uploads (blob_name);

CREATE TABLE upload_parts (
  org TEXT NOT NULL,
  upload TEXT NOT NULL,
  number BIGINT NOT NULL,
  blob_name TEXT NOT NULL,
  blob_key BYTEA NOT NULL,
  blob_sha256 BYTEA NOT NULL,
  blob_size BIGINT NOT NULL,
  PRIMARY KEY (org, upload, number),
  FOREIGN KEY (org, upload) REFERENCES uploads (org, id) ON DELETE CASCADE
);
CREATE INDEX upload_parts_by_blob ON upload_parts (blob_name);

CREATE TABLE answers (
  org TEXT NOT NULL,
  caller TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  operation TEXT NOT NULL,
  request BYTEA NOT NULL,
  lease TEXT NOT NULL,
  lease_ends BIGINT NOT NULL,
  status BIGINT NOT NULL,
  sealed_header BYTEA NOT NULL,
  sealed_body BYTEA NOT NULL,
  secret BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (org, caller, idempotency_key)
);
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
