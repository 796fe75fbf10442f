// What the scripts of a form share: the form itself, its window, what it holds now, and asking the server.

export const form = document.querySelector("#story_form, #faq_form");

/** Returns a new uid, also where the page is not in a secure context. */
export function freshUid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const WINDOW = "desk-window";

/** Names this window: the same after a reload, another in every other window. */
export const windowUid = (() => {
  // A duplicated tab copies what the first one kept; only a reload or a way back in history is the same window.
  const [entry] = performance.getEntriesByType("navigation");
  const isFresh = entry?.type === "navigate" && !history.state?.[WINDOW];
  let uid = sessionStorage.getItem(WINDOW);
  if (!uid || (isFresh && !document.referrer.startsWith(location.origin))) uid = freshUid();
  sessionStorage.setItem(WINDOW, uid);
  history.replaceState({ ...history.state, [WINDOW]: uid }, "");
  return uid;
})();

/** Returns what the form would send now, in its order, as pairs of a name and a value; without files and the token. */
export function content() {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
}

export const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

/** Puts a new token into every form of the page, after somebody signed in again. */
export function takeToken(fresh) {
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
}

/** Why a request came to nothing: `reason` is "offline", "signed-out", "refused" or "failed"; `said` is for people. */
export class Unanswered extends Error {
  constructor(reason, said, status = 0) {
    super(said);
    this.reason = reason;
    this.said = said;
    this.status = status;
  }
}

/**
 * Posts `body` (an object or pairs) and returns the JSON of the answer. Raises Unanswered.
 * Somebody who is signed out hears of it on the page: a `desk:signed-out` event is sent to the document.
 */
export async function post(address, body, { signal, keepalive = false } = {}) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      body: new URLSearchParams(body),
      redirect: "manual",
      signal,
      keepalive,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unanswered("offline", "No connection.");
  }
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  const said = isJson ? await answer.json().catch(() => ({})) : {};
  if (answer.ok && isJson) return said;
  if (answer.type === "opaqueredirect" || answer.status === 401 || said.signed_out) {
    document.dispatchEvent(new CustomEvent("desk:signed-out"));
    throw new Unanswered("signed-out", said.error ?? "You are signed out.", answer.status);
  }
  const refused = answer.status >= 400 && answer.status < 500;
  throw new Unanswered(refused ? "refused" : "failed", said.error ?? `The server answered ${answer.status}.`, answer.status);
}
