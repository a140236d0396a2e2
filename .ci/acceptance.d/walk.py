#!/usr/bin/env python3
"""Follows a feed from one document to all of it, as a reader would that knows nothing but the links: usage walk.py URL

Prints a JSON object: "documents", the addresses that were read, and "items", each with id, url, title, html and document. By which
links it goes on is RFC 5005's or JSON Feed's: prev-archive, else next; next_url. Each document is parsed strictly. It fails, with
the reason, when one is not well-formed, has another type than the first, tells another address than it has, or comes twice.
"""
import json
import sys
import urllib.request
import xml.etree.ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def xml_links(links):
    by = {link.get("rel", "alternate"): link.get("href") for link in links}
    return by.get("self"), by.get("prev-archive") or by.get("next")


def rss(body):
    channel = ET.fromstring(body).find("channel")
    items = [dict(id=i.findtext("guid"), url=i.findtext("link"), title=i.findtext("title"), html=i.findtext(CONTENT)) for i in channel.iter("item")]
    return *xml_links(channel.findall(ATOM + "link")), items


def atom(body):
    feed = ET.fromstring(body)
    if feed.tag != ATOM + "feed":
        raise ValueError("the root is " + feed.tag)
    items = []
    for e in feed.iter(ATOM + "entry"):
        url = next(link.get("href") for link in e.findall(ATOM + "link") if link.get("rel", "alternate") == "alternate")
        items.append(dict(id=e.findtext(ATOM + "id"), url=url, title=e.findtext(ATOM + "title"), html=e.findtext(ATOM + "content")))
    return *xml_links(feed.findall(ATOM + "link")), items


def json_feed(body):
    feed = json.loads(body.decode("utf-8"))
    items = [dict(id=i["id"], url=i["url"], title=i["title"], html=i["content_html"]) for i in feed["items"]]
    return feed["feed_url"], feed.get("next_url"), items


READ = {"application/rss+xml": rss, "application/atom+xml": atom, "application/feed+json": json_feed}


def walk(url):
    documents, items, kind = [], [], None
    while url:
        if url in documents:
            raise ValueError(f"{url} comes twice")
        with urllib.request.urlopen(url, timeout=60) as answer:
            body, now = answer.read(), answer.headers.get_content_type()
        if now != (kind := kind or now):
            raise ValueError(f"{url} is {now} after {kind}")
        own, further, more = READ[kind](body)
        if own != url:
            raise ValueError(f"{url} says that it is {own}")
        items += [dict(item, document=url) for item in more]
        documents.append(url)
        url = further
    return dict(documents=documents, items=items)


if __name__ == "__main__":
    try:
        json.dump(walk(sys.argv[1]), sys.stdout)
    except Exception as e:
        sys.exit(f"{sys.argv[1]}: {type(e).__name__}: {e}")
