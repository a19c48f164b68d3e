// @ts-check
/**
 * Hosts one widget as a CloudWatch dashboard does: shows what its function returns, and acts on
 * `<cwdb-action>`
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html).
 */

import { Problem, call } from "./calls.js";
import { ask, closePopup, openPopup, popupContent } from "./dialogs.js";
import { keep } from "./keeping.js";
import { read } from "./reading.js";

/**
 * @typedef {object} Action
 * @property {string} kind `call` or `html`
 * @property {string} confirmation what to ask before, empty to ask nothing
 * @property {boolean} inPopup
 * @property {string} endpoint
 * @property {string} event
 * @property {Element} content HTML, or JSON as text
 */

/**
 * @typedef {object} Surroundings
 * @property {() => object} screen what the function is told of the screen
 * @property {() => string} identity who decides here
 * @property {(text: string, layer: string, outcome: string) => void} say tells the user what was
 * done, of a layer
 * @property {(text: string) => void} complain tells the user what went wrong, empty to stop that
 * @property {() => void} reveal brings what was told into view
 */

const FOCUSABLE = "a[href], button, input, select, summary, textarea, [tabindex]";
const defaults = new CSSStyleSheet();
const ready = fetch("/widget.css")
  .then((answer) => answer.text())
  .then((css) => defaults.replaceSync(css));

/** A place where content is shown, with what its elements do. */
class Surface {
  /**
   * @param {HTMLElement} element
   * @param {(action: Action, target: Element) => void} run
   */
  constructor(element, run) {
    this.root = element.attachShadow({ mode: "open" });
    /** @type {Map<Element, Action[]>} */
    this.actions = new Map();
    this.run = run;
    for (const type of ["click", "dblclick", "mouseover", "keydown"]) {
      this.root.addEventListener(type, (event) => this.#notice(event));
    }
    this.root.addEventListener("submit", (event) => event.preventDefault());
  }

  /**
   * @param {import("./reading.js").Content} content
   * @param {boolean} [keepsFields] whether fields keep what the user has typed
   */
  show(content, keepsFields = false) {
    const restore = keep(this.root, (form) => this.#purpose(form), keepsFields);
    const nodes = /** @type {DocumentFragment} */ (content.nodes.cloneNode(true));
    this.actions.clear();
    this.#arm(nodes);
    const own = content.isBare ? [] : [defaults];
    this.root.adoptedStyleSheets = [...own, ...content.sheets];
    this.root.replaceChildren(nodes);
    restore();
  }

  /** @returns {Record<string, string>} every field by its name, as `widgetContext.forms.all` */
  fields() {
    /** @type {Record<string, string>} */
    const found = {};
    const fields = this.root.querySelectorAll("input[name], select[name], textarea[name]");
    for (const field of /** @type {NodeListOf<any>} */ (fields)) {
      const isUnchosen = (field.type === "checkbox" || field.type === "radio") && !field.checked;
      if (!isUnchosen) {
        found[field.name] = field.value;
      }
    }
    return found;
  }

  /**
   * Take the actions out of what will be shown, and tie each to the element before it.
   *
   * @param {DocumentFragment} nodes
   */
  #arm(nodes) {
    for (const element of [...nodes.querySelectorAll("cwdb-action")]) {
      // What is inside another action is armed when that one is shown.
      const target = element.previousElementSibling;
      if (!nodes.contains(element) || element.parentElement?.closest("cwdb-action")) {
        continue;
      }
      element.remove();
      if (target !== null) {
        this.#tie(target, element);
      }
    }
  }

  /** @param {Element} target @param {Element} element */
  #tie(target, element) {
    const action = {
      kind: element.getAttribute("action") === "call" ? "call" : "html",
      confirmation: element.getAttribute("confirmation") ?? "",
      inPopup: element.getAttribute("display") === "popup",
      endpoint: element.getAttribute("endpoint") ?? "",
      event: element.getAttribute("event") ?? "click",
      content: element,
    };
    this.actions.set(target, [...(this.actions.get(target) ?? []), action]);
    if (!target.matches(FOCUSABLE)) {
      target.setAttribute("tabindex", "0");
      target.setAttribute("role", target.getAttribute("role") ?? "button");
    }
  }

