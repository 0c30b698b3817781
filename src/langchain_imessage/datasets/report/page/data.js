// The data inside the page: the overview, and the examples in chunks.
//
// Owns the form the examples have in the file, which `_write_report.py` writes: a chunk is
// `{"systems": [text], "examples": [[id, split, system, about, turn, …]]}`; `split` is 0
// for train and 1 for validation, `system` counts into `systems` or is -1, `about` is
// `[first, last, chat, title, people]` or null. A turn is its text behind a letter that
// says whose it is; `[turn, name]` where it says who speaks.

const OTHERS = "u", OWN = "a", UNTRAINED = "z", REJECTED = "r";

const overview = JSON.parse(byId("overview-data").textContent);
const manifest = overview.manifest;
const examples = readExamples();

/** Take the examples out of the document, which then need not hold them twice. */
function readExamples() {
  const found = [];
  const lines = [0, 0];
  for (const script of document.querySelectorAll("script.chunk")) {
    const chunk = JSON.parse(script.textContent);
    script.remove();
    for (const [id, split, system, about, ...given] of chunk.examples) {
      const [first, last, chat, title, people] = about ?? [null, null, 0, "", []];
      const turns = given.map((turn) => (Array.isArray(turn) ? turn[0] : turn));
      lines[split] += 1;
      found.push({
        id, split, turns, first, last, chat, title, people,
        names: given.map((turn) => (Array.isArray(turn) ? turn[1] : null)),
        system: system < 0 ? null : chunk.systems[system],
        line: lines[split],
        number: found.length + 1,
        length: sum(turns.map((turn) => turn.length - 1)),
        folded: null,
      });
    }
  }
  return found;
}

const isOwn = (turn) => turn[0] !== OTHERS;
const textOf = (turn) => turn.slice(1);

/** Lower case that keeps every position, so that what is found can be marked. */
function fold(text) {
  const folded = text.toLowerCase();
  if (folded.length === text.length) return folded;
  return Array.from(text, (c) => (c.toLowerCase().length === c.length ? c.toLowerCase() : c)).join("");
}

/** All that was said in an example, folded once. */
function foldedOf(example) {
  example.folded ??= fold(example.turns.map(textOf).join("\n"));
  return example.folded;
}

const PLACEHOLDER = new RegExp(overview.placeholder, "gu");

function isRedacted(example) {
  return example.turns.some((turn) => {
    PLACEHOLDER.lastIndex = 0;
    return PLACEHOLDER.test(turn);
  });
}

/** Text with placeholders and what is searched for marked: nodes, never markup. */
function marked(text, query = "") {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    pieces.push(...highlighted(text.slice(end, match.index), query));
    pieces.push(el("mark", { class: "redaction", title: "Redacted" }, ...highlighted(match[0], query)));
    end = match.index + match[0].length;
  }
  pieces.push(...highlighted(text.slice(end), query));
  return pieces;
}

function highlighted(text, query) {
  if (!query) return text ? [text] : [];
  const pieces = [];
  const folded = fold(text);
  let end = 0;
  for (let at = folded.indexOf(query); at >= 0; at = folded.indexOf(query, end)) {
    if (at > end) pieces.push(text.slice(end, at));
    end = at + query.length;
    pieces.push(el("mark", { class: "hit" }, text.slice(at, end)));
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}
