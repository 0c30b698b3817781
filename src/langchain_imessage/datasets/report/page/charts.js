// Bars. Each chart is a picture with a sentence for a name, and a table of its figures.
//
// Owns how figures become lengths; what they mean is the overview's business.

const WIDEST_BAR = 4; // rem

const MOST_BARS = 48; // more than that is narrower than a line in a column of charts

/** A histogram: `bars` are `{label, range, count}` from left to right; `what` is counted. */
function histogram({ title, note, unit, what, bars, ticks }) {
  if (!bars.length || !sum(bars.map((bar) => bar.count))) return null;
  const highest = Math.max(...bars.map((bar) => bar.count));
  const picture = el("div", { class: "bars", role: "img", "aria-label": `${title}: ${note}` });
  for (const bar of bars) {
    const column = el("span", { title: `${bar.range}: ${number(bar.count)}` }, el("i"));
    column.firstChild.style.height = bar.count ? `max(2px, ${(100 * bar.count) / highest}%)` : "0";
    picture.append(column);
  }
  const axis = el("div", { class: "axis", "aria-hidden": "true" });
  picture.style.maxWidth = axis.style.maxWidth = `${WIDEST_BAR * bars.length}rem`;
  for (const bar of ticks ?? endsOf(bars)) axis.append(el("span", {}, bar.label));
  const heads = [unit, what];
  return el("figure", { class: "chart" },
    el("figcaption", {}, el("h3", {}, title), el("p", { class: "soft" }, note)),
    el("div", { class: "scale soft", "aria-hidden": "true" }, `${what}: up to ${compact(highest)}`),
    picture, axis,
    el("p", { class: "unit soft", "aria-hidden": "true" }, unit),
    el("details", {}, el("summary", {}, "Figures", el("span", { class: "unseen" }, ` of: ${title}`)),
      table(heads, bars.map((bar) => [bar.range, number(bar.count)]), { caption: title })));
}

const endsOf = (bars) => (bars.length < 3 ? bars : [bars[0], bars[Math.floor(bars.length / 2)], bars.at(-1)]);

/** Bars from the powers of two below what is counted; empty ones between are drawn, too. */
function doubling(pairs) {
  const counts = new Map(pairs);
  const highest = Math.max(...counts.keys());
  const bars = [];
  for (let lower = Math.min(...counts.keys()); lower <= highest; lower = upper(lower)) {
    const range = `${number(lower)} up to ${number(upper(lower))}`;
    bars.push({ label: number(lower), range, count: counts.get(lower) ?? 0, upper: upper(lower) });
  }
  return bars;
}

const upper = (lower) => (lower < 1 ? 1 : 2 * lower);

const exact = (pairs, write = number) =>
  pairs.map(([value, count]) => ({ label: write(value), range: write(value), count, lower: value }));

/** Bars of several neighbours each, where there are too many to be seen. */
function grouped(bars, name) {
  const size = Math.ceil(bars.length / MOST_BARS);
  if (size < 2) return bars;
  return Array.from({ length: Math.ceil(bars.length / size) }, (_, index) => {
    const some = bars.slice(index * size, (index + 1) * size);
    const range = some.length > 1 ? `${name} ${number(some[0].lower)} to ${number(some.at(-1).lower)}` : some[0].range;
    return { label: some[0].label, range, count: sum(some.map((bar) => bar.count)), lower: some[0].lower };
  });
}

/** The bar below which half of all lies. */
function middle(bars) {
  const half = sum(bars.map((bar) => bar.count)) / 2;
  let seen = 0;
  return bars.find((bar) => (seen += bar.count) >= half);
}

/** One bar in parts, `{label, count, kind}`, as long as all of them together. */
function partsBar(label, parts) {
  const whole = sum(parts.map((part) => part.count));
  const bar = el("div", { class: "parts", role: "img",
    "aria-label": `${label}: ${parts.map((p) => `${p.label} ${share(p.count, whole)}`).join(", ")}` });
  parts.forEach((part, index) => {
    const piece = el("span", { class: part.kind ?? "", title: `${part.label}: ${number(part.count)}` });
    piece.style.flexGrow = part.count;
    piece.style.setProperty("--shade", shade(index, parts.length));
    if (part.count) bar.append(piece);
  });
  return bar;
}

/** How strong the colour of a part is: the later, the fainter. */
const shade = (index, count) => `${Math.round(85 - (65 * index) / Math.max(1, count - 1))}%`;

/** A table; cells that are numbers are right-aligned, by class. */
function table(heads, rows, { caption, foot = null, left = 1 } = {}) {
  const cells = (kind, row) => row.map((cell, index) =>
    el(index ? kind : "th", { class: index >= left ? "figure" : null, scope: index ? null : "row" }, cell));
  return el("div", { class: "wide" }, el("table", {},
    caption ? el("caption", { class: "unseen" }, caption) : null,
    el("thead", {}, el("tr", {}, ...heads.map((head, index) =>
      el("th", { scope: "col", class: index >= left ? "figure" : null }, head)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells("td", row)))),
    foot ? el("tfoot", {}, el("tr", {}, ...cells("td", foot))) : null));
}
