-- What the operator pins for the pages of a series.

-- +goose Up

ALTER TABLE series ADD COLUMN selectors TEXT NOT NULL DEFAULT '';   -- feed.Select as a JSON object; '': nothing is pinned
ALTER TABLE series ADD COLUMN render TEXT NOT NULL DEFAULT 'auto';  -- feed.Rendering
