// Live pages: one EventSource, full snapshots morphed into the region, commands sent once however often somebody taps.
"use strict";
(() => {
  const STALE_MS = 25000, LOST_MS = 2500, SETTLE_MS = 700, TIMEOUT_MS = 8000, TRIES = 6;
  const say = document.body.dataset;
  const region = document.querySelector("[data-stream]");
  let offset = region ? Number(region.dataset.now) - Date.now() : 0;
  const now = () => Date.now() + offset;
  window.kiosk = { now };      // the server's clock, for the scripts of single pages

  // --- morph: change only what differs, so that focus, scroll, open dialogs and half-filled forms stay as they are
  const keyOf = (node) => (node.nodeType === 1 ? node.id : "");
  const ownOf = (node) => node.dataset?.own;
  const same = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b) && ownOf(a) === ownOf(b);
  function morph(old, fresh) {
    if (old.nodeType !== 1) { if (old.data !== fresh.data) old.data = fresh.data; return; }
    const own = (old.dataset.own || "").split(" ");      // attributes or "content" that the page's own script keeps
    if (old.nodeName === "DIALOG" || old.nodeName === "DETAILS") own.push("open");
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !own.includes(name) && name !== "aria-busy") old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (own.includes(name) || old.getAttribute(name) === value) continue;
      old.setAttribute(name, value);
      if (name === "checked") old.checked = true;
      if (name === "value" && old !== document.activeElement) old.value = value;
    }
    if (!own.includes("content")) morphChildren(old, fresh);
  }
  function morphChildren(old, fresh) {
    // What has gone is removed first: else all that follows would be moved up past it and lose its focus.
    const wanted = new Set([...fresh.childNodes].map(keyOf));
    for (const node of [...old.childNodes]) if (keyOf(node) && !wanted.has(keyOf(node))) node.remove();
    const drop = (node) => { const next = node.nextSibling; node.remove(); return next; };
    const keyed = new Map([...old.childNodes].filter(keyOf).map((node) => [keyOf(node), node]));
    let at = old.firstChild;
    for (const want of [...fresh.childNodes]) {
      const found = keyed.get(keyOf(want));
      while (found && at && at !== found && !keyOf(at)) at = drop(at);
      if (found && found !== at && same(found, want)) old.insertBefore(found, at);
      else if (!at || !same(at, want)) { old.insertBefore(want, at); continue; }
      const match = found && same(found, want) ? found : at;
      at = match.nextSibling;
      morph(match, want);
    }
    while (at) at = drop(at);
  }

  // --- the stream
  let heard = Date.now(), lost = 0, source = null;
  function connect() {
    source = new EventSource(region.dataset.stream);
    for (const kind of ["snapshot", "ping", "leave"]) source.addEventListener(kind, (event) => receive(kind, event));
    // The browser reconnects by itself unless the server answered with an error: then it gives up, and we try again.
    source.onerror = () => {
      lost = lost || Date.now();
      if (source.readyState === EventSource.CLOSED) { source.close(); setTimeout(connect, 2000); }
    };
  }
  function receive(kind, event) {
    if (event.lastEventId) offset = Number(event.lastEventId) - Date.now();
    heard = Date.now(); lost = 0;
    if (kind === "leave") { location.assign(event.data); return; }
    if (kind === "snapshot") swap(event.data);
    showStale();
  }
  function swap(html) {
    const holder = region.cloneNode(false);
    holder.innerHTML = html;
    morphChildren(region, holder);
    settle();
    document.dispatchEvent(new CustomEvent("live:snapshot"));
  }
  function showStale() {
    const bar = document.getElementById("stale");
    const stale = Date.now() - heard > STALE_MS || (lost && Date.now() - lost > LOST_MS);
    if (stale && bar.hidden) {
      const since = new Date(heard).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
      bar.textContent = say.sayStale.replace("%s", since);
      bar.hidden = false;
    } else if (!stale && !bar.hidden) {
      bar.hidden = true;
      toast(say.sayBack);
    }
  }

  // --- commands
  let busy = null;
  const settle = () => { if (busy && busy.answered) release(SETTLE_MS); };
  function release(after) {
    const done = busy;
    setTimeout(() => { if (busy === done) { mark(done.button, false); busy = null; } }, after);
  }
  function mark(button, on) {      // the region too: its snapshot may replace the button while the command is under way
    for (const at of [button, region]) if (on) at.setAttribute("aria-busy", "true"); else at.removeAttribute("aria-busy");
  }
  function requestId() {       // crypto.randomUUID is missing on plain http pages
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  async function post(url, body) {
    for (let tried = 1; ; tried++) {
      try {
        return await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
      } catch (error) {
        if (tried >= TRIES) throw error;
        toast(say.sayRetrying);
        await new Promise((resume) => setTimeout(resume, Math.min(400 * 2 ** tried, 4000)));
      }
    }
  }
  async function send(button, command) {
    if (busy) return;
    const mine = (busy = { button, answered: false });
    mark(button, true);
    try {
      const answer = await post(region.dataset.commands, JSON.stringify({ request_id: requestId(), ...command }));
      const reply = await answer.json().catch(() => ({}));
      const words = reply.message && reply.message[document.documentElement.lang];
      if (answer.status === 401) location.reload();
      if (answer.ok && button.dataset.clears) document.getElementById(button.dataset.clears).reset();
      if (!answer.ok) toast(words || say.sayRefused, true);
      else if (words) toast(words);
      else if (command.action === "call_next" && !reply.ticket) toast(region.dataset.sayNobody);
      else if (button.dataset.done) toast(button.dataset.done);
      else hush();
    } catch {
      toast(say.sayFailed, true);
    }
    mine.answered = true;
    if (busy === mine) release(1000);
  }
  async function ask(sentence) {
    const dialog = document.getElementById("confirm");
    dialog.querySelector("[data-sentence]").textContent = sentence;
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
    return dialog.returnValue === "yes";
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-command]");
    if (!button) return;
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") { toast(button.title); return; }
    const command = JSON.parse(button.dataset.command);
    const form = button.dataset.with && document.getElementById(button.dataset.with);
    if (form) for (const field of form.querySelectorAll("[data-list]")) command[field.dataset.list] = checked(field);
    if (form) for (const field of form.querySelectorAll("select[name]")) command[field.name] = field.value;
    if (form) for (const field of form.querySelectorAll("[data-words]")) (command.words ??= {})[field.dataset.words] = tidied(field);
    if (form?.reportValidity && !form.reportValidity()) return;
    if (button.dataset.confirm && !(await ask(button.dataset.confirm))) return;
    button.closest("dialog")?.close();
    await send(button, command);
  });
  const tidied = (field) => (field.value = field.value.trim().replace(/\s+/g, " "));
  const checked = (field) => [...field.querySelectorAll("input:checked")].map((box) => box.value);

  // --- what to tell people
  let hiding = 0;
  function toast(text, bad = false) {
    const box = document.getElementById("toast");
    const [status, alert] = box.children;
    status.textContent = bad ? "" : text;
    alert.textContent = bad ? text : "";
    box.classList.toggle("bad", bad);
    box.classList.add("is-shown");
    clearTimeout(hiding);
    hiding = setTimeout(hush, bad ? 9000 : 5000);
  }
  function hush() {
    const box = document.getElementById("toast");
    box.classList.remove("is-shown");
    for (const words of box.children) words.textContent = "";
  }

  // --- dialogs, filters, clocks
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener && opener.getAttribute("aria-disabled") === "true") toast(opener.title);
    else if (opener) document.getElementById(opener.dataset.opens).showModal();
    if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
  });
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  document.addEventListener("input", (event) => {
    if (!event.target.dataset.filters) return;
    const words = plain(event.target.value).split(/\s+/);
    for (const item of document.getElementById(event.target.dataset.filters).children) {
      item.hidden = !words.every((word) => plain(item.textContent).includes(word));
    }
  });
  const two = (n) => String(n).padStart(2, "0");
  function tick() {
    for (const at of document.querySelectorAll("[data-elapsed-from]")) {
      const s = Math.max(0, Math.floor((now() - at.dataset.elapsedFrom) / 1000));
      at.textContent = s < 3600 ? `${two(Math.floor(s / 60))}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
    }
    for (const at of document.querySelectorAll("[data-clock]")) {
      const local = new Date(now() + 7 * 3600000);      // Vietnam is at UTC+7 all year; the screen's own zone may be wrong
      at.textContent = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
    }
    if (region) showStale();
    document.dispatchEvent(new CustomEvent("live:tick"));
  }
  if (region) connect();
  tick();
  setInterval(tick, 500);
})();
