// @ts-check
/** The page: which widget is open, in which theme, and when it is asked for again. */

import { Problem, call } from "./calls.js";
import { isOpen } from "./dialogs.js";
import { Widget } from "./widget.js";

const SOON = 3000;
const LATEST = 60000;
const NAMES = ["releases", "approvals", "matrix", "layer"];

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const prefersStill = matchMedia("(prefers-reduced-motion: reduce)");

let identity = "";
let delay = SOON;
let timer = 0;

const widget = new Widget(byId("widget"), {
  identity: () => identity,
  say,
  complain,
  reveal,
  screen: () => ({
    theme: theme(),
    width: byId("panel").clientWidth,
    height: window.innerHeight,
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    offset: -new Date().getTimezoneOffset(),
  }),
});

/**
 * Say what was done, and where to see what comes of it.
 *
 * @param {string} text empty to say nothing
 * @param {string} layer
 * @param {string} outcome `approved` or `denied`: a rejection is no success to be shown as one
 */
function say(text, layer, outcome) {
  byId("said").textContent = text;
  byId("said").dataset.outcome = outcome;
  if (text) {
    const link = document.createElement("a");
    link.href = `#releases?${new URLSearchParams({ layer })}`;
    link.textContent = `Watch ${layer} under Releases`;
    byId("said").append(" ", link);
  }
}

/** @param {string} text empty to say that nothing is wrong */
function complain(text) {
  byId("problem").textContent = text;
  if (text) {
    reveal();
  }
}

/** Bring what was said, or went wrong, to where the user looks. */
function reveal() {
  const told = byId("problem").textContent ? byId("problem") : byId("said");
  told.scrollIntoView({ block: "nearest", behavior: prefersStill.matches ? "instant" : "smooth" });
}

/** @returns {"light" | "dark"} */
function theme() {
  const chosen = byId("theme").value;
  return chosen === "dark" || (chosen === "auto" && prefersDark.matches) ? "dark" : "light";
}

/** @param {() => Promise<void>} what */
async function attempt(what) {
  clearTimeout(timer);
  document.body.setAttribute("aria-busy", "true");
  try {
    await what();
    if (delay !== SOON) {
      byId("problem").textContent = "";
    }
    delay = SOON;
    byId("updated").textContent = `Updated ${new Date().toLocaleTimeString()}`;
  } catch (problem) {
    delay = Math.min(delay * 2, LATEST);
    byId("problem").textContent = problem instanceof Problem ? problem.message : String(problem);
  } finally {
    document.body.removeAttribute("aria-busy");
    clearTimeout(timer);
    timer = setTimeout(look, delay);
  }
}

/** Look again; not in a tab that nobody sees, and not under an open question. */
function look() {
  if (document.hidden || isOpen()) {
    timer = setTimeout(look, SOON);
  } else {
    void attempt(() => widget.refresh());
  }
}

/** Show the widget that the address names, like `#layer?layer=http-client`. */
function route() {
  const [name, query] = location.hash.slice(1).split("?");
  const opened = NAMES.includes(name) ? name : NAMES[0];
  for (const each of NAMES) {
    const tab = byId(`tab-${each}`);
    tab.setAttribute("aria-selected", String(each === opened));
    tab.tabIndex = each === opened ? 0 : -1;
  }
  byId("panel").setAttribute("aria-labelledby", `tab-${opened}`);
  byId("title").textContent = byId(`tab-${opened}`).textContent;
  document.title = `${byId(`tab-${opened}`).textContent} · Layerlift`;
  const { widget: _, action: __, ...params } = Object.fromEntries(new URLSearchParams(query));
  void attempt(() => widget.open(opened, params));
}

/** @param {string} name */
function choose(name) {
  byId(`tab-${name}`).focus();
  if (location.hash === `#${name}`) {
    route();
  } else {
    location.hash = name;
  }
}

for (const [index, name] of NAMES.entries()) {
  const tab = byId(`tab-${name}`);
  tab.addEventListener("click", () => choose(name));
  tab.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      choose(NAMES[(index + step + NAMES.length) % NAMES.length]);
    }
  });
}

function dress() {
  document.documentElement.dataset.theme = theme();
}

byId("theme").value = localStorage.getItem("theme") ?? "auto";
byId("theme").addEventListener("change", () => {
  localStorage.setItem("theme", byId("theme").value);
  dress();
  void attempt(() => widget.refresh());
});
prefersDark.addEventListener("change", () => {
  dress();
  void attempt(() => widget.refresh());
});
byId("refresh").addEventListener("click", () => void attempt(() => widget.refresh(true)));
window.addEventListener("hashchange", route);
document.addEventListener("visibilitychange", () => document.hidden || look());

dress();
try {
  const about = await call("/api/about");
  identity = about.identity;
  byId("about").textContent = `${about.stack} in ${about.region}, as ${about.identity}`;
} catch (problem) {
  byId("problem").textContent = problem instanceof Problem ? problem.message : String(problem);
}
route();
