"use strict";
const table = document.querySelector("table.atlas");
const rows = [...table.tBodies[0].rows];
const words = document.querySelector("#words");
const family = document.querySelector("#family");
const tally = document.querySelector("#tally");

function filter() {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const text = row.dataset.text;
    row.hidden = !wanted.every((word) => text.includes(word)) || (family.value !== "" && row.dataset.family !== family.value);
    if (!row.hidden) shown += 1;
  }
  tally.value = `${shown} of ${rows.length} rows`;
}

// What is not known comes last, whatever the direction; equal rows keep the order of the atlas.
function sort(heading, column) {
  const descending = heading.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const value = (row) => row.cells[column].dataset.value;
  const order = (a, b) => {
    const [x, y] = [value(a), value(b)];
    if ((x === "") !== (y === "")) return x === "" ? 1 : -1;
    const difference = heading.dataset.kind === "text" ? x.localeCompare(y, "en", { numeric: true }) : Number(x) - Number(y);
    return (descending ? -difference : difference) || Number(a.dataset.place) - Number(b.dataset.place);
  };
  table.tBodies[0].append(...[...rows].sort(order));
}

words.addEventListener("input", filter);
family.addEventListener("input", filter);
[...table.tHead.rows[0].cells].forEach((heading, column) => heading.querySelector("button").addEventListener("click", () => sort(heading, column)));
filter();
