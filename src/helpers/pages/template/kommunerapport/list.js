"use strict";
// Search, sorting and filter of the list. Without it the page is the plain list.
(() => {
  const by = (id) => document.getElementById(id);
  const tools = by("finn");
  const groups = [...document.querySelectorAll(".county")].map((box) => ({ box, body: box.querySelector("tbody") }));
  const counties = document.querySelector(".counties");
  const marks = [...document.querySelectorAll("[data-of]")]; // of the map: circles and names
  // Letters without their marks, and words alone: «Våler (Østfold)» is found by «valer ostfold» too.
  const fold = (words) =>
    words.toLowerCase().replace(/æ/g, "ae").replace(/ø/g, "o").replace(/đ/g, "d").replace(/ŋ/g, "n").replace(/ŧ/g, "t")
      .normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();
  const rows = groups.flatMap(({ body }) => [...body.rows].map((row) => ({
    row,
    home: body,
    words: ` ${fold(row.dataset.q)}`,
    name: row.querySelector("a").textContent,
    page: row.querySelector("a").getAttribute("href"),
    goals: (row.dataset.g || "").split(" "),
    values: row.dataset.v.split(" ").map((each) => (each === "-" ? null : Number(each))),
  })));

  // One table for all counties, in the order that is asked for.
  const all = groups[0].box.cloneNode(true);
  all.querySelector("h3").remove();
  all.querySelector("caption").textContent = tools.dataset.all;
  all.querySelector(".tw").setAttribute("aria-label", tools.dataset.all);
  all.className = "";
  all.hidden = true;
  const sorted = all.querySelector("tbody");
  sorted.replaceChildren();
  groups[0].box.before(all);

  const fits = ({ words, values, goals }) => {
    const wanted = fold(by("sok").value).split(" ").filter(Boolean);
    if (!wanted.every((each) => words.includes(` ${each}`))) return false;
    const goal = by("maal") ? by("maal").value : ""; // no field where no plan has a target
    if (goal && !goals.includes(goal)) return false;
    const limit = by("grense") ? by("grense").valueAsNumber : NaN; // no field where no municipality has any figure
    if (Number.isNaN(limit)) return true;
    const value = values[Number(by("tall").value)];
    return value !== null && (by("minst").value === "minst" ? value >= limit : value <= limit);
  };

  const order = (asked) => (a, b) => {
    if (asked === "navn") return a.name.localeCompare(b.name, "nb");
    const [at, direction] = asked.split(" ").map(Number);
    const [one, other] = [a.values[at], b.values[at]];
    if (one === null || other === null) return (one === null) - (other === null); // what is missing stands last
    return direction * (one - other) || a.name.localeCompare(b.name, "nb");
  };

  const show = () => {
    const asked = by("sorter").value;
    const plain = asked === "fylke";
    const shown = rows.filter((each) => {
      each.row.hidden = !fits(each);
      return !each.row.hidden;
    });
    if (plain) rows.forEach(({ row, home }) => home.append(row));
    else sorted.append(...[...rows].sort(order(asked)).map(({ row }) => row));
    groups.forEach(({ box, body }) => { box.hidden = !plain || ![...body.rows].some((row) => !row.hidden); });
    all.hidden = plain || shown.length === 0;
    const pages = new Set(shown.map(({ page }) => page));
    marks.forEach((each) => each.classList.toggle("off", !pages.has(each.dataset.of)));
    by("orden").hidden = !plain;
    if (counties) counties.hidden = !plain || shown.length < rows.length;
    by("funnet").textContent = shown.length === 0 ? tools.dataset.none
      : (shown.length === 1 ? tools.dataset.one : tools.dataset.many.replace("{n}", shown.length));
  };

  ["sok", "sorter", "tall", "minst", "grense", "maal"].forEach((id) => by(id) && by(id).addEventListener("input", show));
  tools.addEventListener("reset", () => setTimeout(show));
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.hidden = false;
  show();
  addEventListener("pageshow", show); // a browser that comes back may have filled the fields in again
})();
