// @ts-check
/**
 * Reads a widget's HTML, and makes anew what of it is known to be harmless.
 *
 * The function's answer is trusted less than this page. It is parsed into a template, which runs
 * and loads nothing, and only elements and attributes on these lists are made again, one by one, in
 * the page: it is never turned back into text, so no second reading can find something else in it.
 */

const HTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} text @returns {Set<string>} */
const words = (text) => new Set(text.split(/\s+/).filter(Boolean));

const HTML_ELEMENTS = words(`
  a abbr article aside b bdi blockquote br button caption code col colgroup cwdb-action datalist dd
  del details dfn div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr i
  img input ins kbd label legend li mark meter nav ol optgroup option output p pre progress q s
  samp section select small span strong sub summary sup table tbody td textarea tfoot th thead time
  tr u ul var wbr`);
const SVG_ELEMENTS = words(`
  svg g path rect circle ellipse line polyline polygon text tspan title desc defs linearGradient
  radialGradient stop clipPath`);

const EVERYWHERE = words("class dir hidden id lang role title");
/** @type {Record<string, Set<string>>} */
const HTML_ATTRIBUTES = {
  "cwdb-action": words("action confirmation display endpoint event"),
  a: words("href"),
  button: words("disabled name type value"),
  col: words("span"),
  colgroup: words("span"),
  details: words("open"),
  fieldset: words("disabled"),
  img: words("alt height src width"),
  input: words(`
    autocomplete checked disabled list max maxlength min minlength name placeholder readonly required
    size step type value`),
  label: words("for"),
  li: words("value"),
  meter: words("high low max min optimum value"),
  ol: words("reversed start type"),
  optgroup: words("disabled label"),
  option: words("disabled label selected value"),
  output: words("for name"),
  progress: words("max value"),
  select: words("disabled multiple name required size"),
  td: words("colspan headers rowspan"),
  textarea: words("cols disabled maxlength minlength name placeholder readonly required rows"),
  th: words("abbr colspan headers rowspan scope"),
  time: words("datetime"),
};
const SVG_ATTRIBUTES = words(`
  clip-path clip-rule cx cy d dominant-baseline dx dy fill fill-opacity fill-rule focusable
  font-family font-size font-style font-weight fx fy gradientTransform gradientUnits height
  letter-spacing offset opacity pathLength points preserveAspectRatio r rotate rx ry
  shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
  stroke-linejoin stroke-opacity stroke-width text-anchor textLength transform vector-effect
  viewBox width x x1 x2 y y1 y2`);
const INPUT_TYPES = words("checkbox date datetime-local hidden month number radio search text");

const WEB = /^https?:\/\//i;
const PICTURE = /^data:image\/(png|gif|jpeg|webp);base64,/i;
const OWN_REFERENCE = /^url\(["']?#[\w-]+["']?\)$/;

/** @type {any} */
const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
const inert = trustedTypes?.createPolicy("layerlift-inert", {
  createHTML: (/** @type {string} */ html) => html,
});

/**
 * @typedef {object} Content
 * @property {DocumentFragment} nodes
 * @property {CSSStyleSheet[]} sheets the widget's own
 * @property {boolean} isBare whether it wants none of the host's styles
 */

/**
 * @param {string} html
 * @returns {Content}
 */
export function read(html) {
  const parsed = document.createElement("template");
  parsed.innerHTML = inert?.createHTML(html) ?? html;
  /** @type {CSSStyleSheet[]} */
  const sheets = [];
  const nodes = document.createDocumentFragment();
  copyChildren(parsed.content, nodes, sheets);
  return { nodes, sheets, isBare: nodes.querySelector(".cwdb-no-default-styles") !== null };
}

/**
 * @param {Node} from
 * @param {Node} to
 * @param {CSSStyleSheet[]} sheets
 */
function copyChildren(from, to, sheets) {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      to.appendChild(document.createTextNode(child.nodeValue ?? ""));
    } else if (child instanceof Element) {
      copyElement(child, to, sheets);
    }
  }
}

/**
 * @param {Element} from
 * @param {Node} to
 * @param {CSSStyleSheet[]} sheets
 */
function copyElement(from, to, sheets) {
  if (from.namespaceURI === HTML && from.localName === "style") {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(from.textContent ?? "");
    sheets.push(sheet);
    return;
  }
  const known = from.namespaceURI === SVG ? SVG_ELEMENTS : HTML_ELEMENTS;
  if ((from.namespaceURI !== SVG && from.namespaceURI !== HTML) || !known.has(from.localName)) {
    return;
  }
  const made = document.createElementNS(from.namespaceURI, from.localName);
  for (const { name, value } of from.attributes) {
    copyAttribute(/** @type {any} */ (made), name, value);
  }
  if (made instanceof HTMLAnchorElement && made.hasAttribute("href")) {
    made.target = "_blank";
    made.rel = "noopener noreferrer";
  }
  copyChildren(from, made, sheets);
  to.appendChild(made);
}

/**
 * @param {HTMLElement | SVGElement} to
 * @param {string} name
 * @param {string} value
 */
function copyAttribute(to, name, value) {
  if (name === "style") {
    to.style.cssText = value;
  } else if (name === "tabindex") {
    to.setAttribute(name, value === "0" ? "0" : "-1");
  } else if (isKnown(to, name) && isHarmless(to, name, value)) {
    to.setAttribute(name, value);
  }
}

/**
 * @param {Element} element
 * @param {string} name
 */
function isKnown(element, name) {
  if (EVERYWHERE.has(name) || /^(aria|data)-[a-z-]+$/.test(name)) {
    return true;
  }
  if (element.namespaceURI === SVG) {
    return SVG_ATTRIBUTES.has(name);
  }
  return HTML_ATTRIBUTES[element.localName]?.has(name) ?? false;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
function isHarmless(element, name, value) {
  if (name === "href") {
    return WEB.test(value);
  }
  if (name === "src") {
    return PICTURE.test(value);
  }
  if (element.localName === "input" && name === "type") {
    return INPUT_TYPES.has(value.toLowerCase());
  }
  if (element.namespaceURI === SVG && /url\(/i.test(value)) {
    return OWN_REFERENCE.test(value);
  }
  return true;
}
