// Elements, numbers and the voice of the page.
//
// Owns how anything gets into the document: as an element made here, or as text. Whatever
// was said in a conversation is text and stays text: nothing in these files parses HTML,
// and the page's policy (trusted types) has the browser refuse it, too.

const byId = (id) => document.getElementById(id);

/** Make an element: attributes as they are, `on…` as listeners, strings as text. */
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const NUMBER = new Intl.NumberFormat("en");
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const MONEY = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });
const MOMENT = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const DAY = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const ISO_DAY = new Intl.DateTimeFormat("sv"); // 2024-05-01, as a date input has it

const number = (value) => NUMBER.format(value);
const compact = (value) => (value < 10000 ? NUMBER : COMPACT).format(value);
const counted = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;
const share = (part, whole) => {
  if (!whole) return "–";
  return part && part / whole < 0.001 ? "<0.1%" : PERCENT.format(part / whole);
};
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** A moment as people write it, in this browser's zone; what is no moment, as it is. */
const moment = (value) => dated(value, MOMENT);
const day = (value) => dated(value, DAY);

function dated(value, format) {
  if (value === null || value === undefined) return "–";
  const isDay = /^\d{4}-\d\d-\d\d$/u.test(value); // which is the same day in every zone
  const date = new Date(typeof value === "number" ? value * 1000 : value + (isDay ? "T12:00" : ""));
  return Number.isNaN(date.getTime()) ? String(value) : format.format(date);
}

/** Hours this browser's clock is ahead of UTC at a moment; now, if there is none. */
const hoursAhead = (value) => -(value ? new Date(value) : new Date()).getTimezoneOffset() / 60;

/** The zone of this browser, as in "UTC+05:30". */
function zone(value) {
  const minutes = Math.round(hoursAhead(value) * 60);
  const two = (figure) => String(figure).padStart(2, "0");
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** A length of time in the largest unit that keeps it short. */
function duration(seconds) {
  if (seconds === null || seconds === undefined) return "none";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 360) / 10} h`;
}

/** Say something to who cannot see it; what is said quickly after another replaces it. */
let saying = 0;
function say(text, after = 0) {
  clearTimeout(saying);
  saying = setTimeout(() => { byId("said").textContent = text; }, after);
}

/** Show what went wrong; nothing, to take it away. */
function complain(text) {
  byId("trouble").textContent = text;
  byId("trouble").hidden = !text;
}

/** What the browser may remember for us; it may also refuse, and then nothing is kept. */
const memory = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* in memory only */ } },
};
