-- Stories without a date stand among their neighbours when they were there
-- before we came, and on top when they were not.

-- +goose Up

ALTER TABLE stories ADD COLUMN old INTEGER NOT NULL DEFAULT 0; -- 1: older than our first look at it tells

-- Back-fills gave the stories without a date the time at which they began.
UPDATE stories SET old = 1 WHERE fetched = (SELECT min(o.fetched) FROM stories o WHERE o.series = stories.series);

CREATE INDEX stories_undated ON stories (series) WHERE published IS NULL OR published_source = 'guess';
