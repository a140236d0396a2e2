-- Stories that a visit found under a new address, and else as they were.

-- +goose Up

ALTER TABLE crawls ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
