-- Envelopes and everything that hangs on them, the job queue, and the wrapped keys of organizations.
-- Instants are microseconds since 1970 in UTC, 0 where there is none; flags are 0 or 1. A column whose name
-- begins with "sealed_" holds ciphertext, and so do documents.facts and authority_issued.der. Keys and foreign keys
-- begin with the organization, so a row can never hang on another organization's.

-- +goose Up

CREATE TABLE installation (
  name TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (name)
) STRICT;

CREATE TABLE org_keys (
  org TEXT NOT NULL,
  seq INTEGER NOT NULL,
  wrapped BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (org, seq)
) STRICT;

CREATE TABLE envelopes (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  title_folded TEXT NOT NULL,
  locale TEXT NOT NULL,
  level TEXT NOT NULL,
  ordered INTEGER NOT NULL,
  sender_kind TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  data_key BLOB NOT NULL,
  sealed_message BLOB NOT NULL,
  sealed_reason BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  sealed_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  event_seq INTEGER NOT NULL,
  event_hash BLOB NOT NULL,
  PRIMARY KEY (org, id)
) STRICT;
CREATE INDEX envelopes_by_state ON envelopes (org, state, id);
CREATE INDEX envelopes_by_sender ON envelopes (org, sender_id, id);
CREATE INDEX envelopes_by_expiry ON envelopes (org, state, expires_at);

CREATE TABLE documents (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  position INTEGER NOT NULL,
  sealed_name BLOB NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  stalled TEXT NOT NULL,
  next_try INTEGER NOT NULL,
  signed_upload INTEGER NOT NULL,
  pages INTEGER NOT NULL,
  level TEXT NOT NULL,
  head INTEGER NOT NULL,
  removed BLOB NOT NULL,
  facts BLOB NOT NULL,
  intent BLOB NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX documents_by_envelope ON documents (org, envelope, position);

CREATE TABLE revisions (
  org TEXT NOT NULL,
  document TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  act TEXT NOT NULL,
  blob_name TEXT NOT NULL,
  blob_key BLOB NOT NULL,
  blob_sha256 BLOB NOT NULL,
  blob_size INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (org, document, number),
  FOREIGN KEY (org, document) REFERENCES documents (org, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX revisions_by_blob ON revisions (blob_name);

CREATE TABLE recipients (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  role TEXT NOT NULL,
  position INTEGER NOT NULL,
  state TEXT NOT NULL,
  method TEXT NOT NULL,
  locale TEXT NOT NULL,
  sealed_name BLOB NOT NULL,
  sealed_email BLOB NOT NULL,
  sealed_phone BLOB NOT NULL,
  sealed_reason BLOB NOT NULL,
  notified_at INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  consented_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX recipients_by_envelope ON recipients (org, envelope, position);

CREATE TABLE fields (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  document TEXT NOT NULL,
  recipient TEXT,
  type TEXT NOT NULL,
  page INTEGER NOT NULL,
  x REAL NOT NULL,
  y REAL NOT NULL,
  w REAL NOT NULL,
  h REAL NOT NULL,
  required INTEGER NOT NULL,
  config BLOB NOT NULL,
  existing TEXT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, document) REFERENCES documents (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX fields_by_envelope ON fields (org, envelope);
CREATE INDEX fields_by_document ON fields (org, document);
CREATE INDEX fields_by_recipient ON fields (org, recipient);

CREATE TABLE field_values (
  org TEXT NOT NULL,
  field TEXT NOT NULL,
  envelope TEXT NOT NULL,
  recipient TEXT NOT NULL,
  sealed_data BLOB NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (org, field),
  FOREIGN KEY (org, field) REFERENCES fields (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX field_values_by_envelope ON field_values (org, envelope);
CREATE INDEX field_values_by_recipient ON field_values (org, recipient);

CREATE TABLE links (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  recipient TEXT NOT NULL,
  hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  exchanged_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL,
  revealed INTEGER NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX links_by_hash ON links (org, hash);
CREATE INDEX links_by_recipient ON links (org, recipient, id);
CREATE INDEX links_by_envelope ON links (org, envelope);

CREATE TABLE sittings (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT NOT NULL,
  recipient TEXT NOT NULL,
  hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  sealed_address BLOB NOT NULL,
  sealed_user_agent BLOB NOT NULL,
  sealed_consent BLOB NOT NULL,
  handover BLOB NOT NULL,
  handover_expires INTEGER NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE
) STRICT;
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
  request BLOB NOT NULL,
  reviewed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (org, recipient),
  FOREIGN KEY (org, recipient) REFERENCES recipients (org, id) ON DELETE CASCADE,
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX acts_by_envelope ON acts (org, envelope);

CREATE TABLE events (
  org TEXT NOT NULL,
  envelope TEXT NOT NULL,
  seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  facts BLOB NOT NULL,
  sealed_personal BLOB NOT NULL,
  salt BLOB NOT NULL,
  prev BLOB NOT NULL,
  hash BLOB NOT NULL,
  log_index INTEGER NOT NULL,
  PRIMARY KEY (org, envelope, seq),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX events_by_log_index ON events (log_index, at);

CREATE TABLE messages (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  envelope TEXT,
  recipient TEXT NOT NULL,
  channel TEXT NOT NULL,
  template TEXT NOT NULL,
  locale TEXT NOT NULL,
  sealed_to BLOB NOT NULL,
  sealed_params BLOB NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  error TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, envelope) REFERENCES envelopes (org, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX messages_by_envelope ON messages (org, envelope, id);

CREATE TABLE jobs (
  id TEXT NOT NULL,
  org TEXT NOT NULL,
  kind TEXT NOT NULL,
  unique_key TEXT,
  payload BLOB NOT NULL,
  priority INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  lease TEXT NOT NULL,
  again INTEGER NOT NULL,
  dead INTEGER NOT NULL,
  error TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX jobs_unique ON jobs (org, kind, unique_key);
CREATE INDEX jobs_due ON jobs (dead, kind, due_at);

CREATE TABLE leases (
  name TEXT NOT NULL,
  holder TEXT NOT NULL,
  fence INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  PRIMARY KEY (name)
) STRICT;

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
