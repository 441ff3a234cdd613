// Printing needs a script; everything else on the page works without one.
"use strict";
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
