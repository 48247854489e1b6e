-- Envelopes and everything that hangs on them, the job queue, and the wrapped keys of organizations.
-- Instants are microseconds since 1970 in UTC, 0 where there is none; flags are 0 or 1. A column whose name
-- begins with "sealed_" holds ciphertext, and so do documents.facts and authority_issued.der. Keys and foreign keys
-- begin with the organization, so a row can never hang on another organization's.

-- +goose Up

CREATE TABLE installation (
  name TEXT NOT NULL,
  value BYTEA NOT NULL,
  PRIMARY KEY (name)
);

CREATE TABLE org_keys (
  org TEXT NOT NULL,
  seq BIGINT NOT NULL,
  wrapped BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, seq)
);

CREATE TABLE envelopes (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  title_folded TEXT NOT NULL,
  locale TEXT NOT NULL,
  level TEXT NOT NULL,
  ordered BIGINT NOT NULL,
  sender_kind TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  data_key BYTEA NOT NULL,
  sealed_message BYTEA NOT NULL,
  sealed_reason BYTEA NOT NULL,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  sealed_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  event_seq BIGINT NOT NULL,
  event_hash BYTEA NOT NULL,
  PRIMARY KEY (org, id)
);
CREATE INDEX envelopes_by_state ON envelopes (org, state, id);
CREATE INDEX envelopes_by_sender ON envelopes (org, sender_id, id);
CREATE INDEX envelopes_by_expiry ON envelopes (org, state, expires_at);

CREATE TABLE documents (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  position BIGINT NOT NULL,
  sealed_name BYTEA NOT NULL,
  state TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  stalled TEXT NOT NULL,
  next_try BIGINT NOT NULL,
  signed_upload BIGINT NOT NULL,
  pages BIGINT NOT NULL,
  level TEXT NOT NULL,
  head BIGINT NOT NULL,
  removed BYTEA NOT NULL,
  facts BYTEA NOT NULL,
  intent BYTEA NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
);
CREATE INDEX documents_by_envelope ON documents (org, envelope, position);

CREATE TABLE revisions (
  org TEXT NOT NULL,
  document TEXT NOT NULL,
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  act TEXT NOT NULL,
  blob_name TEXT NOT NULL,
  blob_key BYTEA NOT NULL,
  blob_sha256 BYTEA NOT NULL,
  blob_size BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, document, number),
  FOREIGN KEY (org, document) REFERENCES documents (org, id) ON DELETE CASCADE
);
CREATE INDEX revisions_by_blob ON revisions (blob_name);

CREATE TABLE recipients (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  role TEXT NOT NULL,
  position BIGINT NOT NULL,
  state TEXT NOT NULL,
  method TEXT NOT NULL,
  locale TEXT NOT NULL,
  sealed_name BYTEA NOT NULL,
  sealed_email BYTEA NOT NULL,
  sealed_phone BYTEA NOT NULL,
  sealed_reason BYTEA NOT NULL,
  notified_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  consented_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
);
CREATE INDEX recipients_by_envelope ON recipients (org, envelope, position);

CREATE TABLE fields (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  document TEXT NOT NULL,
  recipient TEXT,
  type TEXT NOT NULL,
  page BIGINT NOT NULL,
  x DOUBLE PRECISION NOT NULL,
  y DOUBLE PRECISION NOT NULL,
  w DOUBLE PRECISION NOT NULL,
  h DOUBLE PRECISION NOT NULL,
  required BIGINT NOT NULL,
  config BYTEA NOT NULL,
  existing TEXT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, document) REFERENCES documents (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
);
CREATE INDEX fields_by_envelope ON fields (org, envelope);
CREATE INDEX fields_by_document ON fields (org, document);
CREATE INDEX fields_by_recipient ON fields (org, recipient);

CREATE TABLE field_values (
  org TEXT NOT NULL,
  field TEXT NOT NULL,
  envelope TEXT NOT NULL,
  recipient TEXT NOT NULL,
  sealed_data BYTEA NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org, field),
  FOREIGN KEY (org, field) REFERENCES fields (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
);
CREATE INDEX field_values_by_envelope ON field_values (org, envelope);
CREATE INDEX field_values_by_recipient ON field_values (org, recipient);

CREATE TABLE links (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  recipient TEXT NOT NULL,
  hash BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  exchanged_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  revealed BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX links_by_hash ON links (org, hash);
CREATE INDEX links_by_recipient ON links (org, recipient, id);
CREATE INDEX links_by_envelope ON links (org, envelope);

CREATE TABLE sittings (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  recipient TEXT NOT NULL,
  hash BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  sealed_address BYTEA NOT NULL,
  sealed_user_agent BYTEA NOT NULL,
  sealed_consent BYTEA NOT NULL,
  handover BYTEA NOT NULL,
  handover_expires BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
);
CREATE INDEX sittings_by_recipient ON sittings (org, recipient, id);
CREATE INDEX sittings_by_envelope ON sittings (org, envelope);

CREATE TABLE acts (
  org TEXT NOT NULL,
  recipient TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  sitting TEXT NOT NULL,
  method TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  request BYTEA NOT NULL,
  reviewed BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, recipient),
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
);
CREATE INDEX acts_by_envelope ON acts (org, envelope);

CREATE TABLE events (
  org TEXT NOT NULL,
  envelope TEXT NOT NULL,
  seq BIGINT NOT NULL,
  type TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  facts BYTEA NOT NULL,
  sealed_personal BYTEA NOT NULL,
  salt BYTEA NOT NULL,
  prev BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  log_index BIGINT NOT NULL,
  PRIMARY KEY (org, envelope, seq),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
);
CREATE INDEX events_by_log_index ON events (log_index, at);

CREATE TABLE messages (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT,
  recipient TEXT NOT NULL,
  channel TEXT NOT NULL,
  template TEXT NOT NULL,
  locale TEXT NOT NULL,
  sealed_to BYTEA NOT NULL,
  sealed_params BYTEA NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  error TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
);
CREATE INDEX messages_by_envelope ON messages (org, envelope, id);

CREATE TABLE jobs (
  id TEXT NOT NULL,
  org TEXT NOT NULL,
  kind TEXT NOT NULL,
  unique_key TEXT,
  payload BYTEA NOT NULL,
  priority BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  lease TEXT NOT NULL,
  again BIGINT NOT NULL,
  dead BIGINT NOT NULL,
  error TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX jobs_unique ON jobs (org, kind, unique_key);
CREATE INDEX jobs_due ON jobs (dead, kind, due_at);

CREATE TABLE leases (
  name TEXT NOT NULL,
  holder TEXT NOT NULL,
  fence BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (name)
);

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
