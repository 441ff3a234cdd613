// Brings a file, or several photos as one paper, from the officer's computer to a dossier; the page is read again when it is there.
"use strict";
(() => {
  const words = document.querySelector("[data-working]").dataset;

  // A folder gives them in any order: the names of a camera or a scanner count up, with or without leading zeros.
  const inOrder = (files) => [...files].sort((one, other) => one.name.localeCompare(other.name, "vi", { numeric: true }));

  async function bring(form, files, said) {
    const name = form.elements.name;
    if (!name.value.trim()) {
      said.textContent = words.nameFirst;
      name.focus();
      return;
    }
    said.textContent = words.working;
    const sizes = files.map((file) => file.size).join(",");
    const query = new URLSearchParams({ paper: form.dataset.paper, kind: form.dataset.kind, name: name.value.trim(), sizes });
    try {
      const answer = await fetch(`${form.dataset.upload}?${query}`, {
        method: "POST", body: new Blob(files), headers: { "Content-Type": "application/octet-stream", Accept: "application/json" },
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
      if (picker.files.length) await bring(form, inOrder(picker.files), said);
      picker.value = "";
    });
  }
})();
