// Which view is shown, light or dark, and the order in which all begins.

const VIEWS = ["overview", "examples"];

/** Show the view the address names. Its element has another id, lest the browser jump. */
function showView() {
  const asked = location.hash.slice(1);
  const view = VIEWS.includes(asked) ? asked : VIEWS[0];
  for (const name of VIEWS) byId(`${name}-view`).hidden = name !== view;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.documentElement.dataset.view = view;
  if (view !== "examples") return;
  measureRows();
  choose(current);
  list.focus({ preventScroll: true });
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const THEME = "langchain-imessage theme";
let shownTheme = "light";

function showTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  shownTheme = theme ?? (dark.matches ? "dark" : "light");
  byId("theme").textContent = shownTheme === "dark" ? "Light theme" : "Dark theme";
}

function startTheme() {
  const kept = memory.get(THEME);
  showTheme(["light", "dark"].includes(kept) ? kept : null);
  dark.addEventListener("change", () => showTheme(document.documentElement.dataset.theme ?? null));
  byId("theme").addEventListener("click", () => {
    const theme = shownTheme === "dark" ? "light" : "dark";
    memory.set(THEME, theme);
    showTheme(theme);
  });
}

startTheme();
startDecisions();
drawOverview();
startExamples();
refresh();
addEventListener("hashchange", showView);
showView();
warm();
document.documentElement.dataset.ready = "";
