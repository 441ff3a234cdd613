// Until the number on this page was typed at the kiosk; then, and when the link is over, the page says what comes next.
"use strict";
(async () => {
  const home = document.querySelector("[data-wait]").dataset.wait;
  for (;;) {
    await new Promise((done) => setTimeout(done, 1000));
    try {
      const answer = await fetch(`${home}/seat`, { cache: "no-store" });
      if (answer.status >= 500) continue;
      if (!answer.ok || !(await answer.json()).waits) { location.reload(); return; }
    } catch { /* the line is down: asked again */ }
  }
})();
