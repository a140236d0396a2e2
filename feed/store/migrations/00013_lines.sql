-- The lines that catch-up feeds of authors, tags and searches release: since
-- when a story is in one, and what it stands by. Rows are only ever added, and
-- never changed, so that nothing shifts when stories are edited or removed.

-- +goose Up

CREATE TABLE lines (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order in which they came
    kind   TEXT NOT NULL,                      -- as in gathered; '': all stories
    slug   TEXT NOT NULL,
    guid   TEXT NOT NULL,
    name   TEXT NOT NULL,                      -- of the author or tag, as the story spelled it
    came   TEXT NOT NULL,                      -- what the series was called then where the story was
    part   INTEGER NOT NULL,
    since  INTEGER NOT NULL,
    day    INTEGER,                            -- the author's date; NULL: unknown or guessed then
    UNIQUE (kind, slug, guid)
);

INSERT OR IGNORE INTO lines (kind, slug, guid, name, came, part, since, day)
SELECT g.kind, g.slug, g.guid, g.name, g.series, s.part, s.fetched, CASE WHEN s.published_source <> 'guess' THEN s.published END
FROM gathered g JOIN stories s ON s.series = g.series AND s.guid = g.guid
ORDER BY s.fetched, s.series, s.part;
