// The QR of a receipt carries code and secret behind the "#", which no server sees: they fill the form and are taken away.
"use strict";
(() => {
  const [code, secret] = decodeURIComponent(location.hash.slice(1)).split(/\.(?=[^.]*$)/);
  if (!code || !secret) return;
  history.replaceState(null, "", location.pathname);
  document.getElementById("code").value = code;
  document.getElementById("secret").value = secret;
  document.getElementById("by-code").requestSubmit();
})();
