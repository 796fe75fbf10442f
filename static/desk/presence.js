// Says who else has this open, where they write, and that somebody saved meanwhile.

import { fieldAtPlace, form, nextSequence, placeOfField, post, RequestError, windowUid } from "./draft_form.js";

const box = document.querySelector("[data-presence-address]");
const MIN_INTERVAL = 2000;
const ON_LEAVE = { keepalive: true };

let place = "";
let hasUnsaved = Boolean(document.querySelector("#conflict, #problems"));
let lastActive = Date.now();
let reportedActive = 0;
let lastPing = 0;
let timer = 0;
let isPinging = false;
let shown = new Map();
let hasLeft = false;

/** Returns in words where a field is. */
function describePlace(name) {
  if (!name) return "";
  const field = fieldAtPlace(name);
  if (!field) return "in a new part";
  const row = field.closest?.("[data-row]");
  const heading = row?.querySelector("[id$='-name']")?.textContent.trim();
  const label = field.labels?.[0]?.textContent.trim() ?? "";
  return heading || label ? `in ${heading || label}` : "";
}

const initials = (name) => {
  const parts = name.trim().split(/\s+/);
  const letters = parts.length > 1 ? [parts[0], parts[parts.length - 1]] : [parts[0]];
  return letters.map((each) => Array.from(each)[0] ?? "").join("").toUpperCase();
};

function circle(name) {
  const mark = document.createElement("span");
  mark.className = "initials";
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = initials(name);
  return mark;
}

function sentence(other) {
  const who = other.own ? "You, in another window" : other.name;
  const parts = [who, other.idle ? "idle" : describePlace(other.place), other.unsaved ? "not saved yet" : ""];
  return parts.filter(Boolean).join(", ");
}

/** Shows the others in the bar, and marks the fields in which somebody writes. */
function show({ people, more }) {
  const list = box.querySelector("[data-presence-list]");
  const lines = people.map((other) => {
    const item = document.createElement("li");
    const words = document.createElement("span");
    words.dir = "auto";
    words.textContent = sentence(other);
    item.append(circle(other.name), " ", words);
    return item;
  });
  if (more) {
    const item = document.createElement("li");
    item.textContent = `and ${more} more`;
    lines.push(item);
  }
  list.replaceChildren(...lines);
  for (const mark of form.querySelectorAll("[data-editing-notice]")) mark.remove();
  for (const field of form.querySelectorAll(".edited-by-other")) field.classList.remove("edited-by-other");
  for (const other of people) {
    const field = other.unsaved && other.place ? fieldAtPlace(other.place) : null;
    if (!field?.classList || field.type === "hidden") continue;
    const mark = document.createElement("p");
    mark.className = "editing-notice";
    mark.dataset.editingNotice = "";
    const text = other.own ? "You are editing this in another window" : `${other.name} is editing this`;
    mark.append(circle(other.name), ` ${text}`);
    field.classList.add("edited-by-other");
    (field.closest(".markdownx") ?? field).after(mark);
  }
  announceChanges(people);
}

/** Announces who joined and who left, once; where they are is read in the bar. */
function announceChanges(people) {
  const now = new Map();
  for (const other of people) now.set(other.own ? "You, in another window" : other.name, true);
  const joined = [...now.keys()].filter((name) => !shown.has(name));
  const left = [...shown.keys()].filter((name) => !now.has(name));
  const words = [
    ...joined.map((name) => (name.startsWith("You,") ? "You have this page open in another window." : `${name} has this page open.`)),
    ...left.map((name) => (name.startsWith("You,") ? "Your other window is closed." : `${name} has left.`)),
  ];
  if (words.length) box.querySelector("[data-presence-status]").textContent = words.join(" ");
  shown = now;
}

/** Shows that somebody saved since this form was opened. */
function showNewerRevision({ newest, by, own, at }) {
  const notice = box.querySelector("[data-newer-revision]");
  if (!newest || notice.dataset.newerRevision === String(newest)) return;
  notice.dataset.newerRevision = newest;
  const link = document.createElement("a");
  link.href = `../history/${newest}/`;
  link.target = "_blank";
  link.textContent = "read it";
  const who = own ? "You, in another window," : by;
  notice.replaceChildren(`${who} saved revision ${newest} at ${at}: `, link, ". Your changes will be merged when you save.");
}

async function ping() {
  clearTimeout(timer);
  timer = setTimeout(ping, Number(box.dataset.pingInterval) * 1000);
  if (isPinging || hasLeft) return;
  isPinging = true;
  lastPing = Date.now();
  const every = Number(box.dataset.pingInterval) * 1000;
  const body = { window: windowUid, sequence: nextSequence(), place, revision: form.elements.base_revision?.value ?? "" };
  if (hasUnsaved) body.unsaved = 1;
  if (lastActive > reportedActive) body.active = 1;
  const active = lastActive;
  try {
    // An answer that never comes must not keep on the page who left long ago.
    const answer = await post(box.dataset.presenceAddress, body, { signal: AbortSignal.timeout(Math.max(every, MIN_INTERVAL)) });
    reportedActive = active;
    show(answer);
    showNewerRevision(answer);
    // Whoever says nothing more is gone at that moment.
    if (answer.again * 1000 < every) {
      clearTimeout(timer);
      timer = setTimeout(ping, answer.again * 1000);
    }
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    // Who cannot be asked is not shown as being here.
    show({ people: [], more: 0 });
  } finally {
    isPinging = false;
  }
}

/** Pings soon, and not more often than every two seconds. */
function pingSoon() {
  clearTimeout(timer);
  const every = Math.min(MIN_INTERVAL, Number(box.dataset.pingInterval) * 1000);
  timer = setTimeout(ping, Math.max(0, lastPing + every - Date.now()));
}

function leave() {
  hasLeft = true;
  clearTimeout(timer);
  post(box.dataset.presenceAddress, { window: windowUid, sequence: nextSequence(), gone: 1 }, ON_LEAVE).catch(() => {});
}

if (box && form) {
  form.addEventListener("focusin", (event) => {
    const now = event.target.closest("[data-comments]") ? place : placeOfField(event.target);
    if (now === place) return;
    place = now;
    pingSoon();
  });
  form.addEventListener("input", () => {
    lastActive = Date.now();
    if (hasUnsaved) return;
    hasUnsaved = true;
    pingSoon();
  });
  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, () => { lastActive = Date.now(); }, { passive: true });
  }
  // Timers of a hidden page run late.
  document.addEventListener("visibilitychange", () => document.hidden || ping());
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    hasLeft = false;
    ping();
  });
  ping();
}
