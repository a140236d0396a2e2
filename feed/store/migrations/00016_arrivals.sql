-- The order in which stories came, for whoever takes all of them away in
-- pages: it never changes, so nothing is left out or comes twice while more
-- stories come. The row ids would not do: VACUUM numbers them anew.

-- +goose Up

ALTER TABLE stories ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0; -- from 1; one more for each story of any series

UPDATE stories SET arrival = o.n
FROM (SELECT rowid AS id, row_number() OVER (ORDER BY fetched, series, part) AS n FROM stories) AS o WHERE o.id = stories.rowid;

CREATE UNIQUE INDEX stories_arrival ON stories (arrival);
CREATE INDEX stories_series_arrival ON stories (series, arrival) WHERE gone IS NULL; -- counting needs no more than it
