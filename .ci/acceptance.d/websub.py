"""A small blog whose stories can be edited, and a subscriber of feeds (W3C WebSub), on one port, with Python's standard library alone.

    websub.py PORT SECRET EVENTS

GET  /blog/            a page that leads to the stories /blog/1/ … /blog/6/
POST /blog/N/          edits a story
     /callback/WORD    a callback: "yes" confirms what it is asked and takes what it gets, "no" answers with another challenge,
                       "gone" confirms and answers a delivery with 410, "slow" confirms and takes 30 s for a delivery

What comes to the callbacks is written to EVENTS, a JSON object on each line.
"""

import hashlib
import hmac
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PORT, SECRET, EVENTS = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3]
NAMES = ["The Ferry", "Old Ropes", "A Winter Harbour", "Salt and Bread", "The Pilot", "Low Water"]
edits = dict.fromkeys(range(1, len(NAMES) + 1), 0)
lock = threading.Lock()

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} – Quay Notes</title></head><body>
<header><a href="/blog/">Quay Notes</a></header><main><article><h1>{title}</h1>{body}</article></main></body></html>"""


def index():
    items = "".join(f'<li><a href="/blog/{n}/">{NAMES[n - 1]}</a></li>' for n in edits)
    return PAGE.format(title="Letters from the Quay", body=f"<p>All letters, in the order in which they came:</p><ol>{items}</ol>")


def story(n):
    text = "".join(
        f"<p>On day {day} of week {n} the harbour master wrote down what came in and what went out, how the wind stood, and "
        f"who had asked for the {NAMES[n - 1].lower()}; version {edits[n]} of this letter says so.</p>"
        for day in range(1, 7)
    )
    return PAGE.format(title=NAMES[n - 1], body=f'<p class="byline">by Ole Brandt on March {n}, 2025</p>{text}')


def record(**event):
    event["at"] = time.time()
    with lock, open(EVENTS, "a", encoding="utf-8") as f:
        f.write(json.dumps(event) + "\n")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body="", kind="text/html; charset=utf-8"):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def number(self, path):
        part = path.removeprefix("/blog/").removesuffix("/")
        return int(part) if part.isdigit() and int(part) in edits else 0

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/blog/":
            return self.answer(200, index())
        if url.path.startswith("/blog/") and self.number(url.path):
            return self.answer(200, story(self.number(url.path)))
        if not url.path.startswith("/callback/"):
            return self.answer(404)
        word, q = url.path.removeprefix("/callback/"), parse_qs(url.query)
        one = {name: q[name][-1] for name in q}
        record(call="ask", word=word, mode=one.get("hub.mode"), topic=one.get("hub.topic"), lease=one.get("hub.lease_seconds"), own=one.get("own"))
        self.answer(200, "another challenge" if word == "no" else one.get("hub.challenge", ""), "text/plain")

    def do_POST(self):
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.number(url.path):
            edits[self.number(url.path)] += 1
            return self.answer(204)
        word = url.path.removeprefix("/callback/")
        want = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        record(
            call="push", word=word, signed=hmac.compare_digest(self.headers.get("X-Hub-Signature", ""), want),
            sha256=hashlib.sha256(body).hexdigest(), type=self.headers.get("Content-Type"), link=self.headers.get("Link"),
        )
        if word == "slow":
            time.sleep(30)
        self.answer(410 if word == "gone" else 204)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
