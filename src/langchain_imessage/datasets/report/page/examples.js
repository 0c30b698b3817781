// The second view: a list of all examples, and the one that is read.
//
// Owns what is shown in which order, and which example is the current one. The list is
// virtual: only the rows in sight are in the document, each of the same height, so that
// the browser scrolls over 50,000 as over 50.

const MARGIN = 6; // rows kept ready above and below what is in sight
const SLICE = 10; // milliseconds a search may keep the page from answering

const list = byId("list"), rows = byId("rows");
let shown = examples; // after search, filters and order
let current = 0; // counts into `shown`
let query = "";
let rowHeight = 64;
let searching = 0; // which search is the last one begun

// Search and filters.

/** Apply search, filters and order; slice by slice, the last call wins. */
async function refresh() {
  const mine = ++searching;
  const wanted = byId("query").value;
  const folded = fold(wanted);
  const passes = filterOf(folded);
  const found = [];
  let pause = performance.now() + SLICE;
  for (const example of examples) {
    if (passes(example)) found.push(example);
    if (performance.now() > pause) {
      await new Promise((go) => setTimeout(go));
      if (mine !== searching) return;
      pause = performance.now() + SLICE;
    }
  }
  if (mine !== searching) return;
  query = folded;
  show(ordered(found));
}

/** Fold all texts while nobody waits, so that the first search is as quick as the next. */
function warm(from = 0) {
  const end = performance.now() + SLICE;
  let index = from;
  for (; index < examples.length && performance.now() < end; index += 1) foldedOf(examples[index]);
  if (index < examples.length) setTimeout(warm, SLICE, index);
}

function filterOf(folded) {
  const which = byId("which").value;
  const onlyVetoed = byId("vetoed").checked;
  const onlyRedacted = byId("redacted").checked;
  const whose = Number(byId("whose").value);
  const who = byId("who").value;
  const since = byId("since").value;
  const until = byId("until").value;
  return (example) =>
    (!whose || example.chat === whose) &&
    (!who || example.people.includes(who)) &&
    (!since || (example.last && isoDay(example.last) >= since)) &&
    (!until || (example.first && isoDay(example.first) <= until)) &&
    (!which || example.split === (which === "train" ? 0 : 1)) &&
    (!onlyVetoed || vetoed.has(example.id)) &&
    (!folded || foldedOf(example).includes(folded)) &&
    (!onlyRedacted || isRedacted(example));
}

const isoDay = (value) => ISO_DAY.format(new Date(value));

/** What a conversation is called: its title, or who speaks in it, or its number. */
const chatName = (example) => example.title || example.people.join(", ") || `Conversation ${number(example.chat)}`;

/** Fill the choices of the filters with the conversations and people there are. */
function fillFilters() {
  const chats = new Map();
  const people = new Set();
  for (const example of examples) {
    if (example.chat && !chats.has(example.chat)) chats.set(example.chat, chatName(example));
    example.people.forEach((name) => people.add(name));
  }
  const option = ([value, text]) => el("option", { value }, text);
  byId("whose").append(...[...chats].map(option));
  byId("who").append(...[...people].sort().map((name) => option([name, name])));
  for (const id of ["whose", "who"]) byId(id).hidden = byId(id).options.length < 3;
  for (const id of ["since", "until"]) byId(id).parentElement.hidden = !examples.some((example) => example.first);
}

function ordered(found) {
  const order = byId("order").value;
  if (!order) return found;
  const way = order === "longest" ? -1 : 1;
  return found.sort((a, b) => way * (a.length - b.length) || a.number - b.number);
}

function show(found) {
  const kept = found.indexOf(shown[current]);
  shown = found;
  const all = found.length === examples.length;
  const text = all ? counted(found.length, "example") : `${number(found.length)} of ${counted(examples.length, "example")}`;
  byId("found").textContent = text;
  say(text, 400);
  rows.style.height = `${found.length * rowHeight}px`;
  list.scrollTop = 0;
  choose(Math.max(0, kept));
}

function showOnlyRedacted() {
  byId("finder").reset();
  byId("redacted").checked = true;
  refresh();
}

function openExample(example) {
  byId("finder").reset();
  query = "";
  searching += 1;
  show(examples);
  choose(example.number - 1);
}

// The list.

function drawRows() {
  const first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - MARGIN);
  const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + MARGIN);
  const drawn = [];
  for (let index = first; index < last; index += 1) drawn.push(row(shown[index], index));
  rows.replaceChildren(...drawn);
  if (current >= first && current < last) list.setAttribute("aria-activedescendant", `row-${current}`);
  else list.removeAttribute("aria-activedescendant");
}

function row(example, index) {
  const out = vetoed.has(example.id);
  const element = el("div", {
    class: out ? "row out" : "row", role: "option", id: `row-${index}`, "data-index": index,
    "aria-selected": String(index === current), "aria-setsize": shown.length, "aria-posinset": index + 1,
  },
    el("span", { class: "where" }, el("span", { class: "no" }, number(example.number)), example.split ? el("b", { class: "tag" }, "val") : null,
      example.last ? el("small", { class: "when" }, isoDay(example.last)) : null),
    el("span", { class: "said" }, ...snippets(example)),
    out ? el("b", { class: "tag bad" }, "left out") : null);
  element.style.top = `${index * rowHeight}px`;
  return element;
}

/** Two lines of an example: where the search hit, or the last of theirs and the answer. */
function snippets(example) {
  if (!example.turns.length) return [el("span", { class: "soft" }, "This line cannot be read")];
  const last = Math.max(0, example.turns.findLastIndex((turn) => !isOwn(turn)));
  const at = query ? example.turns.findIndex((turn) => fold(textOf(turn)).includes(query)) : -1;
  const start = at < 0 ? last : Math.min(at, last);
  return example.turns.slice(start, start + 2).map((turn) =>
    el("span", { class: isOwn(turn) ? "own" : "their", dir: "auto" }, ...marked(around(textOf(turn)), query)));
}

