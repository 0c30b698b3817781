// The first view: what was kept and why not, its shape, what is wrong, what it costs.
//
// Owns the words. Every figure is the manifest's or counted from the examples below.

const report = manifest.report;
const settings = manifest.settings ?? {};
const inTrain = sum(examples.map((example) => 1 - example.split));
const inValidation = examples.length - inTrain;
const problems = overview.findings.filter((finding) => finding.rule !== "note"); // notes have cards of their own

function drawOverview() {
  const pair = el("div", { class: "pair" }, privacy(), estimate());
  const sections = [lead(), findings(), likeness(), ledger(), shape(), division(), pair, provenance()];
  byId("overview-view").replaceChildren(...sections.filter(Boolean));
}

function section(id, title, ...children) {
  return el("section", { "aria-labelledby": `${id}-title`, class: id },
    el("h2", { id: `${id}-title` }, title), ...children);
}

// What it is, in a sentence and five figures.

function lead() {
  const made = report ? `, made of ${number(report.kept)} of ${counted(report.messages, "message")}` : "";
  const held = inValidation ? `${number(inTrain)} to learn from, ${number(inValidation)} held back to check it.` : "All of them to learn from; none is held back to check it.";
  return el("section", { class: "lead", "aria-labelledby": "lead-title" },
    el("h1", { id: "lead-title" }, `${counted(examples.length, "example")}${made}.`),
    el("p", { class: "lede" }, held, " ", verdict()),
    el("dl", { class: "figures" }, ...figures().flatMap(([name, value, note]) =>
      [el("div", {}, el("dt", {}, name), el("dd", {}, value, note ? el("small", {}, note) : null))])));
}

function verdict() {
  const kinds = problems;
  const errors = kinds.filter((finding) => finding.error).length;
  if (errors) return el("strong", { class: "bad" }, `${counted(errors, "kind of error", "kinds of error")} to put right first.`);
  if (kinds.length) return el("strong", { class: "warn" }, `No error, ${counted(kinds.length, "kind of warning", "kinds of warning")}.`);
  return el("strong", { class: "good" }, `No problem found for ${manifest.sink}.`);
}

function figures() {
  const { train, validation } = manifest.files;
  const estimated = manifest.counter === "bytes/2";
  const found = [["Tokens to learn from", compact(train.tokens), estimated ? "an upper estimate" : `by ${manifest.counter}`]];
  if (validation) found.push(["Tokens held back", compact(validation.tokens), share(validation.tokens, train.tokens + validation.tokens)]);
  if (report) {
    found.unshift(["Messages kept", share(report.kept, report.messages), `of ${number(report.messages)}`]);
    const redacted = sum(Object.values(report.redactions ?? {}));
    found.push(["Redactions", compact(redacted), counted(Object.keys(report.redactions ?? {}).length, "kind")]);
  }
  return found;
}

// What the trainer would say.

function findings() {
  const isTooFew = problems.some((problem) => problem.rule === "too-few"); // said by its card
  const notes = (manifest.notes ?? []).filter((note) => !(isTooFew && note.includes("needs at least")));
  if (!problems.length && !notes.length) return null;
  return section("findings", "What to look at first",
    el("ol", { class: "cards" }, ...problems.map(findingCard),
      ...notes.map((note) => el("li", { class: "card note" }, el("p", { class: "kind" }, "Note"), el("p", {}, note)))));
}

function findingCard(finding) {
  const where = finding.lines.slice(0, 12).map((line) => lineLink(finding, line));
  const more = finding.count - where.length;
  return el("li", { class: finding.error ? "card bad" : "card warn" },
    el("p", { class: "kind" }, finding.error ? "Error" : "Warning", el("span", { class: "soft" }, ` ${finding.rule}`)),
    el("h3", {}, finding.message),
    el("p", {}, finding.remedy),
    el("p", { class: "soft where" }, where.length ? `${finding.file}, line ` : finding.file,
      ...where.flatMap((link, index) => (index ? [", ", link] : [link])),
      where.length && more > 0 ? ` and ${number(more)} more` : ""));
}

function lineLink(finding, line) {
  const split = finding.file === manifest.files.train.name ? 0 : 1;
  const found = examples.find((example) => example.split === split && example.line === line);
  if (!found) return number(line);
  return el("a", { href: "#examples", onclick: () => openExample(found) }, number(line));
}

// Where every message went.

