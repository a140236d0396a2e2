// Completes what is typed into a search box: a combobox with a list (ARIA APG).
// Without it the box is a search box like any other.
"use strict";

(() => {
  const box = document.getElementById("find");
  if (box === null || box.form === null || !box.form.action.endsWith("/search")) return;
  const address = box.form.action.replace(/search$/, "suggest?q=");
  const list = document.createElement("ul");
  list.id = "completions";
  list.className = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Completions");
  list.hidden = true;
  box.after(list);
  box.autocomplete = "off";
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    box.setAttribute(name, value);
  }

  let asking = null, timer = 0, chosen = -1;
  const open = (is) => {
    list.hidden = !is;
    box.setAttribute("aria-expanded", is);
    if (!is) choose(-1);
  };
  const choose = (i) => {
    const options = [...list.children];
    chosen = options.length === 0 ? -1 : i;
    options.forEach((o, j) => o.setAttribute("aria-selected", j === chosen));
    if (chosen < 0) { box.removeAttribute("aria-activedescendant"); return; }
    box.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };
  let leaving = false; // for the page of a completion: the key that chose it must not submit the form, too
  const go = (option) => {
    leaving = true;
    location.href = option.dataset.href;
  };
  box.form.addEventListener("submit", (e) => { if (leaving) e.preventDefault(); });
  addEventListener("pageshow", () => { leaving = false; });

  const show = ([typed, texts, meanings, addresses]) => {
    if (typed !== box.value.trim().replace(/\s+/g, " ") || document.activeElement !== box) return;
    list.replaceChildren(...texts.map((text, i) => {
      const option = document.createElement("li"), what = document.createElement("span"), why = document.createElement("span");
      what.textContent = text.replace(/^(author|tag):"(.*)"$/, "$2");
      what.dir = "auto";
      why.textContent = meanings[i];
      why.className = "meta";
      option.append(what, " ", why);
      option.id = "completion" + i;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.href = new URL(new URL(addresses[i]).pathname, location.href).href;
      return option;
    }));
    chosen = -1;
    box.removeAttribute("aria-activedescendant");
    open(texts.length > 0);
  };

  const ask = async () => {
    asking?.abort();
    const text = box.value.trim();
    if (text.length < 2 || text.length > 100) { open(false); return; }
    asking = new AbortController();
    try {
      const answer = await fetch(address + encodeURIComponent(text), { signal: asking.signal });
      if (answer.ok) show(await answer.json());
    } catch { /* it was typed on, or there is no network: the box works without */ }
  };

  // Nothing comes under the hands of who looks at the list, or closed it.
  const settle = () => {
    clearTimeout(timer);
    asking?.abort();
  };
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  box.addEventListener("keydown", (e) => {
    const n = list.children.length;
    if (e.isComposing) return;
    if ((e.key === "ArrowDown" || e.key === "ArrowUp") && n > 0) {
      e.preventDefault();
      settle();
      const was = list.hidden ? -1 : chosen;
      open(true);
      choose(e.key === "ArrowDown" ? (was + 2) % (n + 1) - 1 : (was + n + 1) % (n + 1) - 1);
    } else if (e.key === "Enter" && !list.hidden && chosen >= 0) {
      e.preventDefault();
      go(list.children[chosen]);
    } else if (e.key === "Escape" && !list.hidden) {
      e.preventDefault();
      settle();
      open(false);
    }
  });
  box.addEventListener("blur", () => {
    if (document.activeElement === box) return; // another window was brought to the front
    settle();
    open(false);
  });
  list.addEventListener("mousedown", (e) => e.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (e) => {
    const option = e.target.closest("[role=option]");
    if (option) go(option);
  });
})();
