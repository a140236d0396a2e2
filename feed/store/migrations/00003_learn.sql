-- +goose Up

ALTER TABLE stories ADD COLUMN title_source TEXT NOT NULL DEFAULT '';
ALTER TABLE stories ADD COLUMN author_source TEXT NOT NULL DEFAULT '';
ALTER TABLE stories ADD COLUMN sketch BLOB;               -- feed.Sketch of the text; NULL: saved before there were any
ALTER TABLE links ADD COLUMN authors TEXT NOT NULL DEFAULT '[]';
ALTER TABLE pages ADD COLUMN same_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE pages ADD COLUMN template INTEGER NOT NULL DEFAULT 0; -- generation of the profile by which it was read; 0: none

-- A date that was only guessed (feed.DateGuessed) puts a story nowhere.
DROP INDEX stories_newest;
CREATE INDEX stories_newest ON stories (series, COALESCE(CASE WHEN published_source <> 'guess' THEN published END, fetched) DESC, part DESC);

CREATE TABLE templates (
    series  TEXT NOT NULL REFERENCES series (slug),
    site    TEXT NOT NULL,
    profile TEXT NOT NULL,                                -- JSON of what was learned; empty: nothing
    watch   TEXT NOT NULL,                                -- JSON of how well it did lately
    learned INTEGER,
    changed INTEGER,
    note    TEXT NOT NULL,
    PRIMARY KEY (series, site)
);