const REASONS = {
  "self chat": "Written to yourself",
  "automated sender": "To or from a machine: a short code, a business, nobody to answer",
  "opted out": "In a conversation with somebody who wants to be in none",
  "opted-out word": "With a word that is to be in none",
  "group": "In a group, and groups were not asked for",
  "no turn": "Neither yours nor anybody's: a system prompt, a tool's answer",
  "no words": "Nothing is left of it to say: a blank, or what only a picture said",
  "no message before it": "Yours, and nobody had said anything before",
  "unanswered": "Theirs, and you did not answer in the same segment",
  "too long": "Does not fit the budget of tokens",
  "disliked": "All it would teach was disliked",
  "duplicate": "Another example says the same",
  "frequent short reply": "A short answer that is taught often enough",
  "contact cap": "Its conversation has enough examples",
  "vetoed": "Somebody looked at it and decided against it",
};

function ledger() {
  if (!report) return section("ledger", "What was left out", fitted());
  const reasons = Object.entries(report.reasons ?? {}).filter(([, count]) => count).sort((a, b) => b[1] - a[1]);
  const left = sum(reasons.map(([, count]) => count));
  const parts = [{ label: "Kept", count: report.kept, kind: "kept" }, ...reasons.map(([label, count]) => ({ label, count }))];
  const rows = parts.map((part, index) => [
    el("span", { class: "swatched" }, swatch(part, index, parts.length), part.kind ? "Kept, in an example" : part.label),
    part.kind ? "" : REASONS[part.label] ?? "", number(part.count), share(part.count, report.messages)]);
  const adds = report.kept + left === report.messages;
  return section("ledger", "What was kept, and why not",
    el("p", { class: "soft" }, adds
      ? `${number(report.messages)} messages in = ${number(report.kept)} kept + ${number(left)} left out for a reason. None is unaccounted for.`
      : `The figures do not add up: ${number(report.messages - report.kept - left)} of ${counted(report.messages, "message")} have no reason.`),
    partsBar("Messages", parts),
    table(["Messages", "Meaning", "Count", "Share"], rows, {
      caption: "Messages kept and left out", left: 2,
      foot: ["Read", "", number(report.messages), share(1, 1)] }),
    fitted());
}

/** What the form of the file has cost after all that, and what became of decisions. */
function fitted() {
  const lost = Object.entries(manifest.left_out ?? {}).filter(([, count]) => count);
  const told = lost.map(([reason, count]) => `${counted(count, "answer")} left out (${reason})`);
  if (!told.length) told.push("no answer left out (none was too long)");
  if (manifest.shortened) told.push(`${counted(manifest.shortened, "example")} shortened from the front`);
  const pictures = manifest.images?.left_out;
  if (pictures) told.push(`${counted(pictures, "image")} replaced by a word`);
  const { vetoed: asked, matched } = report?.decisions ?? {};
  const opted = report?.opt_outs ?? {};
  const sentences = [
    `To fit ${manifest.sink}: ${told.join("; ")}.`,
    asked ? `Of ${counted(asked, "decision")} against an example, ${number(matched)} met one.` : "",
    opted.entries ? `Of ${counted(opted.entries, "opt-out")}, ${number(opted.matched)} matched a person or a message.` : "",
  ].filter(Boolean);
  return el("p", { class: "soft fitted" }, sentences.join(" "));
}

function swatch(part, index, count) {
  const square = el("span", { class: `swatch ${part.kind ?? ""}`, "aria-hidden": "true" });
  square.style.setProperty("--shade", shade(index, count));
  return square;
}

// The shape of the examples.

function shape() {
  const given = report?.histograms ?? measured();
  const charts = [
    lengths("Tokens in an example", "Tokens", "Examples", given.tokens ?? []),
    turns(given.turns ?? []),
    lengths("Length of your replies", "Characters", "Answers", given.reply_lengths ?? []),
    hours(given.hours ?? []),
    people(given.people ?? []),
    pauses(report?.gaps ?? []),
  ].filter(Boolean);
  if (!charts.length) return null;
  return section("shape", "The shape of it", el("div", { class: "charts" }, ...charts), shortReplies());
}

function lengths(title, unit, what, pairs) {
  const bars = pairs.length ? doubling(pairs) : [];
  const half = middle(bars);
  return half ? histogram({ title, unit, what, bars, note: `Half lie below ${number(half.upper)}.` }) : null;
}

function turns(pairs) {
  const bars = exact(pairs);
  const half = middle(bars);
  return half ? histogram({ title: "Turns in an example", unit: "Turns", what: "Examples", bars, note: `Half have ${counted(half.lower, "turn")} or fewer.` }) : null;
}

