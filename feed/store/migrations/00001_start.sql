-- Times are INTEGER: seconds since 1970 UTC, or milliseconds where the name
-- ends in _ms. NULL is an unknown time. Lists are JSON arrays of strings.

-- +goose Up

CREATE TABLE series (
    slug          TEXT PRIMARY KEY,
    place         INTEGER NOT NULL,            -- in the configuration, from 0
    retired       INTEGER NOT NULL DEFAULT 0,  -- 1: not configured any more
    title         TEXT NOT NULL,               -- as configured
    match         TEXT NOT NULL,
    every_ms      INTEGER NOT NULL,
    content       TEXT NOT NULL,

    page_title    TEXT NOT NULL DEFAULT '',    -- as found by crawls
    description   TEXT NOT NULL DEFAULT '',
    home_url      TEXT NOT NULL DEFAULT '',
    language      TEXT NOT NULL DEFAULT '',
    image_url     TEXT NOT NULL DEFAULT '',

    version       INTEGER NOT NULL DEFAULT 0,
    updated       INTEGER,
    last_part     INTEGER NOT NULL DEFAULT 0,  -- the highest part ever given

    state         TEXT NOT NULL DEFAULT 'new',
    reason        TEXT NOT NULL DEFAULT '',
    since         INTEGER,
    last_good     INTEGER,
    failures      INTEGER NOT NULL DEFAULT 0,

    next_crawl_ms INTEGER NOT NULL DEFAULT 0,  -- 0: at once
    planned_ms    INTEGER NOT NULL DEFAULT 0,  -- when next_crawl_ms was written
    claim_owner   TEXT NOT NULL DEFAULT '',
    claim_ms      INTEGER NOT NULL DEFAULT 0   -- end of the claim
);

CREATE TABLE sources (
    series     TEXT NOT NULL REFERENCES series (slug),
    url        TEXT NOT NULL,
    place      INTEGER NOT NULL,
    kind       TEXT NOT NULL DEFAULT '',
    complete   INTEGER NOT NULL DEFAULT 0,
    signal_url TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (series, url)
);

CREATE TABLE links (
    series              TEXT NOT NULL REFERENCES series (slug),
    key                 TEXT NOT NULL,         -- feed.URLKey of url
    url                 TEXT NOT NULL,
    anchor              TEXT NOT NULL,
    source              TEXT NOT NULL,
    position            INTEGER NOT NULL,
    weak                INTEGER NOT NULL,      -- 1: linked in passing
    state               TEXT NOT NULL,
    reason              TEXT NOT NULL,
    guid                TEXT NOT NULL,
    part                INTEGER NOT NULL,      -- reserved; 0: none
    checked             INTEGER,
    modified            INTEGER,
    published           INTEGER,
    published_precision TEXT NOT NULL,
    published_source    TEXT NOT NULL,
    PRIMARY KEY (series, key)
);

CREATE TABLE stories (
    series              TEXT NOT NULL REFERENCES series (slug),
    guid                TEXT NOT NULL,
    part                INTEGER NOT NULL,
    permalink           TEXT NOT NULL,
    canonical_url       TEXT NOT NULL,
    title               TEXT NOT NULL,
    authors             TEXT NOT NULL,
    tags                TEXT NOT NULL,
    language            TEXT NOT NULL,
    image_url           TEXT NOT NULL,
    published           INTEGER,
    published_precision TEXT NOT NULL,
    published_source    TEXT NOT NULL,
    updated             INTEGER,
    updated_precision   TEXT NOT NULL,
    updated_source      TEXT NOT NULL,
    fetched             INTEGER NOT NULL,
    words               INTEGER NOT NULL,
    hash                TEXT NOT NULL,
    revision            INTEGER NOT NULL,      -- the current one; holds the body
    missing             INTEGER,
    gone                INTEGER,
    PRIMARY KEY (series, guid),
    UNIQUE (series, part)
);
CREATE INDEX stories_guid ON stories (guid);
CREATE INDEX stories_hash ON stories (series, hash);
CREATE INDEX stories_newest ON stories (series, COALESCE(published, fetched) DESC, part DESC);

-- The bodies stand here only, so that lists of stories read short rows.
CREATE TABLE revisions (
    series TEXT NOT NULL,
    guid   TEXT NOT NULL,
    number INTEGER NOT NULL,
    saved  INTEGER NOT NULL,
    hash   TEXT NOT NULL,
    title  TEXT NOT NULL,
    text   TEXT NOT NULL,
    html   TEXT NOT NULL,
    sum    INTEGER NOT NULL,                   -- CRC-32C of title, text and html
    PRIMARY KEY (series, guid, number),
    FOREIGN KEY (series, guid) REFERENCES stories (series, guid)
);

CREATE TABLE aliases (
    series TEXT NOT NULL,
    key    TEXT NOT NULL,
    guid   TEXT NOT NULL,
    url    TEXT NOT NULL,
    PRIMARY KEY (series, key),
    FOREIGN KEY (series, guid) REFERENCES stories (series, guid)
);
CREATE INDEX aliases_guid ON aliases (series, guid);

-- AUTOINCREMENT: a number is never used again, so that whoever applied an
-- old row can't remove a newer one by its number.
CREATE TABLE index_pending (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    series TEXT NOT NULL,
    guid   TEXT NOT NULL,
    remove INTEGER NOT NULL,
    UNIQUE (series, guid)
);

CREATE TABLE crawls (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    series       TEXT NOT NULL REFERENCES series (slug),
    started_ms   INTEGER NOT NULL,
    took_ms      INTEGER NOT NULL,
    found        INTEGER NOT NULL,
    new          INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    unchanged    INTEGER NOT NULL,
    gone         INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    requests     INTEGER NOT NULL,
    not_modified INTEGER NOT NULL,
    notes        TEXT NOT NULL,
    dropped      TEXT NOT NULL,
    err          TEXT NOT NULL
);
CREATE INDEX crawls_series ON crawls (series, id DESC);

CREATE TABLE pages (
    series        TEXT NOT NULL REFERENCES series (slug),
    url           TEXT NOT NULL,
    etag          TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    final_url     TEXT NOT NULL,
    fetched       INTEGER,
    PRIMARY KEY (series, url)
);

CREATE TABLE hosts (
    host       TEXT PRIMARY KEY,               -- name:port, lower case
    owner      TEXT NOT NULL DEFAULT '',
    lease_ms   INTEGER NOT NULL DEFAULT 0,     -- end of the lease
    next_ms    INTEGER NOT NULL DEFAULT 0,     -- no request before
    planned_ms INTEGER NOT NULL DEFAULT 0,     -- when next_ms was written
    gap_ms     INTEGER NOT NULL DEFAULT 1000   -- the last one asked for
);

CREATE TABLE robots (
    origin  TEXT PRIMARY KEY,
    status  INTEGER NOT NULL,
    body    BLOB NOT NULL,
    fetched INTEGER NOT NULL
);

CREATE TABLE documents (
    path        TEXT PRIMARY KEY,
    series      TEXT NOT NULL,
    format      TEXT NOT NULL,
    body        BLOB NOT NULL,
    gzip        BLOB NOT NULL,
    etag        TEXT NOT NULL,
    modified    INTEGER,
    version     INTEGER NOT NULL,
    fingerprint TEXT NOT NULL
);
