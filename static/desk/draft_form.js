// What the scripts of a form share: the form itself, its window, what it holds now, and asking the server.

export const form = document.querySelector("#story_form, #faq_form");

/** What the server says about autosave: addresses, intervals, whose form it is. Null where there is no autosave. */
export const autosaveSettings = document.querySelector("[data-autosave]")?.dataset ?? null;

/** Returns a new uid, also where the page is not in a secure context. */
export function createUid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const WINDOW = "desk-window";
const SEQUENCE = "desk-sequence";
const CLAIM_TIMEOUT = 250; // milliseconds in which another window says that it has this name already

/**
 * Names this window: the same after a reload and a way back, another in every other window. Certain once `windowReady`
 * resolves.
 */
export let windowUid = sessionStorage.getItem(WINDOW) ?? createUid();

function renameWindow() {
  windowUid = createUid();
  sessionStorage.setItem(WINDOW, windowUid);
}

sessionStorage.setItem(WINDOW, windowUid);

// A tab that is duplicated, or opened by this one, begins with a copy of what this one keeps. So each page asks whether
// another that is open has its name; of two that ask at once the one with the greater nonce gives way.
const nonce = createUid();
let channel = null;
let isClaimed = false;

function claimWindowUid() {
  isClaimed = false;
  channel = new BroadcastChannel(WINDOW);
  channel.addEventListener("message", ({ data }) => {
    if (data.uid !== windowUid || data.nonce === nonce) return;
    if (data.taken) {
      if (!isClaimed && data.by === nonce) renameWindow();
    } else if (isClaimed || nonce < data.nonce) {
      channel.postMessage({ uid: data.uid, nonce, by: data.nonce, taken: true });
    } else renameWindow();
  });
  channel.postMessage({ uid: windowUid, nonce });
  return new Promise((resolve) => {
    setTimeout(() => {
      isClaimed = true;
      resolve();
    }, CLAIM_TIMEOUT);
  });
}

/** Resolves when it is certain that no other open window has the name of this one. */
export let windowReady = form ? claimWindowUid() : Promise.resolve();

if (form) {
  // An open channel would keep the page from being kept for the way back.
  addEventListener("pagehide", () => channel?.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) windowReady = claimWindowUid();
  });
  // What the browser would put back into fields on its own would look as if it had been typed after the newest save.
  form.autocomplete = "off";
}

/** Returns a number greater than all that this window has sent; `atLeast` is one that the server knows. */
export function nextSequence(atLeast = 0) {
  const last = Math.max(Number(sessionStorage.getItem(SEQUENCE)) || 0, atLeast);
  const next = Math.max(last + 1, Date.now());
  sessionStorage.setItem(SEQUENCE, String(next));
  return next;
}

/** Names a field the same in every window and after a save: by its row's uid, not by where the row stands. */
export function placeOfField(control) {
  const parts = /^(\w+)-(\d+)-(\w+)$/.exec(control.name ?? "");
  if (!parts) return control.name ?? "";
  const row = form.elements[`${parts[1]}-${parts[2]}-row`]?.value;
  return row ? `${parts[1]}.${row}.${parts[3]}` : "";
}

/** Returns the field of this page that a place names, or null. */
export function fieldAtPlace(place) {
  const [prefix, row, name] = place.split(".");
  if (!name) return form.elements[place] ?? null;
  for (const uid of form.querySelectorAll(`input[name^="${CSS.escape(prefix)}-"][name$="-row"]`)) {
    if (uid.value === row) return form.elements[uid.name.replace(/row$/, name)] ?? null;
  }
  return null;
}

/** Returns what the form would send now, in its order, as pairs of a name and a value; without files and the token. */
export function formValues() {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
}

export const csrfToken = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

/** Puts a new CSRF token into every form of the page, after somebody signed in again. */
export function setCsrfToken(token) {
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
}

/**
 * Why a request came to nothing: `reason` is "offline", "slow", "signed-out", "refused" or "failed"; `message` is for
 * people.
 */
export class RequestError extends Error {
  constructor(reason, message, status = 0) {
    super(message);
    this.reason = reason;
    this.status = status;
  }
}

/**
 * Posts `body` (an object or pairs) and returns the JSON of the answer, or its HTML if `html` is set. Raises RequestError.
 * Somebody who is signed out hears of it on the page: a `desk:signed-out` event is sent to the document. Requests for HTML,
 * which are sent while somebody types, leave that to those that save.
 */
export async function post(address, body, { signal, keepalive = false, html = false } = {}) {
  // The answer to somebody who is signed out takes the cookie of whoever signs in at this moment away.
  if (document.querySelector("[data-sign-in-dialog]")?.open) throw new RequestError("signed-out", "You are signed out.", 401);
  let answer, data;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
      body: new URLSearchParams(body),
      redirect: "manual",
      signal,
      keepalive,
    });
    const type = answer.headers.get("content-type");
    if (type?.startsWith("application/json")) data = await answer.json();
    else if (html && answer.ok && type?.startsWith("text/html")) return await answer.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (error.name === "TimeoutError") throw new RequestError("slow", "The server is taking too long.");
    throw new RequestError("offline", "No connection.");
  }
  if (answer.ok && data) return data;
  if (answer.type === "opaqueredirect" || answer.status === 401 || data?.signed_out) {
    if (!html) document.dispatchEvent(new CustomEvent("desk:signed-out"));
    throw new RequestError("signed-out", data?.error ?? "You are signed out.", answer.status);
  }
  const refused = answer.status >= 400 && answer.status < 500;
  throw new RequestError(refused ? "refused" : "failed", data?.error ?? `The server answered ${answer.status}.`, answer.status);
}
