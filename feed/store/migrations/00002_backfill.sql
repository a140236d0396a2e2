-- +goose Up

-- Series whose first reading is under way.
CREATE TABLE backfills (
    series  TEXT PRIMARY KEY REFERENCES series (slug),
    since   INTEGER NOT NULL,
    listed  INTEGER,               -- when all lists had been read to their ends
    pace_ms INTEGER NOT NULL       -- what one story takes; 0: not known
);

-- Pages of lists that are not read to their ends yet, so that the next visit
-- goes on where the last one was.
CREATE TABLE list_pages (
    series     TEXT NOT NULL REFERENCES series (slug),
    source     TEXT NOT NULL,
    url        TEXT NOT NULL,      -- as asked for
    final_url  TEXT NOT NULL,
    media_type TEXT NOT NULL,
    header     TEXT NOT NULL,      -- JSON: values by name
    body       BLOB NOT NULL,      -- gzip
    fetched    INTEGER NOT NULL,
    PRIMARY KEY (series, source, url)
);

CREATE INDEX links_state ON links (series, state);
