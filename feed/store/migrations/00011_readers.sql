-- How feed readers behave, by kind of reader; nothing of any person.

-- +goose Up

CREATE TABLE IF NOT EXISTS readers (
    name          TEXT PRIMARY KEY,
    since         INTEGER NOT NULL,
    last          INTEGER NOT NULL,
    requests      INTEGER NOT NULL,
    not_modified  INTEGER NOT NULL,
    unconditional INTEGER NOT NULL,
    refused       INTEGER NOT NULL,
    sent          INTEGER NOT NULL,               -- bytes
    saved         INTEGER NOT NULL                -- bytes
);
