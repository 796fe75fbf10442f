// A copy in the browser of what is typed: for when the server cannot be reached, or the lid is closed on half a sentence.
// The last sittings of each work are kept, of one person only; what the server has not got is offered on return.

import { autosaveSettings, createUid, csrfToken, form, formValues, windowUid } from "./draft_form.js";

const MAX_COPIES = 5;
const STORE = "copies";
const COPY_DELAY = 300; // milliseconds between the last key and the copy
const RESTORING = "desk-taking";
const sitting = createUid();

const resultOf = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

let openedDatabase = null;

function openDatabase() {
  openedDatabase ??= (() => {
    const request = indexedDB.open("desk", 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE, { keyPath: "sitting" }));
    return resultOf(request).then((db) => {
      // Signing out in another window must not wait for this one.
      db.addEventListener("versionchange", () => db.close());
      return db;
    });
  })();
  return openedDatabase;
}

const openStore = async (mode) => (await openDatabase()).transaction(STORE, mode, { durability: "strict" }).objectStore(STORE);
const isOwn = (copy) => copy.person === autosaveSettings.person;
// What is said about a form, and differs between two that hold the same words.
const METADATA = /^_|^(base_revision|sources_given|owner_before|begun_as|reference_names)$|-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/;
const comparable = (pairs) => JSON.stringify(pairs.filter(([name]) => !METADATA.test(name)));
// A form that comes back because it could not be saved, or was filled with other text, does not show what is saved.
const showsSaved = !document.querySelector("#conflict, #problems, [data-restored]");

/** Returns what the form held when it was opened, where that is what was saved. */
function initialValues() {
  const initialValue = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.defaultChecked ? field.value : "";
    if (!field.options) return field.defaultValue ?? "";
    return ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value ?? "";
  };
  return showsSaved ? [...form.elements].filter(({ name }) => name).map((field) => [field.name, initialValue(field)]) : [];
}

/** Returns values by place: rows are named by their uids, as they have other numbers in another window. */
function valuesByPlace(pairs) {
  const rows = new Map(pairs.filter(([name]) => name.endsWith("-row")));
  const place = (name) => name.replace(/^\w+-\d+-/, (row) => `${row.replace(/\d+-$/, "")}${rows.get(`${row}row`) ?? row}.`);
  return new Map(pairs.filter(([name]) => !METADATA.test(name)).map(([name, value]) => [place(name), value]));
}

/** Returns whether `here` has everything that was typed into the form of a copy. */
function isSaved(copy, here) {
  const [typed, before, now] = [copy.values, copy.began ?? [], here].map(valuesByPlace);
  const isSame = (name) => [before, now].some((each) => (each.get(name) ?? "") === (typed.get(name) ?? ""));
  return [...typed.keys(), ...before.keys()].every(isSame);
}

async function listCopies() {
  const all = await resultOf((await openStore("readonly")).getAll());
  return all.filter((copy) => isOwn(copy) && copy.work === autosaveSettings.work).sort((one, other) => other.at - one.at);
}

/** Deletes the copies of other people's forms. */
async function deleteCopiesOfOthers() {
  const rows = await openStore("readwrite");
  for (const copy of await resultOf(rows.getAll())) if (!isOwn(copy)) rows.delete(copy.sitting);
}

async function deleteOldCopies() {
  const old = (await listCopies()).slice(MAX_COPIES);
  const rows = await openStore("readwrite");
  for (const copy of old) rows.delete(copy.sitting);
}

let isPaused = false;
let timer = 0;

async function writeCopy(values, isKept) {
  const copy = { sitting, person: autosaveSettings.person, work: autosaveSettings.work, window: windowUid, at: Date.now(), values, began: initialValues(), isKept };
  await resultOf((await openStore("readwrite")).put(copy));
}

/** Copies what the form holds now; resolves to whether that worked. */
export async function saveLocalCopy() {
  clearTimeout(timer);
  if (!autosaveSettings || isPaused) return false;
  try {
    await writeCopy(formValues(), false);
    return true;
  } catch {
    return false;
  }
}

/** Copies what the form holds after a short delay. */
export function scheduleLocalCopy() {
  clearTimeout(timer);
  timer = setTimeout(saveLocalCopy, COPY_DELAY);
}

/** Marks the copy as saved, unless something was typed since the server got `pairs`: it need not be offered. */
export async function markCopySaved(pairs) {
  if (isPaused || comparable(formValues()) !== comparable(pairs)) return;
  clearTimeout(timer);
  await writeCopy(pairs, true).catch(() => {});
}

/** Marks the copy as saved: the form itself is submitted as it is now. */
export async function markCopySubmitted() {
  clearTimeout(timer);
  await writeCopy(formValues(), true).catch(() => {});
}

/** Stops copying, or goes on with it: nothing is kept while somebody else is signed in. */
export function pauseLocalCopies(pause) {
  isPaused = pause;
  clearTimeout(timer);
}

async function markAsKept(copy) {
  await resultOf((await openStore("readwrite")).put({ ...copy, isKept: true }));
}

function submitCopy(copy, then) {
  const hiddenForm = document.createElement("form");
  hiddenForm.method = "post";
  hiddenForm.action = autosaveSettings.localCopyAddress;
  const values = copy.values.filter(([name]) => !name.startsWith("_"));
  for (const [name, value] of [...values, ["_then", then], ["csrfmiddlewaretoken", csrfToken()]]) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    hiddenForm.append(field);
  }
  hiddenForm.hidden = true;
  document.body.append(hiddenForm);
  hiddenForm.submit();
}

async function offerCopy() {
  const place = document.querySelector("[data-local-copy]");
  const restoring = sessionStorage.getItem(RESTORING);
  sessionStorage.removeItem(RESTORING);
  const here = formValues();
  const unsaved = [];
  for (const copy of await listCopies()) {
    if (copy.isKept || copy.sitting === sitting) continue;
    if (copy.sitting === restoring && document.querySelector("[data-restored]")) await markAsKept(copy);
    else if (isSaved(copy, here)) await markAsKept(copy);
    else unsaved.push(copy);
  }
  const [newest] = unsaved;
  place.hidden = !newest;
  if (!newest) return;
  const at = new Date(newest.at);
  const today = at.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit", hour12: false };
  place.querySelector("[data-local-copy-time]").textContent = today
    ? at.toLocaleTimeString("en-GB", time)
    : at.toLocaleString("en-GB", { day: "numeric", month: "long", ...time });
  // What the buttons go to must know which copy it is, so that it is not offered again.
  place.querySelector("[data-local-copy-compare]").onclick = () => {
    sessionStorage.setItem(RESTORING, newest.sitting);
    submitCopy(newest, "compare");
  };
  place.querySelector("[data-local-copy-restore]").onclick = () => {
    sessionStorage.setItem(RESTORING, newest.sitting);
    submitCopy(newest, "take");
  };
  place.querySelector("[data-local-copy-discard]").onclick = async () => {
    await resultOf((await openStore("readwrite")).delete(newest.sitting));
    await offerCopy();
    form.querySelector("input:not([type=hidden]), textarea")?.focus();
  };
}

// Without a store in the browser there is nothing to offer; the server keeps the text.
if (autosaveSettings && form) deleteCopiesOfOthers().then(deleteOldCopies).then(offerCopy).catch(() => {});
