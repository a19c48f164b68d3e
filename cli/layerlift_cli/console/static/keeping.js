// @ts-check
/** Keeps what the user has typed, opened, focused and scrolled to, when a widget is shown anew. */

const FIELDS = "input, select, textarea";

/**
 * What tells one element from another in two renderings. In a form it is its place among its like,
 * and the form is known by its actions, so that a comment on one release never moves to another.
 *
 * @param {Element} element
 * @param {(form: Element) => string} purpose
 */
function keyOf(element, purpose) {
  const form = element.closest("form");
  if (form !== null) {
    const like = [...form.querySelectorAll(element.localName)];
    return JSON.stringify([purpose(form), element.localName, like.indexOf(element)]);
  }
  const name = element.getAttribute("name") ?? element.id;
  const text = element.matches(FIELDS) ? "" : (element.textContent ?? "").trim();
  const isChoice = /** @type {any} */ (element).type === "radio";
  const choice = isChoice ? element.getAttribute("value") : "";
  return JSON.stringify([element.localName, name, text, choice]);
}

/**
 * @param {ShadowRoot} root
 * @param {(form: Element) => string} purpose what a form is for
 * @param {boolean} withFields whether what is typed stays: not after the user has sent it
 * @returns {() => void} puts everything back as far as it is still there
 */
export function keep(root, purpose, withFields) {
  const fields = new Map();
  for (const field of /** @type {NodeListOf<any>} */ (root.querySelectorAll(FIELDS))) {
    if (withFields && isChanged(field)) {
      fields.set(keyOf(field, purpose), { value: field.value, checked: field.checked });
    }
  }
  const opened = new Map();
  for (const [index, details] of root.querySelectorAll("details").entries()) {
    opened.set(`${index} ${details.querySelector("summary")?.textContent}`, details.open);
  }
  const focused = /** @type {any} */ (root.activeElement);
  const focusKey = focused && keyOf(focused, purpose);
  const selection = focused && selectionOf(focused);
  const { scrollX, scrollY } = window;

  return () => {
    for (const field of /** @type {NodeListOf<any>} */ (root.querySelectorAll(FIELDS))) {
      const kept = fields.get(keyOf(field, purpose));
      if (kept !== undefined) {
        field.value = kept.value;
        field.checked = kept.checked;
      }
    }
    for (const [index, details] of root.querySelectorAll("details").entries()) {
      const key = `${index} ${details.querySelector("summary")?.textContent}`;
      details.open = opened.get(key) ?? details.open;
    }
    if (focusKey) {
      focusAgain(root, focusKey, selection, purpose);
    }
    window.scrollTo(scrollX, scrollY);
  };
}

/** @param {any} field */
function isChanged(field) {
  if (field.localName === "select") {
    return [...field.options].some((option) => option.selected !== option.defaultSelected);
  }
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}

/** @param {any} element @returns {[number, number] | null} */
function selectionOf(element) {
  try {
    return element.selectionStart === null ? null : [element.selectionStart, element.selectionEnd];
  } catch {
    return null; // fields of this type have none
  }
}

/**
 * @param {ShadowRoot} root
 * @param {string} key
 * @param {[number, number] | null} selection
 * @param {(form: Element) => string} purpose
 */
function focusAgain(root, key, selection, purpose) {
  const focusable = root.querySelectorAll(`${FIELDS}, a, button, summary, [tabindex]`);
  for (const element of /** @type {NodeListOf<any>} */ (focusable)) {
    if (keyOf(element, purpose) === key) {
      element.focus({ preventScroll: true });
      if (selection !== null && selection[0] !== undefined) {
        element.setSelectionRange?.(...selection);
      }
      return;
    }
  }
}
