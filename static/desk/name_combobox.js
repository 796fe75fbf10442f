// Offers known names while one is typed: a combobox after the pattern of the ARIA Authoring Practices Guide.
// Where a field takes several names parted by “;”, the one under the cursor is completed. Topics, outlets and pictures are
// asked of the server, by further names too; what the page brought along is offered until it answers, or when it does not.

import { fetchJson } from "./look_up.js";
import { announce } from "./typing.js";

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("’", "'").trim();
const namesByList = new Map();
let number = 0;

function namesFor(field) {
  const id = field.dataset.datalist;
  if (!namesByList.has(id)) {
    const options = document.getElementById(id)?.options ?? [];
    // What is offered under a label, as articles are under their titles, is found by either.
    namesByList.set(id, Array.from(options, ({ value, text }) => [value, fold(`${text} ${value}`.trim()), text || value]));
  }
  return namesByList.get(id);
}

function currentName(field) {
  if (!field.dataset.multiple) return [0, field.value.length];
  const at = field.selectionStart ?? field.value.length;
  const start = field.value.lastIndexOf(";", at - 1) + 1;
  const end = field.value.indexOf(";", at);
  return [start, end < 0 ? field.value.length : end];
}

function close(field) {
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
  field.box.hidden = true;
  field.box.replaceChildren();
}

const address = document.querySelector("script[data-name-suggestions-address]")?.dataset.nameSuggestionsAddress;
const SERVER_LISTS = new Set(["topic-names", "outlet-names", "picture-names"]);
const LOOKUP_DELAY = 120; // milliseconds after a key, before the server is asked

function findLocally(field, typed) {
  const names = namesFor(field);
  const begins = names.filter(([, folded]) => typed && folded.startsWith(typed));
  const holds = names.filter(([, folded]) => typed && folded.includes(typed) && !folded.startsWith(typed));
  return [...begins, ...holds].slice(0, 8).map(([name, , shown]) => ({ name, shown }));
}

