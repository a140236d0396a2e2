// Feed readers with a memory: usage node subscribe.mjs MEMORY URL…
//
// Each poll asks every feed once, conditionally, and lets each library that knows its format read it: rss-parser and feedparser, which
// the judge's setup.sh installed from npm (their versions are in its parsers/package.json), and JSON.parse. An entry is known by its
// id alone, as readers know it. A line for each library and feed says what happened: LIBRARY FEED STATUS new N changed N known N
// unread N, and "twice" if a document had an id twice. MEMORY is a file; entries that are in it are read, unless new.
import { createRequire } from "node:module";
import fs from "node:fs";
import { Readable } from "node:stream";

const require = createRequire(`${process.env.FEEDJUDGE_HOME}/npm/package.json`);
const RSSParser = require("rss-parser");
const feedparser = require("feedparser");
const FeedParser = feedparser.default ?? feedparser;

const date = (d) => (d ? new Date(d).toISOString() : null);

const libraries = {
  "rss-parser": async (body) => {
    const feed = await new RSSParser({ customFields: { item: ["content:encoded"] } }).parseString(body);
    return feed.items.map((i) => ({ id: i.guid ?? i.id, url: i.link, title: i.title, text: i["content:encoded"] ?? i.content, date: date(i.isoDate) }));
  },
  feedparser: async (body) => {
    const entries = [];
    for await (const i of Readable.from([body]).pipe(new FeedParser())) {
      entries.push({ id: i.guid, url: i.link, title: i.title, text: i.description, date: date(i.pubdate) });
    }
    return entries;
  },
  json: async (body) => JSON.parse(body).items.map((i) => ({ id: i.id, url: i.url, title: i.title, text: i.content_html, date: date(i.date_published) })),
};

// poll returns the answer's status and, unless it is a 304, its body.
async function poll(url, memory) {
  const headers = memory.etag ? { "If-None-Match": memory.etag, "If-Modified-Since": memory.modified } : {};
  const answer = await fetch(url, { headers });
  if (answer.status === 200) {
    memory.etag = answer.headers.get("etag");
    memory.modified = answer.headers.get("last-modified");
  }
  return { status: answer.status, body: answer.status === 200 ? await answer.text() : null };
}

function remember(known, entries) {
  let fresh = 0, changed = 0;
  for (const e of entries) {
    const before = known[e.id];
    if (!before) fresh++;
    else if (["url", "title", "text", "date"].some((field) => before[field] !== e[field])) changed++;
    known[e.id] = { ...e, read: before ? before.read : false };
  }
  return { fresh, changed, twice: new Set(entries.map((e) => e.id)).size !== entries.length };
}

const [file, ...urls] = process.argv.slice(2);
const all = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
for (const url of urls) {
  const memory = (all[url] ??= { known: {} });
  const { status, body } = await poll(url, memory);
  for (const name of Object.keys(libraries).filter((l) => (l === "json") === url.endsWith(".json"))) {
    const known = (memory.known[name] ??= {});
    const { fresh, changed, twice } = remember(known, body === null ? [] : await libraries[name](body));
    const unread = Object.values(known).filter((e) => !e.read).length;
    console.log(`${name} ${url.split("/").at(-1)} ${status} new ${fresh} changed ${changed} known ${Object.keys(known).length} unread ${unread}${twice ? " twice" : ""}`);
    for (const e of Object.values(known)) e.read = true; // until the next poll
  }
}
fs.writeFileSync(file, JSON.stringify(all));