const clock = (hour) => `${String(hour).padStart(2, "0")}:00`;

/** Answers by the hour: counted in UTC, shown by the clock of whoever looks. */
function hours(counts) {
  if (!counts.length) return null;
  const dates = examples.map((example) => example.last).filter(Boolean).sort();
  const usual = dates[Math.floor(dates.length / 2)];
  const ahead = Math.round(hoursAhead(usual));
  const bars = counts.map((_, hour) => ({ label: clock(hour), range: clock(hour), count: counts[(hour - ahead + 48) % 24] }));
  const busiest = bars.reduce((best, bar) => (best && best.count >= bar.count ? best : bar), null);
  return histogram({ title: "Hours of the day", unit: `Hour, in this browser's time zone (${zone(usual)})`, what: "Answers", bars,
    ticks: [0, 6, 12, 18, 23].map((hour) => bars[hour]).filter(Boolean), note: `Most at ${busiest.label}.` });
}

function people(pairs) {
  const bars = exact(pairs, (rank) => `no. ${rank}`);
  const all = sum(bars.map((bar) => bar.count));
  const drawn = grouped(bars, "no.");
  const each = drawn.length < bars.length ? ` A bar is ${number(Math.ceil(bars.length / drawn.length))} of them together.` : "";
  return bars.length ? histogram({ title: "Conversations, the largest first", unit: "Conversation", what: "Examples", bars: drawn,
    note: bars.length > 1 ? `The largest of ${number(bars.length)} holds ${share(bars[0].count, all)} of the examples.${each}` : "All examples are of one conversation." }) : null;
}

function pauses(pairs) {
  const bars = exact(pairs, duration);
  const half = middle(bars);
  return half ? histogram({ title: "Pauses that begin a new segment", unit: "Pause", what: "Conversations", bars: grouped(bars, "Pause"), note: `For half the conversations ${half.label} or less.` }) : null;
}

function shortReplies() {
  const found = report?.short_replies ?? [];
  if (!found.length) return null;
  const most = found[0][1];
  return el("div", { class: "short" },
    el("h3", {}, "Short answers you give most"),
    el("p", { class: "soft" }, "If one of them towers over the rest, the model will say little else."),
    el("ol", {}, ...found.slice(0, 12).map(([text, count]) => {
      const row = el("li", {}, el("span", { dir: "auto", class: "said" }, ...marked(text)), el("i", { "aria-hidden": "true" }), el("span", { class: "figure" }, number(count)));
      row.children[1].style.setProperty("--long", `${(100 * count) / most}%`);
      return row;
    })));
}

/** What can be told from the files alone, for a dataset that has no report. */
function measured() {
  const counts = { turns: new Map(), replies: new Map() };
  const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const example of examples) {
    add(counts.turns, example.turns.length);
    for (const turn of example.turns) if (turn[0] === OWN) add(counts.replies, 2 ** Math.floor(Math.log2(Math.max(1, turn.length - 1))));
  }
  const sorted = (map) => [...map].sort((a, b) => a[0] - b[0]);
  return { turns: sorted(counts.turns), reply_lengths: sorted(counts.replies) };
}

// What is hidden.

function privacy() {
  const kinds = Object.entries(report?.redactions ?? {}).sort((a, b) => b[1] - a[1]);
  const nothing = settings.redaction
    ? "The redactor found nothing to replace."
    : "Nothing was redacted. Names, numbers and addresses are in the examples as they were written.";
  if (!kinds.length) return section("privacy", "What is hidden", el("p", {}, nothing));
  return section("privacy", "What is hidden",
    el("p", { class: "soft" }, "The same person, number or address is the same placeholder everywhere. ",
      el("a", { href: "#examples", onclick: () => showOnlyRedacted() }, "Look at the examples that have one.")),
    table(["Kind", "Replaced"], kinds.map(([kind, count]) => [el("mark", { class: "redaction" }, `[${kind}]`), number(count)]), { caption: "Redactions by kind" }));
}

// What is held back, and the proof that nothing leaks.