function createOption(field, index, { name, shown = name, also = [], kind = "" }) {
  const item = document.createElement("li");
  item.id = `${field.box.id}-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.value = name;
  item.textContent = shown;
  const more = [also.length ? `also: ${also.join(", ")}` : "", kind].filter(Boolean).join("; ");
  if (more) {
    const note = document.createElement("span");
    note.className = "note";
    note.textContent = ` ${more}`;
    item.append(note);
  }
  return item;
}

function createExtraOption(field, index, text) {
  const item = createOption(field, index, { name: "", shown: text });
  item.classList.add("extra-option");
  return item;
}

/** Shows what was found; `answer` is the server's, or null for what the page brought along. */
function show(field, written, found, answer) {
  const typed = fold(written);
  const isOnly = found.length === 1 && fold(found[0].name) === typed;
  const options = isOnly ? [] : found.map((each, index) => createOption(field, index, each));
  if (answer && typed && !answer.known && field.dataset.entityKind) {
    if (answer.may_add) {
      const item = createExtraOption(field, options.length, `New ${field.dataset.entityKind} “${written.trim()}” …`);
      item.dataset.entityKind = field.dataset.entityKind;
      options.push(item);
    } else {
      const item = createExtraOption(field, options.length, `“${written.trim()}” is new and will be proposed when you save.`);
      item.setAttribute("aria-disabled", "true");
      options.push(item);
    }
  }
  if (!options.length) return close(field);
  field.box.replaceChildren(...options);
  field.box.hidden = false;
  field.box.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-expanded", "true");
  field.removeAttribute("aria-activedescendant");
  if (answer) announce(`${answer.more ? "More than " : ""}${found.length} known ${found.length === 1 ? "name" : "names"}`);
}

function open(field) {
  const [start, end] = currentName(field);
  const written = field.value.slice(start, end);
  show(field, written, findLocally(field, fold(written)), null);
  clearTimeout(field.lookupTimer);
  if (!address || !fold(written) || !SERVER_LISTS.has(field.dataset.datalist)) return;
  field.lookupTimer = setTimeout(async () => {
    const answer = await fetchJson(address, { list: field.dataset.datalist, q: written.trim() }).catch(() => null);
    const [from, to] = currentName(field);
    // Typed on, gone, or choosing already: the answer is too late.
    const isLate = field.value.slice(from, to) !== written || document.activeElement !== field;
    if (answer && !isLate && !field.hasAttribute("aria-activedescendant")) show(field, written, answer.names, answer);
  }, LOOKUP_DELAY);
}

function moveSelection(field, step) {
  const options = [...field.box.children].filter((option) => option.getAttribute("aria-disabled") !== "true");
  if (!options.length) return;
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(now + step + options.length + (now < 0 && step < 0 ? 1 : 0)) % options.length];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  next.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", next.id);
}

/** Replaces the name under the cursor by `text`. */
export function completeName(field, text) {
  const [start, end] = currentName(field);
  const before = field.value.slice(0, start);
  const after = field.value.slice(end);
  const name = (before && !before.endsWith(" ") ? " " : "") + text;
  field.setRangeText(name, start, end, "end");
  if (field.dataset.multiple && !after) field.setRangeText("; ", field.value.length, field.value.length, "end");
  close(field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  clearTimeout(field.lookupTimer);
  close(field);
}

function chooseOption(field, chosen) {
  if (chosen.getAttribute("aria-disabled") === "true") return;
  if (!chosen.dataset.entityKind) {
    completeName(field, chosen.dataset.value);
    if ("submitsForm" in field.dataset) field.form.requestSubmit();
    return;
  }
  const [start, end] = currentName(field);
  const name = field.value.slice(start, end).trim();
  close(field);
  field.dispatchEvent(new CustomEvent("entity:create", { bubbles: true, detail: { kind: chosen.dataset.entityKind, name } }));
}

function prepare(root) {
  for (const field of root.querySelectorAll("input.name-combobox[list]")) {
    field.dataset.datalist = field.getAttribute("list");
    field.removeAttribute("list");
    const box = document.createElement("ul");
    box.id = `combobox-options-${number++}`;
    box.className = "combobox-options";
    box.hidden = true;
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", "Known names");
    field.after(box);
    field.box = box;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", box.id);
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("input.name-combobox") && event.target.box) open(event.target);
});
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("input.name-combobox") || !field.box) return;
  const isOpen = field.getAttribute("aria-expanded") === "true";
  const chosen = field.box.querySelector('[aria-selected="true"]');
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!isOpen) open(field);
    if (field.getAttribute("aria-expanded") === "true") moveSelection(field, event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
  } else if (event.key === "Enter" && isOpen && chosen) {
    chooseOption(field, chosen);
    event.preventDefault();
  } else if (event.key === "Escape" && isOpen) {
    close(field);
    event.preventDefault();
  }
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.(".combobox-options > li");
  if (!option) return;
  event.preventDefault();
  chooseOption(option.parentElement.previousElementSibling, option);
});
document.addEventListener("focusout", (event) => {
  if (!event.target.box) return;
  clearTimeout(event.target.lookupTimer);
  close(event.target);
});
document.addEventListener("rows:changed", (event) => prepare(event.target));

// A passage carries one line for each outlet that its field names.
document.addEventListener("input", (event) => {
  const row = event.target.closest?.("[data-row]");
  const head = row?.querySelector("[data-outlets-field]");
  if (!head || head.dataset.outletsField !== event.target.id) return;
  const names = event.target.value.split(";").map((name) => name.trim()).filter(Boolean);
  head.textContent = names.length > 1 ? `${names.length} outlets` : names[0] ?? "Our comparison";
  const lines = row.querySelector("[data-outlet-lines]");
  lines.replaceChildren(...names.slice(0, 6).map(() => document.createElement("i")));
});
prepare(document);
