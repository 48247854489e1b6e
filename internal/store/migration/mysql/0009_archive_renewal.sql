-- Until when what proves a sealed document's signatures holds, and when its renewal is looked at again. Rows from before
-- hold 0: nobody has looked yet.

-- +goose Up

ALTER TABLE documents ADD COLUMN proof_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN renew_after BIGINT NOT NULL DEFAULT 0;
CREATE INDEX documents_by_proof ON documents (org, state, proof_until);

-- +goose Down

DROP INDEX documents_by_proof ON documents;
ALTER TABLE documents DROP COLUMN renew_after;
ALTER TABLE documents DROP COLUMN proof_until;