  /** @param {Element} form @returns {string} what tells a form from others: what it does */
  #purpose(form) {
    const tied = [...this.actions].filter(([target]) => form.contains(target));
    return tied.flatMap(([, actions]) => actions.map((one) => one.content.textContent)).join("\n");
  }

  /** @param {any} event */
  #notice(event) {
    if (!event.isTrusted) {
      return;
    }
    for (const target of event.composedPath()) {
      if (target === this.root) {
        return;
      }
      const action = this.actions.get(target)?.find((one) => isMeant(one, target, event));
      if (action !== undefined) {
        event.preventDefault();
        this.run(action, target);
        return;
      }
    }
  }
}

/**
 * Whether an event is the one an action waits for. What a mouse can do, a key can do.
 *
 * @param {Action} action
 * @param {Element} target
 * @param {any} event
 */
function isMeant(action, target, event) {
  switch (event.type) {
    case "keydown":
      return (
        event.target === target &&
        (event.key === "Enter" || event.key === " ") &&
        (action.event !== "click" || !target.matches("a[href], button, input, summary, select"))
      );
    case "mouseover": // mouseenter, which does not bubble
      return action.event === "mouseenter" && !target.contains(event.relatedTarget);
    case "click": // a finger does not hover
      return action.event !== "dblclick";
    default:
      return event.type === action.event;
  }
}

/** One widget in its place. */
export class Widget {
  /** @type {Surface} */ #surface;
  /** @type {Surface} */ #popup;
  /** @type {Surroundings} */ #around;
  /** @type {{widget: string, params: object}} */ #original = { widget: "releases", params: {} };
  /** @type {object} */ #params = {};
  /** @type {string | null} */ #shown = null;
  #nonce = "";
  #turn = 0;
  #isBusy = false;
  #isPinned = false;

  /**
   * @param {HTMLElement} element
   * @param {Surroundings} around
   */
  constructor(element, around) {
    this.#around = around;
    /** @type {(action: Action, target: Element) => void} */
    const run = (action, target) => void this.#run(action, target);
    this.#surface = new Surface(element, run);
    this.#popup = new Surface(popupContent(), run);
  }

  /**
   * Show another widget, or the same from its beginning.
   *
   * @param {string} name
   * @param {object} params
   */
  async open(name, params) {
    this.#original = { widget: name, params };
    this.#params = params;
    this.#shown = null;
    this.#isPinned = false;
    this.#surface.show(read(""));
    await this.refresh();
  }

  /**
   * Ask again for what is shown; it is changed only if the answer is another.
   *
   * @param {boolean} [even] also if content is shown that no function was asked for
   */
  async refresh(even = false) {
    if (this.#isBusy || (this.#isPinned && !even)) {
      return;
    }
    this.#isPinned = false;
    await ready;
    const turn = ++this.#turn;
    const answer = await this.#ask(this.#params, this.#surface.fields());
    if (turn === this.#turn) {
      this.#display(answer, true);
    }
  }

  /**
   * @param {object} params
   * @param {Record<string, string>} forms
   * @param {string} [endpoint]
   */
  #ask(params, forms, endpoint) {
    const { widget } = this.#original;
    return call("/api/show", { widget, params, forms, screen: this.#around.screen(), endpoint });
  }

  /** @param {{html: string, nonce: string}} answer @param {boolean} keepsFields */
  #display(answer, keepsFields) {
    this.#nonce = answer.nonce;
    if (answer.html !== this.#shown) {
      this.#surface.show(read(answer.html), keepsFields);
      this.#shown = answer.html;
    }
  }

