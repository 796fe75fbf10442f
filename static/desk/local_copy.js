// A copy in the browser of what is typed: for when the server cannot be reached, or the lid is closed on half a sentence.
// The last sittings of each work are kept, of one person only; what the server has not got is offered on return.

import { content, form, freshUid, saving, token, windowUid } from "./draft_form.js";

const MOST = 5;
const STORE = "copies";
const PAUSE = 300; // milliseconds between the last key and the copy
const TAKING = "desk-taking";
const sitting = freshUid();

const done = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

let opened = null;

function database() {
  opened ??= (() => {
    const request = indexedDB.open("desk", 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE, { keyPath: "sitting" }));
    return done(request).then((found) => {
      // Signing out in another window must not wait for this one.
      found.addEventListener("versionchange", () => found.close());
      return found;
    });
  })();
  return opened;
}

const store = async (mode) => (await database()).transaction(STORE, mode, { durability: "strict" }).objectStore(STORE);
const isOurs = (copy) => copy.person === saving.person;
// What is said about a form, and differs between two that hold the same words.
const ABOUT = /^_|^(base_revision|sources_given|owner_before|begun_as)$|-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/;
const words = (pairs) => JSON.stringify(pairs.filter(([name]) => !ABOUT.test(name)));
// A form that comes back because it could not be saved, or was filled with other text, does not show what is saved.
const showsSaved = !document.querySelector("#conflict, #problems, [data-taken]");

/** Returns what the form held when it was opened, where that is what was saved. */
function began() {
  const held = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.defaultChecked ? field.value : "";
    if (!field.options) return field.defaultValue ?? "";
    return ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value ?? "";
  };
  return showsSaved ? [...form.elements].filter(({ name }) => name).map((field) => [field.name, held(field)]) : [];
}

/** Names values by the uids of their rows, which have other numbers in another window. */
function placed(pairs) {
  const rows = new Map(pairs.filter(([name]) => name.endsWith("-row")));
  const place = (name) => name.replace(/^\w+-\d+-/, (row) => `${row.replace(/\d+-$/, "")}${rows.get(`${row}row`) ?? row}.`);
  return new Map(pairs.filter(([name]) => !ABOUT.test(name)).map(([name, value]) => [place(name), value]));
}

/** Says whether `here` has everything that was typed into the form of a copy. */
function isSaved(copy, here) {
  const [typed, before, now] = [copy.values, copy.began ?? [], here].map(placed);
  const isSame = (name) => [before, now].some((each) => (each.get(name) ?? "") === (typed.get(name) ?? ""));
  return [...typed.keys(), ...before.keys()].every(isSame);
}

async function copies() {
  const all = await done((await store("readonly")).getAll());
  return all.filter((copy) => isOurs(copy) && copy.work === saving.work).sort((one, other) => other.at - one.at);
}

/** Throws away what another person's forms kept. */
async function forgetOthers() {
  const rows = await store("readwrite");
  for (const copy of await done(rows.getAll())) if (!isOurs(copy)) rows.delete(copy.sitting);
}

async function forgetOld() {
  const old = (await copies()).slice(MOST);
  const rows = await store("readwrite");
  for (const copy of old) rows.delete(copy.sitting);
}

let isPaused = false;
let timer = 0;

async function write(values, isKept) {
  const copy = { sitting, person: saving.person, work: saving.work, window: windowUid, at: Date.now(), values, began: began(), isKept };
  await done((await store("readwrite")).put(copy));
}

/** Copies what the form holds now; resolves to whether that worked. */
export async function copyNow() {
  clearTimeout(timer);
  if (!saving || isPaused) return false;
  try {
    await write(content(), false);
    return true;
  } catch {
    return false;
  }
}

/** Copies what the form holds, in a moment. */
export function copySoon() {
  clearTimeout(timer);
  timer = setTimeout(copyNow, PAUSE);
}

/** Says that the server has what was sent as `pairs`: where nothing was typed since, the copy need not be offered. */
export async function serverHas(pairs) {
  if (isPaused || words(content()) !== words(pairs)) return;
  clearTimeout(timer);
  await write(pairs, true).catch(() => {});
}

/** Says that the form goes to the server by itself, as it is now. */
export async function isSent() {
  clearTimeout(timer);
  await write(content(), true).catch(() => {});
}

/** Keeps nothing while somebody else is signed in. */
export function pause(whether) {
  isPaused = whether;
  clearTimeout(timer);
}

async function settle(copy) {
  await done((await store("readwrite")).put({ ...copy, isKept: true }));
}

function send(copy, then) {
  const carrier = document.createElement("form");
  carrier.method = "post";
  carrier.action = saving.localCopyAddress;
  const values = copy.values.filter(([name]) => !name.startsWith("_"));
  for (const [name, value] of [...values, ["_then", then], ["csrfmiddlewaretoken", token()]]) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    carrier.append(field);
  }
  carrier.hidden = true;
  document.body.append(carrier);
  carrier.submit();
}

async function offer() {
  const place = document.querySelector("[data-kept]");
  const taken = sessionStorage.getItem(TAKING);
  sessionStorage.removeItem(TAKING);
  const here = content();
  const found = [];
  for (const copy of await copies()) {
    if (copy.isKept || copy.sitting === sitting) continue;
    if (copy.sitting === taken && document.querySelector("[data-taken]")) await settle(copy);
    else if (isSaved(copy, here)) await settle(copy);
    else found.push(copy);
  }
  const [newest] = found;
  place.hidden = !newest;
  if (!newest) return;
  const at = new Date(newest.at);
  const today = at.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit", hour12: false };
  place.querySelector("[data-kept-at]").textContent = today
    ? at.toLocaleTimeString("en-GB", time)
    : at.toLocaleString("en-GB", { day: "numeric", month: "long", ...time });
  // What the buttons go to must know which copy it is, so that it is not offered again.
  place.querySelector("[data-kept-compare]").onclick = () => {
    sessionStorage.setItem(TAKING, newest.sitting);
    send(newest, "compare");
  };
  place.querySelector("[data-kept-take]").onclick = () => {
    sessionStorage.setItem(TAKING, newest.sitting);
    send(newest, "take");
  };
  place.querySelector("[data-kept-discard]").onclick = async () => {
    await done((await store("readwrite")).delete(newest.sitting));
    await offer();
    form.querySelector("input:not([type=hidden]), textarea")?.focus();
  };
}

// Without a store in the browser there is nothing to offer; the server keeps the text.
if (saving && form) forgetOthers().then(forgetOld).then(offer).catch(() => {});
