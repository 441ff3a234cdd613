// The console's keyboard, its undo countdown, and the sound of nobody waiting.
"use strict";
(() => {
  const region = document.getElementById("main");
  const toggle = document.getElementById("keys");
  const root = document.documentElement;
  // WCAG 2.1.4: single letters as shortcuts can be turned off; the choice stays on this computer.
  let on = localStorage.getItem("keys") !== "off";
  function showKeys() {
    toggle.setAttribute("aria-pressed", String(on));
    toggle.lastElementChild.textContent = on ? toggle.dataset.on : toggle.dataset.off;
    root.classList.toggle("keys-off", !on);
  }
  toggle.addEventListener("click", () => {
    on = !on;
    localStorage.setItem("keys", on ? "on" : "off");
    showKeys();
  });
  showKeys();

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog");
    if (!on || typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    // The key's place and not its letter: a Vietnamese input method turns letters into others.
    const button = region.querySelector(`[data-shortcut="${event.code}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });

  document.addEventListener("live:tick", () => {
    for (const note of region.querySelectorAll("[data-until]")) {
      const left = Math.ceil((Number(note.dataset.until) - window.kiosk.now()) / 1000);
      if (left > 0) note.textContent = note.dataset.counts.replace("%s", left);
      else if (note.textContent) {
        note.textContent = "";
        note.closest("button").setAttribute("aria-disabled", "true");
      }
    }
  });
})();
