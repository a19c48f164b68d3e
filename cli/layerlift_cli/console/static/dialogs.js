// @ts-check
/** Questions and popups of the page itself, above whatever a widget shows. */

/** @type {HTMLDialogElement} */
const confirmation = /** @type {any} */ (document.getElementById("confirm"));
/** @type {HTMLDialogElement} */
const popup = /** @type {any} */ (document.getElementById("popup"));

/** @returns {boolean} whether one is open: then nothing below it may change */
export function isOpen() {
  return confirmation.open || popup.open;
}

/**
 * Ask before something is done.
 *
 * @param {string} title
 * @param {Array<[string, string]>} facts what it is about, as names and values
 * @param {string} yes what the button says that does it
 * @param {"primary" | "danger"} [kind] what the button looks like
 * @returns {Promise<boolean>}
 */
export function ask(title, facts, yes, kind = "primary") {
  /** @type {HTMLElement} */ (document.getElementById("confirm-title")).textContent = title;
  const button = /** @type {HTMLElement} */ (document.getElementById("confirm-yes"));
  button.textContent = yes;
  button.className = kind;
  const list = /** @type {HTMLElement} */ (document.getElementById("confirm-facts"));
  list.replaceChildren(
    ...facts.flatMap(([name, value]) => {
      const term = document.createElement("dt");
      const told = document.createElement("dd");
      term.textContent = name;
      told.textContent = value;
      return [term, told];
    }),
  );
  confirmation.returnValue = "no"; // what Escape leaves
  confirmation.showModal();
  return new Promise((resolve) => {
    confirmation.addEventListener("close", () => resolve(confirmation.returnValue === "yes"), {
      once: true,
    });
  });
}

/** Open the popup; whoever shows something in it has done so already. */
export function openPopup() {
  if (!popup.open) {
    popup.showModal();
  }
}

/** Close the popup, if it is open. */
export function closePopup() {
  popup.close();
}

/** @returns {HTMLElement} where a popup's content goes */
export function popupContent() {
  return /** @type {HTMLElement} */ (document.getElementById("popup-content"));
}
