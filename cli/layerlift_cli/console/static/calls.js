// @ts-check
/** Calls of the page to its own server. */

const TOKEN = "layerlift-page";

/** What went wrong, in a sentence for people. */
export class Problem extends Error {}

/**
 * @param {string} path
 * @param {object} [message] sent by POST; without one it is a GET
 * @returns {Promise<any>} the answer
 */
export async function call(path, message) {
  /** @type {Record<string, string>} */
  const headers = { "X-Layerlift-Page": sessionStorage.getItem(TOKEN) ?? "" };
  /** @type {RequestInit} */
  const request = { headers };
  if (message !== undefined) {
    headers["Content-Type"] = "application/json";
    request.method = "POST";
    request.body = JSON.stringify(message);
  }
  let answer;
  try {
    answer = await fetch(path, request);
  } catch {
    throw new Problem(
      "This console has ended, or cannot be reached; what was decided here holds. " +
        "Open another: layerlift console",
    );
  }
  const told = await answer.json();
  if (!answer.ok) {
    throw new Problem(told.problem);
  }
  return told;
}