  /** @param {Action} action @param {Element} target */
  async #run(action, target) {
    if (this.#isBusy) {
      return;
    }
    this.#isBusy = true;
    this.#turn += 1; // an answer that is on its way is not waited for
    try {
      await this.#act(action, target);
    } catch (problem) {
      this.#around.complain(problem instanceof Problem ? problem.message : String(problem));
    } finally {
      this.#isBusy = false;
    }
  }

  /** @param {Action} action @param {Element} target */
  async #act(action, target) {
    const params = action.kind === "call" ? parse(action.content.textContent ?? "") : {};
    if (params.action === "decide") {
      await this.#decide(params, target);
      return;
    }
    if (action.confirmation && !(await ask(action.confirmation, [], "Go on"))) {
      return;
    }
    if (action.kind === "html") {
      const nodes = document.createDocumentFragment();
      nodes.append(...[...action.content.childNodes].map((node) => node.cloneNode(true)));
      this.#present(action, { nodes, sheets: [], isBare: false });
      return;
    }
    const forms = { ...this.#surface.fields(), ...this.#popup.fields() };
    const answer = await this.#ask({ ...this.#original.params, ...params }, forms, action.endpoint);
    this.#around.complain("");
    if (action.inPopup) {
      this.#nonce = answer.nonce;
      this.#present(action, read(answer.html));
    } else {
      closePopup();
      this.#params = { ...this.#original.params, ...params };
      this.#shown = null; // also if the answer is the same: what was sent is no longer being typed
      this.#display(answer, false);
    }
  }

  /** @param {Action} action @param {import("./reading.js").Content} content */
  #present(action, content) {
    if (action.inPopup) {
      this.#popup.show(content);
      openPopup();
    } else {
      closePopup();
      this.#isPinned = true;
      this.#shown = null;
      this.#surface.show(content);
    }
  }

  /**
   * Ask in the page's own words, for these are what will be signed, and hand it in.
   *
   * @param {any} params
   * @param {Element} target
   */
  async #decide(params, target) {
    const comment = commentBeside(target);
    const isApproval = params.outcome === "approved";
    const verb = isApproval ? "Approve" : "Reject";
    const facts = /** @type {Array<[string, string]>} */ ([
      ["What follows", await foresee(params)],
      ["SHA-256", String(params.digest)],
      ...(params.attempt > 1 ? [["Attempt", `${params.attempt}: it was dropped again`]] : []),
      ["Comment", comment || (isApproval ? "none" : "none, so that nobody will know why")],
      ["Signed by", this.#around.identity()],
    ]);
    const title = `${verb} ${params.layer} ${params.version} for ${params.stage}?`;
    if (!(await ask(title, facts, verb, isApproval ? "primary" : "danger"))) {
      return;
    }
    const release = hold(target);
    const { layer, version, stage, digest, attempt, outcome } = params;
    const nonce = this.#nonce;
    this.#nonce = "";
    try {
      const wanted = { layer, version, stage, digest, attempt, outcome, comment, nonce };
      const { done, said } = await call("/api/decide", wanted);
      this.#around.say(done ? said : "", layer, outcome);
      this.#around.complain(done ? "" : said);
    } finally {
      await this.#showAnew(release);
    }
  }

  /**
   * Show what became of a decision; until then, what was decided on is held.
   *
   * @param {() => void} release lets it go
   */
  async #showAnew(release) {
    try {
      const { params: original } = this.#original;
      this.#display(await this.#ask(original, this.#surface.fields()), true);
    } finally {
      release();
      closePopup();
      this.#around.reveal();
    }
  }
}

/**
 * Ask the page's own server what a decision does, for a widget could say anything.
 *
 * @param {any} params
 * @returns {Promise<string>}
 */
async function foresee({ layer, version, stage, outcome }) {
  try {
    const { follows } = await call("/api/foresee", { layer, version, stage, outcome });
    return follows.join("\n") || "not known";
  } catch (problem) {
    return `Not known. ${problem instanceof Problem ? problem.message : String(problem)}`;
  }
}

/**
 * Mark the form of a button as being sent. Its buttons keep the focus, for they are shown again if
 * the request still waits.
 *
 * @param {Element} target
 * @returns {() => void} takes the marks away
 */
function hold(target) {
  const form = target.closest("form");
  if (form === null) {
    return () => {};
  }
  const buttons = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("a, button")]);
  for (const button of buttons) {
    button.setAttribute("aria-disabled", "true");
    button.style.opacity = "0.5";
  }
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  told.textContent = "Sending …";
  form.append(told);
  form.setAttribute("aria-busy", "true");
  return () => {
    for (const button of buttons) {
      button.removeAttribute("aria-disabled");
      button.style.opacity = "";
    }
    told.remove();
    form.removeAttribute("aria-busy");
  };
}

/** @param {string} text @returns {any} */
function parse(text) {
  try {
    return JSON.parse(text || "{}");
  } catch {
    throw new Problem("Nothing was called: the widget's action is no JSON.");
  }
}

/** @param {Element} target @returns {string} the comment of the form that a button is in */
function commentBeside(target) {
  const form = target.closest("form");
  const field = /** @type {any} */ (form?.querySelector('[name^="comment"]'));
  return field?.value.trim() ?? "";
}
