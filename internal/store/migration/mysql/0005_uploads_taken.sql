-- When an envelope took an upload; its bytes are the envelope's from then on.

-- +goose Up

ALTER TABLE uploads ADD COLUMN taken_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down

ALTER TABLE uploads DROP COLUMN taken_at;
