-- A series may be called otherwise one day: the addresses of its old name lead
-- to the new one for ever, and its feeds keep their ids.

-- +goose Up

ALTER TABLE series ADD COLUMN first_slug TEXT NOT NULL DEFAULT ''; -- what it was called first; empty: what it is called

CREATE TABLE moved_slugs (
    old TEXT PRIMARY KEY,
    new TEXT NOT NULL
);
