// Which examples are left out, and the decision file that says so.
//
// Owns the set of vetoed ids. It lives in memory, in the browser's storage under the
// dataset's digest where the browser allows that, and in the file a person downloads:
// `{"format": 1, "vetoed": ["16 hex digits", …]}`. It holds no word of any message.

const FORMAT = 1;
const ID = /^[0-9a-f]{16}$/;
const STORED_AS = `langchain-imessage decisions ${overview.digest}`;

const vetoed = new Set();
const known = new Set(examples.map((example) => example.id));

/** Leave an example out, or take it back in. */
function toggleVeto(example) {
  if (!example.id) return;
  if (!vetoed.delete(example.id)) vetoed.add(example.id);
  say(`Example ${number(example.number)} ${vetoed.has(example.id) ? "left out" : "back in"}`);
  decisionsChanged();
}

function decisionsChanged() {
  memory.set(STORED_AS, JSON.stringify([...vetoed]));
  showDecisions();
  document.dispatchEvent(new Event("decisions"));
}

function showDecisions() {
  const strangers = [...vetoed].filter((id) => !known.has(id)).length;
  const here = vetoed.size - strangers;
  byId("vetoed-count").textContent =
    (here ? `${number(here)} left out` : "None left out") +
    (strangers ? `, ${number(strangers)} from before` : "");
  byId("save").disabled = vetoed.size === 0;
}

/** Hand over the decision file as a download; nothing is sent anywhere. */
function saveDecisions() {
  const text = `${JSON.stringify({ format: FORMAT, vetoed: [...vetoed].sort() }, null, 1)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  el("a", { href: url, download: "decisions.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  byId("next-step").hidden = false;
  say(`Decision file with ${counted(vetoed.size, "example")} downloaded`);
}

/** Go on from an earlier decision file: its vetoes are added to those made here. */
async function loadDecisions(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  const ids = idsOf(await file.text());
  complain(ids ? "" : "That is no decision file: it should hold a format of 1 and a list of vetoed ids.");
  if (!ids) return;
  ids.forEach((id) => vetoed.add(id));
  decisionsChanged();
  say(`${counted(ids.length, "decision")} loaded`);
}

function idsOf(text) {
  try {
    const { format, vetoed: ids } = JSON.parse(text);
    return format === FORMAT && ids.every((id) => ID.test(id)) ? ids : null;
  } catch {
    return null;
  }
}

function startDecisions() {
  const stored = idsOf(`{"format": ${FORMAT}, "vetoed": ${memory.get(STORED_AS) ?? "[]"}}`);
  (stored ?? []).forEach((id) => vetoed.add(id));
  byId("save").addEventListener("click", saveDecisions);
  byId("load").addEventListener("change", loadDecisions);
  showDecisions();
}
