// What makes the pages quicker for whoever lets scripts run. Everything works
// without. It keeps what was read in this browser and tells nobody.
"use strict";

(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, text, to) => {
    const e = document.createElement(name);
    e.textContent = text;
    if (to) e.className = to;
    return e;
  };

  // A browser may forbid to keep anything.
  const keep = {
    get: (name) => { try { return localStorage.getItem("storyfeed." + name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem("storyfeed." + name, value); } catch { /* it is forgotten */ } },
    drop: (name) => { try { localStorage.removeItem("storyfeed." + name); } catch { /* likewise */ } },
  };

  // What was read of a series: stretches of parts, in order, and the part to go on with.
  const reading = {
    load(key) {
      try {
        const { read = [], next = 0 } = JSON.parse(keep.get("read:" + key)) ?? {};
        return { read: new Set(read.flatMap(([a, b]) => Array.from({ length: Math.min(b - a, 1e5) + 1 }, (_, i) => a + i))), next };
      } catch { return { read: new Set(), next: 0 }; }
    },
    save(key, { read, next }) {
      const stretches = [];
      for (const part of [...read].sort((a, b) => a - b)) {
        const last = stretches.at(-1);
        if (last && last[1] === part - 1) last[1] = part; else stretches.push([part, part]);
      }
      if (stretches.length === 0) keep.drop("read:" + key);
      else keep.set("read:" + key, JSON.stringify({ read: stretches, next }));
    },
  };

  // A story is read when its end was on the screen.
  const story = one("article[data-part]");
  if (story) {
    const { read: key, part, next } = story.dataset, mark = one(".mark", story), button = one("button", mark);
    const show = (is) => {
      button.textContent = is ? "Read ✓" : "Mark as read";
      button.setAttribute("aria-pressed", is);
    };
    const put = (is) => {
      const state = reading.load(key);
      if (is) state.read.add(+part); else state.read.delete(+part);
      state.next = is ? +(next ?? 0) : +part;
      reading.save(key, state);
      show(is);
    };
    mark.hidden = false;
    show(reading.load(key).read.has(+part));
    const watch = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      watch.disconnect();
      put(true);
    });
    watch.observe(mark);
    button.addEventListener("click", () => {
      watch.disconnect();
      put(button.getAttribute("aria-pressed") !== "true");
    });
  }

  // Pictures that are being fetched for us come when they are there.
  const awaited = all("[data-picture]");
  const look = (waits) => {
    for (const mark of awaited.filter((m) => m.isConnected)) {
      const picture = new Image();
      picture.alt = mark.dataset.alt;
      picture.addEventListener("load", () => mark.replaceWith(picture));
      picture.src = mark.dataset.picture;
    }
    if (waits.length > 0) setTimeout(look, waits[0], waits.slice(1));
  };
  if (awaited.length > 0) setTimeout(look, 3000, [7000, 20000]);

  // How much of a series was read.
  for (const box of all("[data-progress]")) {
    const { progress: key, base, total } = box.dataset, { read, next } = reading.load(key), n = Math.min(read.size, +total);
    if (n === 0) continue;
    one("progress", box).value = n;
    one(".done", box).textContent = `${n} of ${total} read`;
    if (next > 0 && n < +total) {
      const on = make("a", `Continue with part ${next}`);
      on.href = `${base}/${next}`;
      one("p", box).append(" ", on);
    }
    if (box.closest(".covered")) {
      const forget = make("button", "Forget", "quiet");
      forget.type = "button";
      forget.title = "Forget what was read of this series; it is kept in this browser only";
      forget.addEventListener("click", () => { keep.drop("read:" + key); location.reload(); });
      one("p", box).append(" ", forget);
    }
    box.hidden = false;
  }
  const parts = one("#parts[data-read]");
  if (parts) {
    const { read } = reading.load(parts.dataset.read);
    for (const li of all("li[data-part]", parts)) {
      if (!read.has(+li.dataset.part)) continue;
      li.classList.add("was-read");
      one(".seen", li).hidden = false;
    }
  }

  // Filters of lists that stand on one page work while one types.
  const fold = (text) => text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();
  for (const form of all("form[data-filter]")) {
    const list = one(form.dataset.filter), box = one("input[type=search]", form), total = one("[data-noun]");
    if (!list || box.value) continue;
    const before = total.textContent, noun = total.dataset.noun;
    const items = all(":scope > li", list).map((li) => [li, fold(li.textContent + "\n" + (li.dataset.tags ?? ""))]);
    const apply = () => {
      const words = fold(box.value).split(/\s+/).filter(Boolean);
      let n = 0;
      for (const [li, text] of items) {
        li.hidden = !words.every((w) => text.includes(w));
        n += !li.hidden;
      }
      const nouns = n === 1 ? noun : noun.replace(/y$/, "ie") + "s";
      total.textContent = words.length ? `${n} ${nouns} of ${items.length}` : before;
    };
    box.addEventListener("input", apply);
    form.addEventListener("submit", (e) => { e.preventDefault(); apply(); });
    one("button", form).hidden = true;
    if (box.value) apply();
  }

  // Addresses to copy; whoever does not see that they are hears it.
  const addresses = navigator.clipboard ? all("code.url") : [];
  if (addresses.length > 0) {
    const told = make("p", "", "unseen");
    told.setAttribute("role", "status");
    one("main").append(told);
    for (const code of addresses) {
      const button = make("button", "Copy", "copy");
      button.type = "button";
      button.append(make("span", " " + code.textContent, "unseen"));
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(code.textContent);
          button.firstChild.data = told.textContent = "Copied";
        } catch { // the browser forbids it
          getSelection().selectAllChildren(code);
          told.textContent = "The address is selected";
        }
        setTimeout(() => {
          button.firstChild.data = "Copy";
          told.textContent = "";
        }, 2000);
      });
      code.after(button);
    }
  }

  // Keys. They can be turned off (WCAG 2.2 §2.1.4).
  const keys = one(".keys");
  let on = keep.get("keys") !== "off";
  if (keys) {
    const button = one("button", keys);
    const show = () => {
      button.textContent = on ? "Keys are on" : "Keys are off";
      button.setAttribute("aria-pressed", on);
    };
    show();
    keys.hidden = false;
    button.addEventListener("click", () => {
      on = !on;
      keep.set("keys", on ? "on" : "off");
      show();
    });
  }
  const walk = (step) => {
    const to = one(step > 0 ? 'article.story a[rel="next"]' : 'article.story a[rel="prev"]');
    if (to) { to.click(); return; }
    const links = all("[data-keys] > li:not([hidden]) :is(h2 a, a.title, :scope > a)");
    if (links.length === 0) return;
    const at = links.findIndex((a) => a.closest("li").contains(document.activeElement));
    const link = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
    link.focus();
    link.closest("li").scrollIntoView({ block: "nearest" });
  };
  const actions = {
    "/": () => { const box = one("#find"); box?.focus(); box?.select(); },
    j: () => walk(1),
    k: () => walk(-1),
    o: () => one(".original a")?.click(),
  };
  document.addEventListener("keydown", (e) => {
    if (!on || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select, [contenteditable]")) return;
    const action = actions[e.key];
    if (!action) return;
    e.preventDefault();
    action();
  });
})();