/** The part of a text that fits a line, with the hit in it. */
function around(text) {
  const at = query ? fold(text).indexOf(query) : -1;
  const from = at > 24 ? at - 16 : 0;
  return `${from ? "…" : ""}${text.slice(from, from + 120)}`.replace(/\s+/gu, " ");
}

/** Make an example the current one, bring it into sight and read it. */
function choose(index) {
  current = Math.max(0, Math.min(index, shown.length - 1));
  const top = current * rowHeight;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + rowHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + rowHeight - list.clientHeight;
  drawRows();
  read();
}

// The reader.

function read() {
  const example = shown[current];
  byId("reader-title").textContent = example ? `Example ${number(example.number)}` : "No example";
  byId("reader-facts").textContent = example ? factsOf(example) : "Nothing matches. Search for less, or take a filter away.";
  byId("talk").replaceChildren(...(example ? conversation(example) : []));
  byId("talk").scrollTop = 0;
  for (const id of ["previous", "next", "veto"]) byId(id).disabled = !example;
  showVeto();
  const hit = query ? byId("talk").querySelector(".hit") : null;
  hit?.scrollIntoView({ block: "center" });
}

function factsOf(example) {
  const file = example.split ? manifest.files.validation : manifest.files.train;
  const when = example.first ? [day(example.first) === day(example.last) ? moment(example.first) : `${moment(example.first)} – ${moment(example.last)}`] : [];
  const whose = example.chat ? [chatName(example)] : [];
  return [...when, ...whose, `${file.name}, line ${number(example.line)}`, counted(example.turns.length, "turn"), counted(example.length, "character")].join(" · ");
}

function showVeto() {
  const example = shown[current];
  const out = Boolean(example) && vetoed.has(example.id);
  byId("veto").setAttribute("aria-pressed", String(out));
  byId("veto").textContent = out ? "Left out" : "Leave out";
  byId("veto").disabled = !example?.id;
  byId("reader").classList.toggle("out", out);
}

function conversation(example) {
  const prompt = example.system === null ? null : el("details", { class: "system" },
    el("summary", {}, "System prompt"), el("p", { dir: "auto" }, ...marked(example.system)));
  const turns = el("ol", { class: "turns" }, ...example.turns.map((turn, index) => turnOf(turn, example.names[index])));
  return [prompt, turns].filter(Boolean);
}

const LABELS = { [UNTRAINED]: "Not learned from", [REJECTED]: "The reply not to give" };
const SPEAKERS = { [OTHERS]: "They said", [OWN]: "You said", [UNTRAINED]: "You said", [REJECTED]: "You said" };

/** A turn: each of its lines is a bubble, as it was sent. */
function turnOf(turn, name) {
  const bubbles = textOf(turn).split("\n").filter((line) => line.trim());
  return el("li", { class: `turn ${isOwn(turn) ? "own" : "their"} ${LABELS[turn[0]] ? "aside" : ""}` },
    name ? el("small", { class: "soft", dir: "auto" }, ...marked(name, query)) : el("span", { class: "unseen" }, `${SPEAKERS[turn[0]]}:`),
    ...bubbles.map((line) => el("p", { class: "bubble", dir: "auto" }, ...marked(line, query))),
    LABELS[turn[0]] ? el("small", { class: "soft" }, LABELS[turn[0]]) : null);
}

// Keys, clicks and scrolling.

const inSight = () => Math.max(1, Math.floor(list.clientHeight / rowHeight));
const MOVES = {
  j: () => current + 1, ArrowDown: () => current + 1,
  k: () => current - 1, ArrowUp: () => current - 1,
  PageDown: () => current + inSight(), PageUp: () => current - inSight(),
  Home: () => 0, End: () => shown.length - 1,
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input[type=search]");
  if (typing && event.key !== "Enter" && event.key !== "Escape" && event.key !== "ArrowDown") return;
  if (event.target.matches("select, input[type=checkbox]")) return;
  const letter = ["j", "k"].includes(event.key);
  const move = MOVES[event.key];
  if (typing) list.focus();
  else if (event.key === "/") byId("query").select();
  else if (event.key === "v") vetoCurrent();
  else if (move && (letter || event.target === list)) choose(move());
  else return;
  event.preventDefault();
}

function vetoCurrent() {
  if (shown[current]) toggleVeto(shown[current]);
}

function startExamples() {
  fillFilters();
  byId("examples-count").textContent = number(examples.length);
  byId("finder").addEventListener("input", refresh);
  byId("finder").addEventListener("submit", (event) => event.preventDefault());
  byId("examples-view").addEventListener("keydown", onKey);
  byId("previous").addEventListener("click", () => choose(current - 1));
  byId("next").addEventListener("click", () => choose(current + 1));
  byId("veto").addEventListener("click", vetoCurrent);
  document.addEventListener("decisions", () => { drawRows(); showVeto(); });
  rows.addEventListener("click", (event) => {
    const found = event.target.closest("[data-index]");
    if (found) choose(Number(found.dataset.index));
  });
  let waiting = false;
  list.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; drawRows(); });
  });
  new ResizeObserver(measureRows).observe(list);
}

/** Rows are as tall as the reader's own font size makes them. */
function measureRows() {
  if (!list.clientHeight) return;
  rowHeight = 4.25 * parseFloat(getComputedStyle(document.documentElement).fontSize);
  rows.style.height = `${shown.length * rowHeight}px`;
  drawRows();
}
