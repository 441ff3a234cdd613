// A chosen picture becomes the text of its field: base64, as settings hold it.
for (const input of document.querySelectorAll("input[data-fills]"))
  input.addEventListener("change", () => {
    const reader = new FileReader();
    reader.onload = () => { document.getElementById(input.dataset.fills).value = reader.result.split(",")[1] || ""; };
    if (input.files[0]) reader.readAsDataURL(input.files[0]);
  });
