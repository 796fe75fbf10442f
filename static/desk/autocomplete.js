// Offers something while a sign such as “[[” is typed in a text field: a list under the cursor that arrows walk and
// Enter or Tab takes from. The field stays a text field; the list is told by aria-activedescendant.

import { announce, replaceRange } from "./typing.js";

const kinds = [];
const MAX_OPTIONS = 8;
const MAX_DISTANCE = 120; // characters between the sign and the cursor
let number = 0;
let open = null; // what is offered now: {field, kind, start, words, options, at}
let lastRequest = 0;
let dismissedAt = null; // where somebody closed the list, so that it does not come back with the next letter
let selectedWords = null; // the words that were selected when a button of the toolbar began it

/**
 * Adds something to offer: `name` for the list, `sign` that opens it, `command` by which a toolbar asks for it,
 * `find(query, field)` that returns what fits as `{title, note}`, `insert(option, words)` that returns what is put in
 * the place of the sign and the query, `takesSelection` where it may be the words that are selected, and
 * `emptyMessage` for when nothing fits.
 */
export function registerAutocomplete(kind) {
  kinds.push(kind);
}

function caretPosition(field, at) {
  const copy = document.createElement("div");
  const style = getComputedStyle(field);
  for (const name of ["font", "letterSpacing", "padding", "border", "boxSizing", "textIndent", "direction", "tabSize"]) {
    copy.style[name] = style[name];
  }
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    inlineSize: `${field.offsetWidth}px`,
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
  });
  const mark = document.createElement("span");
  mark.textContent = "\u200b";
  copy.append(field.value.slice(0, at), mark);
  field.after(copy);
  const found = { left: mark.offsetLeft, top: mark.offsetTop - field.scrollTop, height: mark.offsetHeight };
  copy.remove();
  return found;
}

function positionList() {
  const { field, box, start } = open;
  const caret = caretPosition(field, start);
  const room = field.offsetWidth - box.offsetWidth;
  box.style.left = `${field.offsetLeft + Math.max(0, Math.min(caret.left, room))}px`;
  const below = field.offsetTop + Math.min(caret.top + caret.height, field.clientHeight) + 4;
  const top = field.getBoundingClientRect().top + caret.top;
  const fits = top + caret.height + box.offsetHeight < innerHeight - 80 || top < box.offsetHeight;
  box.style.top = `${fits ? below : field.offsetTop + Math.max(0, caret.top) - box.offsetHeight - 4}px`;
}

