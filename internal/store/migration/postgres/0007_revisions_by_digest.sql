-- Finds the revision that a file handed in for validation is, by its digest.

-- +goose Up

CREATE INDEX revisions_by_digest ON revisions (blob_sha256);

-- +goose Down

DROP INDEX revisions_by_digest;
