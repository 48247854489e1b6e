-- Organizations, those who act for them, their settings, uploads, and stored answers.

-- +goose Up

CREATE TABLE organizations (
  id VARCHAR(36) NOT NULL,
  name LONGTEXT NOT NULL,
  locale VARCHAR(64) NOT NULL,
  time_zone VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE users (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  sealed_name LONGBLOB NOT NULL,
  sealed_email LONGBLOB NOT NULL,
  email_hash VARBINARY(64) NOT NULL,
  role VARCHAR(64) NOT NULL,
  password LONGTEXT NOT NULL,
  locale VARCHAR(64) NOT NULL,
  disabled_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org) REFERENCES organizations (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX users_by_email ON users (email_hash);

CREATE TABLE sign_in_links (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  user_id VARCHAR(36) NOT NULL,
  hash VARBINARY(64) NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, user_id) REFERENCES users (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX sign_in_links_by_hash ON sign_in_links (hash);
CREATE INDEX sign_in_links_by_expiry ON sign_in_links (expires_at);

CREATE TABLE sessions (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  user_id VARCHAR(36) NOT NULL,
  hash VARBINARY(64) NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  sealed_address LONGBLOB NOT NULL,
  sealed_user_agent LONGBLOB NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, user_id) REFERENCES users (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX sessions_by_hash ON sessions (hash);
CREATE INDEX sessions_by_user ON sessions (org, user_id, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  name LONGTEXT NOT NULL,
  hint VARCHAR(64) NOT NULL,
  hash VARBINARY(64) NOT NULL,
  permissions LONGBLOB NOT NULL,
  created_by_kind VARCHAR(64) NOT NULL,
  created_by_id VARCHAR(36) NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org) REFERENCES organizations (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (hash);

-- Attempts at guessable secrets; name holds no personal data.
CREATE TABLE counters (
  name VARCHAR(255) NOT NULL,
  attempts BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX counters_by_last ON counters (last_at);

CREATE TABLE settings (
  org VARCHAR(36) NOT NULL,
  name VARCHAR(64) NOT NULL,
  sealed_data LONGBLOB NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE uploads (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  owner_kind VARCHAR(64) NOT NULL,
  owner_id VARCHAR(36) NOT NULL,
  sealed_name LONGBLOB NOT NULL,
  size BIGINT NOT NULL,
  received BIGINT NOT NULL,
  blob_name VARCHAR(64) NOT NULL,
  blob_key LONGBLOB NOT NULL,
  blob_sha256 VARBINARY(64) NOT NULL,
  blob_size BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (org, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX uploads_by_owner ON uploads (org, owner_id, expires_at);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);
CREATE INDEX uploads_by_blob ON uploads (blob_name);

CREATE TABLE upload_parts (
  org VARCHAR(36) NOT NULL,
  upload VARCHAR(36) NOT NULL,
  number BIGINT NOT NULL,
  blob_name VARCHAR(64) NOT NULL,
  blob_key LONGBLOB NOT NULL,
  blob_sha256 VARBINARY(64) NOT NULL,
  blob_size BIGINT NOT NULL,
  PRIMARY KEY (org, upload, number),
  FOREIGN KEY (org, upload) REFERENCES uploads (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX upload_parts_by_blob ON upload_parts (blob_name);

CREATE TABLE answers (
  org VARCHAR(36) NOT NULL,
  caller VARCHAR(64) NOT NULL,
  idempotency_key VARCHAR(255) NOT NULL,
  operation VARCHAR(64) NOT NULL,
  request VARBINARY(64) NOT NULL,
  lease VARCHAR(64) NOT NULL,
  lease_ends BIGINT NOT NULL,
  status BIGINT NOT NULL,
  sealed_header LONGBLOB NOT NULL,
  sealed_body LONGBLOB NOT NULL,
  secret BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (org, caller, idempotency_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
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
