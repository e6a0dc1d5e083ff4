"use strict";
// The list of features shows the rows that hold every word that is typed.
(() => {
  const field = document.getElementById("narrow");
  if (!field) return;
  const rows = [...field.parentElement.querySelectorAll("tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const status = field.parentElement.querySelector("[role=status]");
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      left += row.hidden ? 0 : 1;
    });
    status.textContent = words.length ? `${left} / ${rows.length}` : "";
  });
})();
