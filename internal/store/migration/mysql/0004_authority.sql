-- The installation's own authorities: their keys, what they issued, their newest revocation lists.

-- +goose Up

CREATE TABLE authority_keys (
  role VARCHAR(64) NOT NULL,
  id VARCHAR(255) NOT NULL,
  algorithm VARCHAR(64) NOT NULL,
  wrapped LONGBLOB NOT NULL,
  chain LONGBLOB NOT NULL,
  public_url LONGTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (role)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX authority_keys_by_id ON authority_keys (id);

CREATE TABLE authority_issued (
  issuer VARCHAR(255) NOT NULL,
  serial VARCHAR(64) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  der LONGBLOB NOT NULL,
  not_after BIGINT NOT NULL,
  issued_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  reason BIGINT NOT NULL,
  PRIMARY KEY (issuer, serial)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX authority_issued_revoked ON authority_issued (issuer, revoked_at);

CREATE TABLE authority_lists (
  issuer VARCHAR(255) NOT NULL,
  number BIGINT NOT NULL,
  this_update BIGINT NOT NULL,
  next_update BIGINT NOT NULL,
  der LONGBLOB NOT NULL,
  PRIMARY KEY (issuer)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down

DROP TABLE authority_lists;
DROP TABLE authority_issued;
DROP TABLE authority_keys;
