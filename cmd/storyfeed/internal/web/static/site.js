// What makes the pages quicker for whoever lets scripts run. Everything works
// without: nothing here makes or loads a page of its own.
"use strict";

(() => {
  const typing = (e) => e.closest("input, textarea, select, [contenteditable]") !== null;

  // "/" goes to the search box.
  document.addEventListener("keydown", (e) => {
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
    const box = document.getElementById("find");
    if (box === null) return;
    e.preventDefault();
    box.focus();
    box.select();
  });
})();
