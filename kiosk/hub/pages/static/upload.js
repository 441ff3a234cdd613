// Files go in slices, each saying where it begins. What is not through yet is kept by the browser, so that a reload or a
// lost line costs nothing: the hub says how much it has, and the phone goes on from there.
"use strict";
(() => {
  const main = document.querySelector("[data-upload]"), home = main.dataset.upload, say = main.dataset;
  const SLICE = 512 * 1024, MOST = 40 * 1024 * 1024, trouble = document.getElementById("trouble");
  const papers = new Map([...main.querySelectorAll("[data-paper]")].map((node) => [node.dataset.paper, node]));
  const waiting = [], shown = new Map();
  let isSending = false, isOver = false;

  // --- what is not through yet, kept by the browser; without that (private windows) in memory only
  const store = new Promise((done) => {
    const ask = indexedDB.open(`upload-${home}`, 1);
    ask.onupgradeneeded = () => ask.result.createObjectStore("files", { keyPath: "id" });
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => done(null);
  }).catch(() => null);
  async function files(mode, work) {
    const db = await store;
    if (!db) return null;
    return new Promise((done) => {
      const ask = work(db.transaction("files", mode).objectStore("files"));
      ask.onsuccess = () => done(ask.result);
      ask.onerror = () => done(null);
    });
  }
  const keep = (item) => files("readwrite", (all) => all.put(item));
  const forget = (item) => files("readwrite", (all) => all.delete(item.id));

  // --- sending
  function complain(words) { trouble.textContent = words; trouble.hidden = !words; }
  function end(reply) {
    const words = reply?.message?.[say.language];  // that the dossier is sent, and this paper not in it
    isOver = true;
    complain(words && waiting.length ? `${waiting.map((item) => item.name).join(", ")}: ${words}` : words || say.sayOver);
    for (const input of main.querySelectorAll("input, button")) input.disabled = true;
    indexedDB.deleteDatabase(`upload-${home}`);
  }
  function progress(item, sent) {
    const box = papers.get(item.paper).querySelector(".upload-progress"), bar = box.querySelector("progress");
    box.hidden = sent === null;
    if (sent === null) return;
    box.querySelector(".upload-sending").textContent = say.saySending.replace("%s", item.name);
    bar.value = Math.round(100 * sent / item.file.size);
  }
  async function slice(item, at) {
    const path = `${home}/papers/${item.paper}/files/${item.id}?at=${at}&of=${item.file.size}`;
    const body = item.file.slice(at, at + SLICE);
    const answer = await fetch(path, { method: "POST", body, headers: { "Content-Type": "application/octet-stream" } });
    return [answer.status, await answer.json()];
  }
  const pause = (tries) => new Promise((done) => {
    const timer = setTimeout(go, Math.min(15000, 500 * 2 ** tries) * (0.5 + Math.random() / 2));
    function go() { clearTimeout(timer); removeEventListener("online", go); done(); }
    addEventListener("online", go);
  });
  async function send(item) {
    for (let at = 0, tries = 0; !isOver;) {
      progress(item, at);
      let status = 0, reply = null;
      try { [status, reply] = await slice(item, at); } catch { status = 0; }
      if (status === 200) {
        complain("");
        if (reply.done) return;
        at = reply.have; tries = 0;
      } else if (status === 410) { end(reply);
      } else if (status === 0 || status === 429 || status >= 500 && status !== 507) {
        complain(say.sayLost);
        await pause(tries++);
      } else {
        complain(`${item.name}: ${reply.message[say.language]}`);
        return;
      }
    }
  }
  async function work() {
    if (isSending) return;
    isSending = true;
    for (let item; !isOver && (item = waiting[0]);) {
      await send(item);
      if (isOver) break;
      progress(item, null);
      await forget(item);
      waiting.shift();
      await look();
    }
    isSending = false;
  }
  async function add(paper, picked) {
    complain("");
    for (const file of picked) {
      if (file.size > MOST || !file.size) { complain(`${file.name}: ${say.sayLarge}`); continue; }
      const id = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
      const item = { id, paper, name: file.name, file };
      waiting.push(item);
      await keep(item);
    }
    work();
  }

  // --- what the hub has
  function show(state) {
    for (const paper of state.papers) {
      const node = papers.get(paper.paper), text = JSON.stringify(paper);
      if (!node || shown.get(paper.paper) === text) continue;
      shown.set(paper.paper, text);
      const kind = paper.way === "counter" && !paper.pages ? "Counter" : paper.state[0].toUpperCase() + paper.state.slice(1);
      node.classList.toggle("is-ready", paper.state === "ready");
      node.classList.toggle("is-refused", paper.state === "refused" || Boolean(paper.words));
      node.querySelector(".upload-state").textContent = say[`say${kind}`].replace("%s", paper.pages);
      const words = node.querySelector(".upload-words");
      words.textContent = paper.words ? paper.words[say.language] : paper.low_resolution.length ? say.sayCoarse : "";
      words.hidden = !words.textContent;
      node.querySelector(".upload-clear").hidden = !paper.pages && !paper.words;
      pictures(node.querySelector(".upload-pages"), paper);
    }
  }
  function pictures(list, paper) {
    list.hidden = !paper.pages;
    list.replaceChildren(...Array.from({ length: paper.pages }, (_, place) => {
      const line = document.createElement("li"), picture = document.createElement("img");
      picture.src = `${home}/papers/${paper.paper}/pages/${place + 1}`;
      picture.alt = say.sayPage.replace("%s", place + 1);
      picture.loading = "lazy";
      line.append(picture);
      return line;
    }));
  }
  async function look() {
    try {
      const answer = await fetch(`${home}/state`, { cache: "no-store" });
      if (answer.status === 410) { end(await answer.json()); return; }
      if (answer.ok) show(await answer.json());
    } catch { /* the line is down: the next look, or the sending, says so */ }
  }

  for (const [paper, node] of papers) {
    const input = node.querySelector("input");
    input.addEventListener("change", () => { add(paper, [...input.files]); input.value = ""; });
    node.querySelector(".upload-clear").addEventListener("click", async () => {
      if (!confirm(say.sayClearSure)) return;
      await fetch(`${home}/papers/${paper}/clear`, { method: "POST" }).catch(() => complain(say.sayLost));
      shown.delete(paper);
      look();
    });
  }
  addEventListener("beforeunload", (event) => { if (waiting.length && !isOver) event.preventDefault(); });
  files("readonly", (all) => all.getAll()).then((left) => {
    waiting.push(...(left || []).filter((item) => papers.has(item.paper)));
    work();
  });
  (async () => { while (!isOver) { await look(); await new Promise((done) => setTimeout(done, 2000)); } })();
})();
