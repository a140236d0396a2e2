-- Feeds that are made when somebody asks, as they were last: what is served when
-- the next one is refused, also after a restart.

-- +goose Up

CREATE TABLE made_feeds (
    path     TEXT PRIMARY KEY,   -- with its query
    format   TEXT NOT NULL,
    base     TEXT NOT NULL,      -- the base URL that its links have
    etag     TEXT NOT NULL,
    modified INTEGER NOT NULL,
    asked    INTEGER NOT NULL,   -- when somebody asked for it, about
    size     INTEGER NOT NULL,   -- of gzip
    gzip     BLOB NOT NULL
);
