// Asks which of two answers is the owner's, and hands over the choices as a file.
//
// Owns the choices: in memory, in the browser's storage under the page's id where it allows
// that, and in the file. Whatever was said is text and stays text: nothing here parses HTML,
// and the page's policy (trusted types) has the browser refuse it, too. Which answer is real
// is not in this page.

const byId = (id) => document.getElementById(id);
const { format, page, person, trials } = JSON.parse(byId("trials").textContent);
const STORED_AS = `langchain-imessage blind ${page}`;
const SCREENS = ["begin", "trial", "end"];
const CHOICES = [byId("first"), byId("second")];

const memory = {
  get() { try { return JSON.parse(localStorage.getItem(STORED_AS)); } catch { return null; } },
  set(value) { try { localStorage.setItem(STORED_AS, JSON.stringify(value)); } catch { /* in memory only */ } },
};
const state = { knows: null, chosen: trials.map(() => null), at: 0 };

/** Go on where an earlier visit ended; what was stored by anything else is not believed. */
function restore() {
  const stored = memory.get();
  const isOurs = stored && Array.isArray(stored.chosen) && stored.chosen.length === trials.length
    && stored.chosen.every((one) => [0, 1, null].includes(one)) && ["well", "hardly"].includes(stored.knows);
  if (!isOurs) return;
  state.knows = stored.knows;
  state.chosen = stored.chosen;
  const next = state.chosen.indexOf(null);
  state.at = next < 0 ? trials.length : next;
}

function bubbles(who, text) {
  const turn = document.createElement("span");
  turn.className = `turn ${who}`;
  for (const line of text.split("\n").filter((one) => one.trim())) {
    const bubble = document.createElement("span");
    bubble.className = "bubble";
    bubble.dir = "auto";
    bubble.textContent = line;
    turn.append(bubble);
  }
  return turn;
}

function show(screen) {
  for (const name of SCREENS) byId(name).hidden = name !== screen;
}

function showTrial() {
  const { context, answers } = trials[state.at];
  show("trial");
  byId("context").replaceChildren(...context.map(([who, text]) => bubbles(who === "reader" ? "reader" : "owner", text)));
  CHOICES.forEach((button, place) => {
    const number = document.createElement("span");
    number.className = "number";
    number.textContent = String(place + 1);
    button.replaceChildren(number, bubbles("owner", answers[place]));
    button.setAttribute("aria-pressed", String(state.chosen[state.at] === place));
  });
  byId("back").hidden = state.at === 0;
  byId("place").textContent = `${state.at + 1} of ${trials.length}`;
  byId("said").textContent = `Question ${state.at + 1} of ${trials.length}`;
  byId("question").focus({ preventScroll: true });
  scrollTo(0, 0);
  byId("context").scrollTop = byId("context").scrollHeight;
}

function draw() {
  const done = state.chosen.filter((one) => one !== null).length;
  byId("progress").max = trials.length;
  byId("progress").value = done;
  byId("place").textContent = "";
  if (state.knows === null) return show("begin");
  if (state.at < trials.length) return showTrial();
  show("end");
  byId("summary").textContent = `You chose ${done} of ${trials.length} answers.`;
  byId("copy").textContent = result().trim();
  byId("thanks").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function choose(place) {
  if (byId("trial").hidden) return;
  state.chosen[state.at] = place;
  state.at += 1;
  memory.set({ knows: state.knows, chosen: state.chosen });
  draw();
}

function back() {
  if (state.knows === null || state.at === 0) return;
  state.at -= 1;
  draw();
}

const result = () => `${JSON.stringify({ format, page, knows: state.knows, chosen: state.chosen })}\n`;

/** Hand over the choices as a download; nothing is sent anywhere. */
function save() {
  const url = URL.createObjectURL(new Blob([result()], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "blind-answers.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  byId("said").textContent = "The file with your choices was downloaded";
}

byId("greeting").textContent = person ? `${person}, which answer is mine?` : "Which answer is mine?";
byId("knowing").addEventListener("submit", (event) => {
  event.preventDefault();
  state.knows = new FormData(event.target).get("knows");
  memory.set({ knows: state.knows, chosen: state.chosen });
  draw();
});
CHOICES.forEach((button, place) => button.addEventListener("click", () => choose(place)));
byId("back").addEventListener("click", back);
byId("save").addEventListener("click", save);
byId("again").addEventListener("click", () => { state.at = 0; draw(); });
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || state.knows === null) return;
  if (event.key === "1" || event.key === "2") { event.preventDefault(); choose(Number(event.key) - 1); }
  if (event.key === "Backspace") { event.preventDefault(); back(); }
});
restore();
draw();
document.documentElement.dataset.ready = "";
