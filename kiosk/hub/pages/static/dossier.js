// Brings a file from the officer's computer or scanner folder to a dossier; the page is read again when it is there.
"use strict";
(() => {
  const words = document.querySelector("[data-working]").dataset;

  async function bring(form, file, said) {
    const name = form.elements.name;
    if (!name.value.trim()) {
      said.textContent = words.nameFirst;
      name.focus();
      return;
    }
    said.textContent = words.working;
    const query = new URLSearchParams({ paper: form.dataset.paper, kind: form.dataset.kind, name: name.value.trim() });
    try {
      const answer = await fetch(`${form.dataset.upload}?${query}`, {
        method: "POST", body: file, headers: { "Content-Type": "application/octet-stream", Accept: "application/json" },
      });
      if (answer.ok) {
        const { paper } = await answer.json();
        location.hash = `paper-${paper}`;
        location.reload();
        return;
      }
      const { message } = await answer.json();
      said.textContent = message[document.documentElement.lang] || message.vi;
    } catch {
      said.textContent = words.failed;
    }
  }

  for (const form of document.querySelectorAll("[data-upload]")) {
    const picker = form.querySelector("input[type=file]"), said = form.querySelector("[data-said]");
    form.addEventListener("submit", (event) => event.preventDefault());
    picker.addEventListener("change", async () => {
      if (picker.files.length) await bring(form, picker.files[0], said);
      picker.value = "";
    });
  }
})();
