// Somebody waits too long: shown while it is so, spoken and sounded once for each ticket, over by itself.
"use strict";
(() => {
  const banner = document.getElementById("overdue"), news = document.getElementById("overdue-news");
  const text = document.getElementById("overdue-text"), toggle = document.getElementById("overdue-sound");
  const sound = new Audio(banner.dataset.sound);
  // Of this tab: a page that is opened again does not start from the beginning, tomorrow's tickets have other numbers.
  const said = new Set(JSON.parse(sessionStorage.getItem("overdue") || "[]"));
  let on = localStorage.getItem("overdue-sound") !== "off";

  function showSound() {
    toggle.textContent = on ? toggle.dataset.on : toggle.dataset.off;
  }
  toggle.addEventListener("click", () => {
    on = !on;
    localStorage.setItem("overdue-sound", on ? "on" : "off");
    if (!on) sound.pause();
    showSound();
  });

  function words(rows) {
    if (rows.length === 1) return rows[0].textContent;
    return banner.dataset.many.replace("%n", rows.length).replace("%s", rows.map((row) => row.dataset.label).join(", "));
  }
  function look() {
    const rows = [...document.querySelectorAll("#overdue-now > li")];
    banner.hidden = !rows.length;
    text.textContent = rows.length ? words(rows) : "";
    if (!rows.length) news.textContent = "";
    const fresh = rows.filter((row) => !said.has(row.dataset.ticket));
    if (!fresh.length) return;
    for (const row of fresh) said.add(row.dataset.ticket);
    sessionStorage.setItem("overdue", JSON.stringify([...said].slice(-500)));
    news.textContent = words(fresh);
    if (!on) return;
    sound.currentTime = 0;
    // Without a touch of the page since it was opened, a browser may refuse: the words stand there all the same.
    sound.play().catch(() => {});
  }
  showSound();
  document.addEventListener("live:snapshot", look);
  look();
})();
