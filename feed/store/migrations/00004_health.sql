-- +goose Up

ALTER TABLE series ADD COLUMN fault TEXT NOT NULL DEFAULT '';  -- the kind of reason

-- AUTOINCREMENT: the numbers are part of the changes' ids.
CREATE TABLE health_changes (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    series TEXT NOT NULL REFERENCES series (slug),
    at     INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    state  TEXT NOT NULL,
    fault  TEXT NOT NULL,
    text   TEXT NOT NULL
);
CREATE INDEX health_changes_series ON health_changes (series, seq DESC);
