"use strict";
// Filters for the tables. The page can be read without: then the forms stay hidden and all rows are shown.
for (const form of document.querySelectorAll("form.filter")) {
  const rows = [...document.getElementById(form.dataset.rows).rows];
  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };
  const tests = {
    text: (row, value) => textOf(row).includes(value.toLowerCase()),
    level: (row, value) => row.dataset.level === value,
    resource: (row, value) => row.dataset.name === value,
    name: (row, value) => row.dataset.name.toLowerCase().includes(value.toLowerCase()),
    critical: (row) => row.classList.contains("critical"),
    unsuccessful: (row) => !row.classList.contains("ok"),
  };
  const output = form.querySelector("output");
  const apply = () => {
    const wanted = [...form.querySelectorAll("[data-filter]")]
      .map((field) => [tests[field.dataset.filter], field.type === "checkbox" ? field.checked : field.value.trim()])
      .filter(([, value]) => value);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !wanted.every(([test, value]) => test(row, value));
      shown += row.hidden ? 0 : 1;
    }
    output.textContent = wanted.length ? `${shown} of ${rows.length}` : "";
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}

// A resource's name leads to its events.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-show]");
  const choice = document.querySelector('#events select[data-filter="resource"]');
  if (!link || !choice) return;
  choice.form.reset();
  choice.value = link.dataset.show;
  setTimeout(() => choice.form.dispatchEvent(new Event("input")));
});

// As on many pages, "/" leads to the search.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  document.querySelector('#events input[data-filter="text"]').focus();
});

// The last lines of an output tell most.
for (const output of document.querySelectorAll("pre.output")) output.scrollTop = output.scrollHeight;
