#!/usr/bin/env python3
"""A blog whose authors never rest: usage moving.py PORT

"/" links all parts in reading order; every fifth has no date. A POST changes it: /add?count=3, /edit?part=2, /move?part=4 (its old
address redirects), /rename?part=5 (its old address is unknown), /remove?part=7 (it is gone, 410).
"""
import datetime
import random
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

WORDS = "harbour lantern ledger kettle orchard bramble signal copper window thursday northern paper quiet anchor velvet distance".split()


class Story:
    def __init__(self, part):
        self.part, self.path, self.edits, self.gone = part, f"/part-{part}/", 0, False

    def page(self):
        rnd = random.Random(self.part)
        paragraphs = ["".join(f"{rnd.choice(WORDS)}{rnd.randrange(90)} " for _ in range(60)) for _ in range(3)]
        if self.edits:
            paragraphs[1] = f"Correction number {self.edits}. " + paragraphs[1]
        day = datetime.date(2021, 3, 1) + datetime.timedelta(days=self.part)
        when = "" if self.part % 5 == 0 else f'<time datetime="{day}">{day}</time>'
        return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{self.title()} | Moving House</title></head><body>
<main><article><h1>{self.title()}</h1><p class="meta">by <a rel="author">Ada Marsh</a> {when}</p>
<div class="content">{"".join(f"<p>{p.strip()}.</p>" for p in paragraphs)}</div></article></main></body></html>"""

    def title(self):
        return f"Part {self.part}, the {WORDS[self.part % 16]} and the {WORDS[self.part * 7 % 13]}"


class Blog(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stories, moved = [], {}

    def do_GET(self):
        story = next((s for s in self.stories if s.path == self.path), None)
        if self.path == "/":
            links = "".join(f'<li><a href="{s.path}">{s.title()}</a></li>' for s in self.stories if not s.gone)
            self.answer(200, f'<!DOCTYPE html><html lang="en"><title>Moving House</title><main><h1>Moving House</h1><ol>{links}</ol></main></html>')
        elif story:
            self.answer(410 if story.gone else 200, story.page())
        elif self.path in self.moved:
            self.answer(301, "", Location=self.moved[self.path])
        else:
            self.answer(404, "<title>Not found</title>")

    def do_POST(self):
        url = urlsplit(self.path)
        number = {name: int(values[0]) for name, values in parse_qs(url.query).items()}
        if url.path == "/add":
            self.stories.extend(Story(len(self.stories) + 1) for _ in range(number["count"]))
        else:
            self.change(url.path, self.stories[number["part"] - 1])
        self.answer(200, "done")

    def change(self, what, story):
        old = story.path
        if what == "/edit":
            story.edits += 1
        elif what == "/remove":
            story.gone = True
        elif what == "/move":
            story.path = f"/new-home/{story.part}/"
            self.moved[old] = story.path
        elif what == "/rename":
            story.path = f"/another-name-{story.part}/"

    def answer(self, status, text, **headers):
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *args):
        print(form % args, flush=True)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Blog).serve_forever()
