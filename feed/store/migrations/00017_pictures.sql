-- Pictures of stories, for their books. They can be had again, so that they are
-- no part of an export.

-- +goose Up

CREATE TABLE pictures (
    series     TEXT NOT NULL REFERENCES series (slug),
    url        TEXT NOT NULL,      -- as the story has it
    media_type TEXT NOT NULL,      -- empty: it could not be had
    body       BLOB NOT NULL,
    size       INTEGER NOT NULL,   -- of body, in bytes
    tried      INTEGER NOT NULL,
    PRIMARY KEY (series, url)
);
CREATE INDEX pictures_kept ON pictures (series, media_type, tried, size); -- so that bodies need not be read
