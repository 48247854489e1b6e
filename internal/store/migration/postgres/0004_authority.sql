-- The installation's own authorities: their keys, what they issued, their newest revocation lists.

-- +goose Up

CREATE TABLE authority_keys (
  role TEXT NOT NULL,
  id TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  wrapped BYTEA NOT NULL,
  chain BYTEA NOT NULL,
  public_url TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (role)
);
CREATE UNIQUE INDEX authority_keys_by_id ON authority_keys (id);

CREATE TABLE authority_issued (
  issuer TEXT NOT NULL,
  serial TEXT NOT NULL,
  kind TEXT NOT NULL,
  der BYTEA NOT NULL,
  not_after BIGINT NOT NULL,
  issued_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  reason BIGINT NOT NULL,
  PRIMARY KEY (issuer, serial)
);
CREATE INDEX authority_issued_revoked ON authority_issued (issuer, revoked_at);

CREATE TABLE authority_lists (
  issuer TEXT NOT NULL,
  number BIGINT NOT NULL,
  this_update BIGINT NOT NULL,
  next_update BIGINT NOT NULL,
  der BYTEA NOT NULL,
  PRIMARY KEY (issuer)
);

-- +goose Down

DROP TABLE authority_lists;
DROP TABLE authority_issued;
DROP TABLE authority_keys;
