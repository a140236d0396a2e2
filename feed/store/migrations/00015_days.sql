-- What happened day by day, for the page that tells how everything does. A
-- row a day, and one a day for each host that was asked; old ones are removed.

-- +goose Up

CREATE TABLE days (
    day          INTEGER PRIMARY KEY,            -- its beginning, UTC
    crawls       INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0,     -- crawls that failed as a whole
    requests     INTEGER NOT NULL DEFAULT 0,
    not_modified INTEGER NOT NULL DEFAULT 0,
    new          INTEGER NOT NULL DEFAULT 0,     -- stories
    changed      INTEGER NOT NULL DEFAULT 0,
    stories      INTEGER NOT NULL DEFAULT 0,     -- kept, as of its last measurement; so are those below
    store_bytes  INTEGER NOT NULL DEFAULT 0,
    index_bytes  INTEGER NOT NULL DEFAULT 0,
    polls        INTEGER NOT NULL DEFAULT 0      -- of feeds, ever
);

INSERT INTO days (day, crawls, failed, requests, not_modified, new, changed)
SELECT started_ms / 86400000 * 86400, count(*), sum(err <> ''), sum(requests), sum(not_modified), sum(new), sum(changed) FROM crawls GROUP BY 1;

-- What was polled before is not of the first day that is counted.
INSERT INTO days (day, polls)
SELECT strftime('%s', 'now') / 86400 * 86400 - 86400, sum(requests) FROM readers HAVING count(*) > 0
ON CONFLICT (day) DO UPDATE SET polls = excluded.polls;

CREATE TABLE host_days (
    host        TEXT NOT NULL,
    day         INTEGER NOT NULL,
    requests    INTEGER NOT NULL,
    shortest_ms INTEGER,                         -- the shortest pause before one of them; NULL: there was none
    PRIMARY KEY (host, day)
) WITHOUT ROWID;

ALTER TABLE hosts ADD COLUMN released_ms INTEGER NOT NULL DEFAULT 0; -- when the last request ended; 0: not known
