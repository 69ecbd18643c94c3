"use strict";
document.documentElement.classList.add("scripted");

for (const result of document.querySelectorAll("article.result")) {
  const table = result.querySelector("table.points");
  if (table) enliven(result, table);
}

function enliven(result, table) {
  const orbits = [...table.querySelectorAll(":scope > tbody.orbit")];
  const marks = new Map([...result.querySelectorAll("a.point")].map((mark) => [mark.dataset.orbit, mark]));
  const filters = [...result.querySelectorAll("[data-filter]")];
  const tally = result.querySelector(".tally");
  const readout = result.querySelector(".readout");

  function open(orbit, state) {
    orbit.classList.toggle("open", state);
    orbit.querySelector(".toggle").setAttribute("aria-expanded", String(state));
  }

  function filter() {
    let points = 0, shown = 0;
    for (const orbit of orbits) {
      const hidden = filters.some((each) => each.value && orbit.dataset[each.dataset.filter] !== each.value);
      orbit.hidden = hidden;
      marks.get(orbit.id)?.classList.toggle("faded", hidden);
      if (!hidden) { shown += 1; points += Number(orbit.dataset.size); }
    }
    tally.value = `${shown} of ${orbits.length} rows with ${points} ${points === 1 ? "point" : "points"}`;
  }

  // What is not known comes last, whatever the direction; equal rows keep the order of their numbers.
  function sort(heading) {
    const key = heading.dataset.sort;
    const descending = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const order = (a, b) => {
      const [x, y] = [a.dataset[key], b.dataset[key]];
      if ((x === "") !== (y === "")) return x === "" ? 1 : -1;
      const difference = key === "kind" ? x.localeCompare(y) : Number(x) - Number(y);
      return (descending ? -difference : difference) || Number(a.dataset.number) - Number(b.dataset.number);
    };
    table.append(...[...orbits].sort(order));
  }

  function light(orbit, state) {
    orbit.classList.toggle("lit", state);
    marks.get(orbit.id)?.classList.toggle("lit", state);
  }

  function entry(list, name, content) {
    const [term, value] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    value.append(...content);
    list.append(term, value);
  }

  function tell(orbit) {
    const cells = orbit.querySelector("tr.first").cells;
    const copied = (cell) => [...cell.cloneNode(true).childNodes].filter((node) => !node.matches?.("button"));
    const list = document.createElement("dl");
    ["#", "type", "index", "loss", "points", "least |eig.|"].forEach((name, k) => entry(list, name, copied(cells[k])));
    entry(list, "weights", copied(orbit.querySelector("td.weights")));
    const exact = orbit.querySelector("tr.exact");
    if (exact) {
      entry(list, "exact loss", copied(exact.querySelector("td.number")));
      entry(list, "exact weights", copied(orbit.querySelector("tr.exact td.weights")));
    }
    readout.querySelector(".hint").hidden = true;
    readout.querySelector(".shown").replaceChildren(list);
  }

  for (const orbit of orbits) {
    orbit.querySelector(".toggle").addEventListener("click", () => open(orbit, !orbit.classList.contains("open")));
    orbit.addEventListener("mouseenter", () => light(orbit, true));
    orbit.addEventListener("mouseleave", () => light(orbit, false));
    const mark = marks.get(orbit.id);
    if (!mark) continue;
    for (const event of ["mouseenter", "focus"]) mark.addEventListener(event, () => { light(orbit, true); tell(orbit); });
    for (const event of ["mouseleave", "blur"]) mark.addEventListener(event, () => light(orbit, false));
  }
  for (const heading of table.querySelectorAll("th[data-sort]")) {
    // Not a button element: printed tables leave those out of the headings that they repeat on every page.
    const button = document.createElement("span");
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      sort(heading);
    });
    heading.append(button);
  }
  for (const each of filters) each.addEventListener("change", filter);
  for (const button of result.querySelectorAll("[data-open]")) {
    button.addEventListener("click", () => orbits.forEach((orbit) => open(orbit, button.dataset.open === "all")));
  }

  // A row that is followed to from its mark, or from a link, is shown with its copies.
  function arrive() {
    const orbit = orbits.find((each) => each.id === location.hash.slice(1));
    if (!orbit) return;
    if (orbit.hidden) {
      filters.forEach((each) => { each.value = ""; });
      filter();
    }
    open(orbit, true);
    orbit.scrollIntoView({ block: "center" });
  }
  window.addEventListener("hashchange", arrive);
  filter();
  arrive();
}
