-- Envelopes and everything that hangs on them, the job queue, and the wrapped keys of organizations.
-- Instants are microseconds since 1970 in UTC, 0 where there is none; flags are 0 or 1. A column whose name
-- begins with "sealed_" holds ciphertext, and so do documents.facts and authority_issued.der. Keys and foreign keys
-- begin with the organization, so a row can never hang on another organization's.

-- +goose Up

CREATE TABLE installation (
  name VARCHAR(64) NOT NULL,
  value LONGBLOB NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE org_keys (
  org VARCHAR(36) NOT NULL,
  seq BIGINT NOT NULL,
  wrapped LONGBLOB NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE envelopes (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  state VARCHAR(64) NOT NULL,
  title LONGTEXT NOT NULL,
  title_folded LONGTEXT NOT NULL,
  locale VARCHAR(64) NOT NULL,
  level VARCHAR(64) NOT NULL,
  ordered BIGINT NOT NULL,
  sender_kind VARCHAR(64) NOT NULL,
  sender_id VARCHAR(36) NOT NULL,
  data_key LONGBLOB NOT NULL,
  sealed_message LONGBLOB NOT NULL,
  sealed_reason LONGBLOB NOT NULL,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  sealed_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  event_seq BIGINT NOT NULL,
  event_hash VARBINARY(64) NOT NULL,
  PRIMARY KEY (org, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX envelopes_by_state ON envelopes (org, state, id);
CREATE INDEX envelopes_by_sender ON envelopes (org, sender_id, id);
CREATE INDEX envelopes_by_expiry ON envelopes (org, state, expires_at);

CREATE TABLE documents (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  envelope VARCHAR(36) NOT NULL,
  position BIGINT NOT NULL,
  sealed_name LONGBLOB NOT NULL,
  state VARCHAR(64) NOT NULL,
  attempt BIGINT NOT NULL,
  stalled LONGTEXT NOT NULL,
  next_try BIGINT NOT NULL,
  signed_upload BIGINT NOT NULL,
  pages BIGINT NOT NULL,
  level VARCHAR(64) NOT NULL,
  head BIGINT NOT NULL,
  removed LONGBLOB NOT NULL,
  facts LONGBLOB NOT NULL,
  intent LONGBLOB NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX documents_by_envelope ON documents (org, envelope, position);

CREATE TABLE revisions (
  org VARCHAR(36) NOT NULL,
  document VARCHAR(36) NOT NULL,
  number BIGINT NOT NULL,
  kind VARCHAR(64) NOT NULL,
  act VARCHAR(36) NOT NULL,
  blob_name VARCHAR(64) NOT NULL,
  blob_key LONGBLOB NOT NULL,
  blob_sha256 VARBINARY(64) NOT NULL,
  blob_size BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, document, number),
  FOREIGN KEY (org, document) REFERENCES documents (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX revisions_by_blob ON revisions (blob_name);

CREATE TABLE recipients (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  envelope VARCHAR(36) NOT NULL,
  role VARCHAR(64) NOT NULL,
  position BIGINT NOT NULL,
  state VARCHAR(64) NOT NULL,
  method VARCHAR(64) NOT NULL,
  locale VARCHAR(64) NOT NULL,
  sealed_name LONGBLOB NOT NULL,
  sealed_email LONGBLOB NOT NULL,
  sealed_phone LONGBLOB NOT NULL,
  sealed_reason LONGBLOB NOT NULL,
  notified_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  consented_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX recipients_by_envelope ON recipients (org, envelope, position);

CREATE TABLE fields (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  envelope VARCHAR(36) NOT NULL,
  document VARCHAR(36) NOT NULL,
  recipient VARCHAR(36),
  type VARCHAR(64) NOT NULL,
  page BIGINT NOT NULL,
  x DOUBLE NOT NULL,
  y DOUBLE NOT NULL,
  w DOUBLE NOT NULL,
  h DOUBLE NOT NULL,
  required BIGINT NOT NULL,
  config LONGBLOB NOT NULL,
  existing LONGTEXT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, document) REFERENCES documents (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX fields_by_envelope ON fields (org, envelope);
CREATE INDEX fields_by_document ON fields (org, document);
CREATE INDEX fields_by_recipient ON fields (org, recipient);

CREATE TABLE field_values (
  org VARCHAR(36) NOT NULL,
  field VARCHAR(36) NOT NULL,
  envelope VARCHAR(36) NOT NULL,
  recipient VARCHAR(36) NOT NULL,
  sealed_data LONGBLOB NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org, field),
  FOREIGN KEY (org, field) REFERENCES fields (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX field_values_by_envelope ON field_values (org, envelope);
CREATE INDEX field_values_by_recipient ON field_values (org, recipient);

CREATE TABLE links (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  envelope VARCHAR(36) NOT NULL,
  recipient VARCHAR(36) NOT NULL,
  hash VARBINARY(64) NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  exchanged_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  revealed BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX links_by_hash ON links (org, hash);
CREATE INDEX links_by_recipient ON links (org, recipient, id);
CREATE INDEX links_by_envelope ON links (org, envelope);

CREATE TABLE sittings (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  envelope VARCHAR(36) NOT NULL,
  recipient VARCHAR(36) NOT NULL,
  hash VARBINARY(64) NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  sealed_address LONGBLOB NOT NULL,
  sealed_user_agent LONGBLOB NOT NULL,
  sealed_consent LONGBLOB NOT NULL,
  handover VARBINARY(64) NOT NULL,
  handover_expires BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX sittings_by_recipient ON sittings (org, recipient, id);
CREATE INDEX sittings_by_envelope ON sittings (org, envelope);

CREATE TABLE acts (
  org VARCHAR(36) NOT NULL,
  recipient VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  envelope VARCHAR(36) NOT NULL,
  sitting VARCHAR(36) NOT NULL,
  method VARCHAR(64) NOT NULL,
  idempotency_key VARCHAR(255) NOT NULL,
  request VARBINARY(64) NOT NULL,
  reviewed LONGBLOB NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, recipient),
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX acts_by_envelope ON acts (org, envelope);

CREATE TABLE events (
  org VARCHAR(36) NOT NULL,
  envelope VARCHAR(36) NOT NULL,
  seq BIGINT NOT NULL,
  type VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  actor_kind VARCHAR(64) NOT NULL,
  actor_id VARCHAR(36) NOT NULL,
  facts LONGBLOB NOT NULL,
  sealed_personal LONGBLOB NOT NULL,
  salt VARBINARY(64) NOT NULL,
  prev VARBINARY(64) NOT NULL,
  hash VARBINARY(64) NOT NULL,
  log_index BIGINT NOT NULL,
  PRIMARY KEY (org, envelope, seq),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX events_by_log_index ON events (log_index, at);

CREATE TABLE messages (
  org VARCHAR(36) NOT NULL,
  id VARCHAR(36) NOT NULL,
  envelope VARCHAR(36),
  recipient VARCHAR(36) NOT NULL,
  channel VARCHAR(64) NOT NULL,
  template VARCHAR(64) NOT NULL,
  locale VARCHAR(64) NOT NULL,
  sealed_to LONGBLOB NOT NULL,
  sealed_params LONGBLOB NOT NULL,
  state VARCHAR(64) NOT NULL,
  attempts BIGINT NOT NULL,
  error LONGTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX messages_by_envelope ON messages (org, envelope, id);

CREATE TABLE jobs (
  id VARCHAR(36) NOT NULL,
  org VARCHAR(36) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  unique_key VARCHAR(255),
  payload LONGBLOB NOT NULL,
  priority BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  lease VARCHAR(64) NOT NULL,
  again BIGINT NOT NULL,
  dead BIGINT NOT NULL,
  error LONGTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX jobs_unique ON jobs (org, kind, unique_key);
CREATE INDEX jobs_due ON jobs (dead, kind, due_at);

CREATE TABLE leases (
  name VARCHAR(64) NOT NULL,
  holder VARCHAR(64) NOT NULL,
  fence BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down

DROP TABLE leases;
DROP TABLE jobs;
DROP TABLE messages;
DROP TABLE events;
DROP TABLE acts;
DROP TABLE sittings;
DROP TABLE links;
DROP TABLE field_values;
DROP TABLE fields;
DROP TABLE recipients;
DROP TABLE revisions;
DROP TABLE documents;
DROP TABLE envelopes;
DROP TABLE org_keys;
DROP TABLE installation;
