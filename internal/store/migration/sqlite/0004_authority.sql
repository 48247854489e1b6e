-- The installation's own authorities: their keys, what they issued, their newest revocation lists.

-- +goose Up

CREATE TABLE authority_keys (
  role TEXT NOT NULL,
  id TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  chain BLOB NOT NULL,
  public_url TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (role)
) STRICT;
CREATE UNIQUE INDEX authority_keys_by_id ON authority_keys (id);

CREATE TABLE authority_issued (
  issuer TEXT NOT NULL,
  serial TEXT NOT NULL,
  kind TEXT NOT NULL,
  der BLOB NOT NULL,
  not_after INTEGER NOT NULL,
  issued_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  PRIMARY KEY (issuer, serial)
) STRICT;
CREATE INDEX authority_issued_revoked ON authority_issued (issuer, revoked_at);

CREATE TABLE authority_lists (
  issuer TEXT NOT NULL,
  number INTEGER NOT NULL,
  this_update INTEGER NOT NULL,
  next_update INTEGER NOT NULL,
  der BLOB NOT NULL,
  PRIMARY KEY (issuer)
) STRICT;

-- +goose Down

DROP TABLE authority_lists;
DROP TABLE authority_issued;
DROP TABLE authority_keys;
