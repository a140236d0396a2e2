-- The archives of a feed (RFC 5005): which story stands in which, and in which
-- of its revisions. What is sealed is not changed.

-- +goose Up

CREATE TABLE archived (
    series   TEXT NOT NULL,
    guid     TEXT NOT NULL,
    number   INTEGER NOT NULL,  -- of the archive, from 1, the oldest first
    place    INTEGER NOT NULL,  -- in it, from 0
    revision INTEGER NOT NULL,
    PRIMARY KEY (series, guid),
    FOREIGN KEY (series, guid) REFERENCES stories (series, guid)
);
CREATE INDEX archived_number ON archived (series, number, place);