function division() {
  const split = manifest.split ?? {};
  if (!inValidation) return section("division", "Train and validation", el("p", {}, "No validation file: a trainer will have no measure of how well it learns."));
  const fact = (name, value, kind = null) => el("div", {}, el("dt", {}, name), el("dd", { class: kind }, value));
  const shared = (name, count) => fact(name, count === 0 ? "None" : number(count ?? NaN), count === 0 ? "good" : "bad");
  return section("division", "Train and validation",
    el("p", { class: "soft" }, "Divided by time, at the border of a segment, over all conversations at once: the segments held back are those that ended last. What repeats something of the training file is trained on."),
    partsBar("Examples", [{ label: "Train", count: inTrain, kind: "kept" }, { label: "Validation", count: inValidation, kind: "held" }]),
    el("dl", { class: "ends" },
      fact("Last message to learn from", moment(split.train_last)), fact("Cut", moment(split.cutoff)),
      fact("First segment held back ended", moment(split.validation_first)),
      fact("Times are in", zone(split.cutoff)),
      shared("Messages on both sides", split.shared_messages), shared("Segments on both sides", split.shared_segments)));
}

// What it costs.

function estimate() {
  const { epochs, billed_tokens: billed } = manifest.estimate ?? {};
  if (!billed) return null;
  const passes = `${counted(epochs, "epoch")} over ${counted(manifest.files.train.tokens, "token")}: about ${compact(billed)} tokens`;
  const prices = overview.prices;
  if (!prices.length) return section("estimate", "What training would take", el("p", {}, `${passes} to learn from. On your own machine that costs time only.`));
  return section("estimate", "What training would cost",
    el("p", { class: "soft" }, `${passes} billed.`),
    table(["Model", "Gone after", "US$ per million", "About"],
      prices.map(([model, price, last]) => [model, day(last), number(price), MONEY.format((billed / 1e6) * price)]), { caption: "Cost by model" }),
    el("p", { class: "soft small" }, "OpenAI's list prices of 2026; its own page has the last word. Training on your own machine costs time only."));
}

// How it was made.

const SETTINGS = {
  never: "Opt-outs: people, addresses and words left out",
  automated: "Whether conversations with machines stay",
  gap: "The pause that ends a segment; auto finds it for each conversation",
  within: "The longest pause between two bubbles of one turn",
  delimiter: "What stands between the bubbles of a turn",
  redaction: "Which redactor replaced what is private",
  groups: "How the speakers of a group are told apart",
  windows: "Whether an example is a conversation or an answer",
  max_tokens: "Tokens an example of prepare may have",
  counter: "Which vocabulary counted them",
  duplicates: "Whether examples that repeat another one stay",
  max_short_replies: "How often a short answer may be all an example teaches",
  max_per_contact: "The most examples of one conversation",
  reactions: "Whether answers are weighed by the reactions to them",
  people: "People the system prompt may name",
  group_titles: "Whether the system prompt has a group's title",
  time_of_day: "Whether the system prompt has the time of day",
  vetoed: "Examples decided against",
  canaries: "Made-up secrets, planted to see what is learned by heart",
};
const LENGTHS_OF_TIME = new Set(["gap", "within"]); // in seconds

function provenance() {
  const setting = ([name, value]) => [name, LENGTHS_OF_TIME.has(name) && typeof value === "number" ? duration(value) : written(value), SETTINGS[name] ?? ""];
  const rows = [
    ["Made with", `${manifest.package} ${manifest.version}`, ""],
    ["Form", manifest.sink, "Who trains: what its files may hold"],
    ["Row limit", manifest.max_tokens ? `${number(manifest.max_tokens)} tokens` : "none", "The longest row the trainer is to be told of"],
    ["Tokens counted by", manifest.counter, "Of the rows"],
    ...Object.entries(settings).map(setting),
    ...Object.entries(manifest.source ?? report?.source ?? {}).map(([name, value]) => [`source ${name}`, written(value), "Of all that came in"]),
    ...Object.values(manifest.files).filter(Boolean).map((file) => [`${file.name} SHA-256`, file.sha256, ""]),
  ];
  const prompt = manifest.system_prompt;
  return section("provenance", "How it was made",
    prompt ? el("blockquote", { class: "prompt" }, el("p", { class: "soft" }, "System prompt"), el("p", { dir: "auto" }, prompt)) : null,
    table(["Setting", "Value"], rows.map(([name, value, meaning]) => [
      el("span", {}, name.replaceAll("_", " "), meaning ? el("small", { class: "meaning" }, meaning) : null), el("code", {}, value)]), { caption: "Settings", left: 9 }));
}

/** A setting's value; a text that would not be seen, in quotes. */
function written(value) {
  if (value === null) return "none";
  if (typeof value === "number") return number(value);
  return typeof value === "string" && value.trim() ? value : JSON.stringify(value);
}
