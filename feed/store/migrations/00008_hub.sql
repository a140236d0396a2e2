-- +goose Up

-- Who is told of changes of our feeds (W3C WebSub). A secret stands here as it
-- was given: what is delivered is signed with it.
CREATE TABLE hub_subscriptions (
    topic    TEXT NOT NULL,
    callback TEXT NOT NULL,
    host     TEXT NOT NULL,     -- of the callback, name:port
    ping     INTEGER NOT NULL,  -- 1: the callback is a hub of others
    secret   TEXT NOT NULL,
    until_ms INTEGER NOT NULL,  -- end of the lease; 0: none
    etag     TEXT NOT NULL,     -- newest version that was delivered, waits or was given up
    due_ms   INTEGER NOT NULL DEFAULT 0, -- 0: nothing waits
    since_ms INTEGER NOT NULL DEFAULT 0,
    tries    INTEGER NOT NULL DEFAULT 0,
    standing INTEGER NOT NULL DEFAULT 0, -- of the last delivery: 0 none, 1 good, 2 failed
    PRIMARY KEY (topic, callback)
);
CREATE INDEX hub_subscriptions_host ON hub_subscriptions (host);
CREATE INDEX hub_subscriptions_due ON hub_subscriptions (standing, due_ms) WHERE due_ms > 0;
CREATE INDEX hub_subscriptions_until ON hub_subscriptions (until_ms) WHERE until_ms > 0;

-- Calls that callbacks are to get. AUTOINCREMENT: an answer to one that was
-- replaced meanwhile must not count for its successor.
CREATE TABLE hub_intents (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    wish     TEXT NOT NULL,
    topic    TEXT NOT NULL,
    callback TEXT NOT NULL,
    host     TEXT NOT NULL,
    secret   TEXT NOT NULL,
    lease_ms INTEGER NOT NULL,
    etag     TEXT NOT NULL,
    reason   TEXT NOT NULL,
    due_ms   INTEGER NOT NULL,
    tries    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, callback)
);
CREATE INDEX hub_intents_due ON hub_intents (due_ms);
