// What checks find in what is typed: the list beside the form, and a sentence under each field that it is about.
// `desk:next-finding` leads to the next field of the list, wherever somebody is.

import { reveal } from "./folding.js";
import { replaceText } from "./insert_text.js";
import { whenReleased } from "./pointer.js";
import { addRow } from "./rows.js";

const list = document.querySelector("[data-findings]");
const status = document.querySelector("[data-findings-status]");
const NAMES = { blocker: "Blocker", warning: "Warning", hint: "Hint", note: "Note" };
const ANNOUNCE_INTERVAL = 5000; // milliseconds between two announcements
let announcedAt = -ANNOUNCE_INTERVAL;
let announcing = 0;

const links = () => [...(list?.querySelectorAll(".finding a[href^='#']") ?? [])];
const targetOf = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));

/** Announces the counts, or why there are none; only the latter is visible, because the list has counts of its own. */
function announce(words, isVisible = false) {
  clearTimeout(announcing);
  status.classList.toggle("visually-hidden", !isVisible);
  if (status.textContent === words) return;
  const delay = announcedAt + ANNOUNCE_INTERVAL - performance.now();
  if (delay > 0 && !isVisible) {
    announcing = setTimeout(announce, delay, words);
    return;
  }
  announcedAt = performance.now();
  status.textContent = words;
}

function describe(control, id, isDescribed) {
  const ids = new Set((control.getAttribute("aria-describedby") ?? "").split(/\s+/).filter(Boolean));
  if (isDescribed) ids.add(id);
  else ids.delete(id);
  if (ids.size) control.setAttribute("aria-describedby", [...ids].join(" "));
  else control.removeAttribute("aria-describedby");
}

function removeNote(note) {
  const control = document.getElementById(note.dataset.for);
  if (control) {
    describe(control, note.id, false);
    delete control.dataset.findingLevel;
  }
  note.remove();
}

function markFields() {
  const wanted = new Map();
  for (const link of links()) {
    const control = targetOf(link);
    if (!control?.matches("input, textarea, select")) continue;
    const level = Object.keys(NAMES).find((name) => link.closest(".finding").classList.contains(name));
    wanted.set(control, [...(wanted.get(control) ?? []), { level, words: link.textContent.trim() }]);
  }
  for (const note of document.querySelectorAll(".field-findings")) {
    if (!wanted.has(document.getElementById(note.dataset.for))) removeNote(note);
  }
  for (const [control, found] of wanted) {
    const id = `${control.id}_found`;
    let note = document.getElementById(id);
    if (!note) {
      note = document.createElement("div");
      note.id = id;
      note.className = "field-findings";
      note.dataset.for = control.id;
      // The list of names of a chooser is looked for right behind its field; a tick is named by what stands in its label.
      (control.closest(".markdownx, label") ?? control.box ?? control).after(note);
    }
    const content = JSON.stringify(found);
    control.dataset.findingLevel = found[0].level;
    describe(control, id, true);
    if (note.dataset.content === content) continue;
    note.dataset.content = content;
    note.replaceChildren(
      ...found.map(({ level, words }) => {
        const line = document.createElement("p");
        line.className = level;
        const name = document.createElement("strong");
        name.textContent = `${NAMES[level]}.`;
        line.append(name, ` ${words}`);
        return line;
      }),
    );
  }
}

function showFindings({ findings, said: message }) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const at = focused ? [...list.querySelectorAll("a, button")].indexOf(focused) : -1;
  list.innerHTML = findings;
  if (focused) {
    const remaining = [...list.querySelectorAll("a, button")];
    const same = remaining.find((each) => each.textContent === focused.textContent) ?? remaining[Math.min(at, remaining.length - 1)];
    same?.focus();
  }
  announce(message);
  markFields();
}

// A word is put right where it stood when the server looked; where somebody typed since, it looks again.
let answer = null;
let wanted = "";

function applyFix() {
  const field = document.getElementById(wanted.slice(0, wanted.lastIndexOf(" ")));
  const places = answer?.fixes[wanted];
  if (!field || !places || answer.sent.get(field.name) !== field.value) return false;
  wanted = "";
  if (!places.length) return true;
  const [[start], [, end]] = [places[0], places.at(-1)];
  let words = "";
  let from = start;
  for (const [begin, finish, instead] of places) {
    words += field.value.slice(from, begin) + instead;
    from = finish;
  }
  replaceText(field, start, end, words);
  return true;
}

/** Adds a section of this kind where it appears on the page, or leads to the one that was added before. */
function addSection(section, kind) {
  const added = [...section.querySelectorAll('.row-list > [data-row]:not(.is-removed) [name$="-kind"]')].find(({ value }) => value === kind);
  const button = [...section.querySelectorAll("template[data-row-template]")]
    .find(({ content }) => content.querySelector(`[name$="-kind"] option[value="${CSS.escape(kind)}"]`))
    ?.parentElement.querySelector(":scope > [data-add]");
  const row = added?.closest("[data-row]") ?? addRow(section, { button, focus: false });
  const select = row.querySelector('[name$="-kind"]');
  if (select.value !== kind) {
    select.value = kind;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const text = row.querySelector("textarea");
  reveal(text);
  text.focus();
  text.scrollIntoView({ block: "center" });
}

let last = null;
function next() {
  const targets = [...new Set(links().map(targetOf).filter(Boolean))];
  const now = document.activeElement;
  // Behind the field somebody is in, else behind the one they were led to last.
  const from = targets.includes(now) ? now : targets.includes(last) ? last : null;
  last = targets[(from ? targets.indexOf(from) + 1 : 0) % targets.length];
  reveal(last);
  last?.focus();
  last?.scrollIntoView({ block: "center" });
}

// What was said of the text that was sent is no longer true of a field that somebody has filled since.
document.addEventListener("input", ({ target }) => {
  const field = target.value && target.closest(".has-errors");
  if (!field) return;
  field.querySelector(".errorlist")?.remove();
  field.classList.remove("has-errors");
  target.removeAttribute("aria-invalid");
});

function show(detail) {
  answer = detail;
  showFindings(detail);
  if (wanted && !applyFix()) wanted = "";
}

if (list) {
  document.addEventListener("desk:live-preview", ({ detail }) => whenReleased(() => show(detail)));
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[name=_fix]");
    if (!button) return;
    event.preventDefault();
    const [id, kind] = button.value.split(" ");
    if (id === "rows-sections") return addSection(document.getElementById(id), kind);
    wanted = button.value;
    if (!applyFix()) document.dispatchEvent(new CustomEvent("desk:refresh"));
  });
  document.addEventListener("desk:live-preview-failed", ({ detail }) => {
    wanted = "";
    announce(detail.reason === "offline" ? "No connection. These checks are out of date." : detail.message, true);
  });
  document.addEventListener("desk:next-finding", next);
  list.closest("[hidden]")?.removeAttribute("hidden");
  markFields();
}
