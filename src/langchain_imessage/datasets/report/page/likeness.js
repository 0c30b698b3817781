// Whether a model trained on this talks like the person: a table that another command made.
//
// Owns where it stands on the page. Its words and figures are those of that table.

function likeness() {
  const { table: [heads, ...rows] = [], remarks = [] } = overview.likeness ?? {};
  if (!rows.length) return null;
  return section("likeness", "Does it talk like you",
    table(heads, rows, { caption: "Figures of each system", left: 1 }),
    el("ul", { class: "remarks" }, ...remarks.map((remark) => el("li", { dir: "auto" }, remark))));
}