function selectOption(at) {
  const { field, list, options } = open;
  open.at = (at + options.length) % options.length;
  for (const [index, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(index === open.at));
  field.setAttribute("aria-activedescendant", list.children[open.at].id);
}

function close() {
  if (!open) return;
  lastRequest += 1;
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete", "aria-haspopup"]) open.field.removeAttribute(name);
  open.box.remove();
  open = null;
}

function show(options) {
  const { field, box, list, kind } = open;
  open.options = options.slice(0, MAX_OPTIONS);
  list.replaceChildren(
    ...open.options.map(({ title, note }, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      const words = document.createElement("bdi");
      words.textContent = title;
      option.append(words);
      if (note) {
        const more = document.createElement("span");
        more.className = "note";
        more.textContent = note;
        option.append(" ", more);
      }
      return option;
    }),
  );
  box.hidden = false;
  list.hidden = !open.options.length;
  box.querySelector(".autocomplete-hint").textContent = open.options.length ? "Enter to insert, Esc to close." : kind.emptyMessage;
  if (open.options.length) {
    field.setAttribute("aria-controls", list.id);
    selectOption(0);
    const count = open.options.length;
    announce(`${count === 1 ? "One is" : `${count} are`} available. Use the arrow keys to choose, Enter to insert, Escape to close.`);
  } else {
    field.removeAttribute("aria-activedescendant");
    announce(kind.emptyMessage);
  }
  positionList();
}

function start(field, kind, from) {
  close();
  const box = document.createElement("div");
  box.className = "autocomplete";
  box.hidden = true;
  const list = document.createElement("ul");
  list.id = `autocomplete-${number++}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", kind.name);
  const note = document.createElement("p");
  note.className = "note autocomplete-hint";
  box.append(list, note);
  field.parentElement.append(box);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  open = { field, kind, start: from, words: selectedWords ?? "", box, list, options: [], at: 0 };
}

async function update(field) {
  const caret = field.selectionStart;
  if (caret !== field.selectionEnd) return close();
  const before = field.value.slice(Math.max(0, caret - MAX_DISTANCE), caret);
  const found = kinds
    .map((kind) => [kind, before.lastIndexOf(kind.sign)])
    .filter(([kind, at]) => at >= 0 && !/[\][\n]/.test(before.slice(at + kind.sign.length)) && before[at - 1] !== "\\")
    .sort(([, one], [, other]) => other - one)[0];
  if (!found) {
    dismissedAt = null;
    return close();
  }
  const [kind, at] = found;
  const from = caret - before.length + at;
  if (dismissedAt === from) return;
  if (open?.field !== field || open.kind !== kind || open.start !== from) start(field, kind, from);
  const request = (lastRequest += 1);
  const query = before.slice(at + kind.sign.length);
  let options = null;
  try {
    options = await kind.find(query, field, () => request === lastRequest);
  } catch (error) {
    if (request === lastRequest && open) {
      show([]);
      open.box.querySelector(".autocomplete-hint").textContent = error.message;
      announce(error.message);
    }
    return;
  }
  if (request === lastRequest && open && options) show(options);
}

function insertOption(at = open.at) {
  const { field, kind, start: from, words, options } = open;
  if (!options[at]) return;
  const end = field.selectionEnd;
  const closing = field.value.slice(end).match(/^\]{0,2}/)[0].length;
  const text = kind.insert(options[at], words);
  close();
  dismissedAt = null;
  replaceRange(field, text, from, end + Math.min(closing, kind.sign === "[[" ? 2 : 1));
  announce(`${options[at].title} inserted.`);
}

function dismiss() {
  const { field, start: from, words } = open;
  close();
  if (words) replaceRange(field, words, from, field.selectionEnd, [0, words.length]);
  else dismissedAt = from;
}

document.addEventListener("desk:autocomplete", ({ target: field, detail }) => {
  const kind = kinds.find((each) => each.command === detail);
  if (!kind) return;
  const words = field.value.slice(field.selectionStart, field.selectionEnd);
  const isQuery = words && !/[\][\n]/.test(words) && words.length < MAX_DISTANCE - 2 && kind.takesSelection;
  selectedWords = isQuery ? words : null;
  dismissedAt = null;
  const from = isQuery ? field.selectionStart : field.selectionEnd;
  replaceRange(field, kind.sign + (isQuery ? words : ""), from, field.selectionEnd);
  selectedWords = null;
});
const isOurs = (target) => target.matches?.(".markdownx textarea");
document.addEventListener("input", ({ target }) => isOurs(target) && update(target));
document.addEventListener("click", ({ target }) => open && isOurs(target) && update(target));
document.addEventListener("keyup", ({ target, key }) => {
  if (isOurs(target) && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) update(target);
});
document.addEventListener("focusout", ({ target }) => open?.field === target && close());
document.addEventListener(
  "keydown",
  (event) => {
    if (!open || event.target !== open.field || open.box.hidden || event.isComposing) return;
    const { key } = event;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (key === "Escape") dismiss();
    else if (!open.options.length || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    else if (key in moves) selectOption(open.at + moves[key]);
    else if (key === "Enter" || key === "Tab") insertOption();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".autocomplete [role=option]");
  if (event.target.closest?.(".autocomplete")) event.preventDefault();
  if (option && open) insertOption([...option.parentElement.children].indexOf(option));
});
