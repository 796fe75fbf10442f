// What the scripts of a form share: the form itself, its window, what it holds now, and asking the server.

export const form = document.querySelector("#story_form, #faq_form");

/** What the server says of saving: addresses, intervals, whose form it is. Null where nothing is kept. */
export const saving = document.querySelector("[data-saving]")?.dataset ?? null;

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
const SEQUENCE = "desk-sequence";
const CLAIM = 250; // milliseconds in which another window says that it has this name already

/** Names this window: the same after a reload and a way back, another in every other window. Settled by `isSettled`. */
export let windowUid = sessionStorage.getItem(WINDOW) ?? freshUid();

function takeFreshName() {
  windowUid = freshUid();
  sessionStorage.setItem(WINDOW, windowUid);
}

sessionStorage.setItem(WINDOW, windowUid);

// A tab that is duplicated, or opened by this one, begins with a copy of what this one keeps. So each page asks whether
// another that is open has its name; of two that ask at once the one with the greater nonce gives way.
const nonce = freshUid();
let channel = null;
let claimed = false;

function claim() {
  claimed = false;
  channel = new BroadcastChannel(WINDOW);
  channel.addEventListener("message", ({ data }) => {
    if (data.uid !== windowUid || data.nonce === nonce) return;
    if (data.taken) {
      if (!claimed && data.by === nonce) takeFreshName();
    } else if (claimed || nonce < data.nonce) {
      channel.postMessage({ uid: data.uid, nonce, by: data.nonce, taken: true });
    } else takeFreshName();
  });
  channel.postMessage({ uid: windowUid, nonce });
  return new Promise((resolve) => {
    setTimeout(() => {
      claimed = true;
      resolve();
    }, CLAIM);
  });
}

/** Resolves when it is certain that no other open window has the name of this one. */
export let isSettled = form ? claim() : Promise.resolve();

if (form) {
  // An open channel would keep the page from being kept for the way back.
  addEventListener("pagehide", () => channel?.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) isSettled = claim();
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
export function placeOf(control) {
  const found = /^(\w+)-(\d+)-(\w+)$/.exec(control.name ?? "");
  if (!found) return control.name ?? "";
  const row = form.elements[`${found[1]}-${found[2]}-row`]?.value;
  return row ? `${found[1]}.${row}.${found[3]}` : "";
}

/** Returns the field of this page that a place names, or null. */
export function fieldOf(named) {
  const [prefix, row, name] = named.split(".");
  if (!name) return form.elements[named] ?? null;
  for (const uid of form.querySelectorAll(`input[name^="${CSS.escape(prefix)}-"][name$="-row"]`)) {
    if (uid.value === row) return form.elements[uid.name.replace(/row$/, name)] ?? null;
  }
  return null;
}

/** Returns what the form would send now, in its order, as pairs of a name and a value; without files and the token. */
export function content() {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
}

export const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

/** Puts a new token into every form of the page, after somebody signed in again. */
export function takeToken(fresh) {
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
}

/**
 * Why a request came to nothing: `reason` is "offline", "slow", "signed-out", "refused" or "failed"; `said` is for people.
 */
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
  // The answer to somebody who is signed out takes the cookie of whoever signs in at this moment away.
  if (document.querySelector("[data-sign-in-again]")?.open) throw new Unanswered("signed-out", "You are signed out.", 401);
  let answer, said;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      body: new URLSearchParams(body),
      redirect: "manual",
      signal,
      keepalive,
    });
    if (answer.headers.get("content-type")?.startsWith("application/json")) said = await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (error.name === "TimeoutError") throw new Unanswered("slow", "The server takes too long.");
    throw new Unanswered("offline", "No connection.");
  }
  if (answer.ok && said) return said;
  if (answer.type === "opaqueredirect" || answer.status === 401 || said?.signed_out) {
    document.dispatchEvent(new CustomEvent("desk:signed-out"));
    throw new Unanswered("signed-out", said?.error ?? "You are signed out.", answer.status);
  }
  const refused = answer.status >= 400 && answer.status < 500;
  throw new Unanswered(refused ? "refused" : "failed", said?.error ?? `The server answered ${answer.status}.`, answer.status);
}
