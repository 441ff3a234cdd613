// The hall's announcements: each call gets its chime and at least four seconds as the big number, one after the other.
"use strict";
(() => {
  const MOMENT_MS = 4500, OLD_MS = 60000, TURN_MS = 10000;
  const main = document.getElementById("main");
  const sounds = { call: new Audio(main.dataset.call), recall: new Audio(main.dataset.recall) };
  const unlock = document.getElementById("sound");
  const rows = () => [...document.querySelectorAll("#calls > .call")];
  const idOf = (row) => Number(row.dataset.callId);
  let heard = Math.max(0, ...rows().map(idOf));
  let queue = [], speaking = false;

  function collect() {
    // Oldest first; after a lost connection only what was called within the last minute is still news.
    const news = rows().filter((row) => idOf(row) > heard && window.kiosk.now() - row.dataset.called < OLD_MS);
    queue.push(...news.reverse().map((row) => ({ id: idOf(row), ...row.dataset })));
    heard = Math.max(heard, ...rows().map(idOf));
    if (!speaking) next();
  }
  function next() {
    const call = queue.shift();
    speaking = Boolean(call);
    if (!call) { rest(); return; }
    show(call, true);
    chime(Number(call.recalls) > 0 ? sounds.recall : sounds.call);
    setTimeout(next, MOMENT_MS);
  }
  function rest() {
    const newest = rows()[0];
    if (newest) { show({ id: idOf(newest), ...newest.dataset }, false); return; }
    const now = document.getElementById("now");
    now.replaceChildren(document.getElementById("now-nobody").content.cloneNode(true));
    now.classList.remove("is-fresh");
    delete now.dataset.shown;
  }
  function show(call, fresh) {
    const now = document.getElementById("now");
    if (now.dataset.shown !== String(call.id)) {
      const card = document.getElementById("now-card").content.cloneNode(true);
      card.querySelector(".now-label").textContent = call.label;
      card.querySelector(".now-counter").textContent = call.counter;
      now.replaceChildren(card);
      now.dataset.shown = call.id;
    }
    now.classList.toggle("is-long", call.counter.length > 9);
    now.classList.toggle("is-wide", call.label.length > 4);
    now.classList.toggle("is-fresh", fresh);
    for (const row of rows()) row.setAttribute("aria-current", String(idOf(row) === call.id));
  }
  const wanted = () => document.getElementById("hall-settings").dataset;
  function wear() {
    document.getElementById("centre").textContent = wanted().centre;
    for (const name of [...document.body.classList]) if (name.startsWith("palette-")) document.body.classList.remove(name);
    if (wanted().palette) document.body.classList.add(wanted().palette);
    if (wanted().sounds === "off") unlock.hidden = true;
  }
  function chime(sound) {
    if (wanted().sounds === "off") return;
    sound.currentTime = 0;
    sound.play().then(() => { unlock.hidden = true; }, (error) => { unlock.hidden = error.name !== "NotAllowedError"; });
  }
  unlock.addEventListener("click", () => chime(sounds.call));
  // Browsers other than a kiosk's (--autoplay-policy=no-user-gesture-required) refuse sound before the first touch: find out now.
  sounds.call.volume = 0;
  chime(sounds.call);
  setTimeout(() => { sounds.call.pause(); sounds.call.volume = 1; }, 200);

  setInterval(() => {
    const pages = [...document.querySelectorAll(".lanes-page")];
    const at = pages.findIndex((page) => !page.hidden);
    pages.forEach((page, index) => { page.hidden = index !== (at + 1) % pages.length; });
  }, TURN_MS);
  document.addEventListener("live:snapshot", wear);
  document.addEventListener("live:snapshot", collect);
  rest();
})();
