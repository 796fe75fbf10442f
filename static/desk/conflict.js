// Carries a choice between two texts out in the form below at once.

import { form } from "./draft_form.js";
import { reveal } from "./folding.js";

const SEPARATORS = { paragraph: "\n\n", space: " ", names: "; ", numbers: ", " };

function mergeTexts(theirs, mine, separator) {
  if (theirs.trim() === mine.trim() || !mine.trim()) return theirs;
  if (!theirs.trim()) return mine;
  const by = { names: ";", numbers: /[;,]/ }[separator];
  const parts = by ? [theirs, mine].flatMap((text) => text.split(by)).map((part) => part.trim()).filter(Boolean) : [theirs, mine];
  return [...new Set(parts)].join(SEPARATORS[separator] ?? "\n\n");
}

function setValue(control, value) {
  if (control.type === "checkbox") control.checked = value;
  else control.value = value;
  for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
}

for (const box of document.querySelectorAll("[data-conflict-choice]")) {
  const number = box.dataset.conflictChoice;
  const theirs = new Map();
  for (const { name, value } of box.querySelectorAll("input[type=hidden]")) {
    const [kind, field] = [name.slice(0, name.indexOf("-")), name.slice(name.indexOf(":") + 1, -1)];
    if (kind === "theirs") theirs.set(field, value);
    if (kind === "untick") theirs.set(field, null);
  }
  const controls = new Map();
  for (const field of theirs.keys()) {
    const control = form.elements[field];
    if (control) controls.set(field, { control, mine: control.type === "checkbox" ? control.checked : control.value });
  }
  const text = form.elements[`text-${number}`]?.value;
  const separator = form.elements[`between-${number}`]?.value;

  box.addEventListener("change", ({ target }) => {
    const chosen = target.value;
    for (const [field, { control, mine }] of controls) {
      const other = control.type === "checkbox" ? theirs.get(field) !== null : theirs.get(field) ?? "";
      if (chosen === "theirs") setValue(control, other);
      else if (chosen !== "mine" && field === text) setValue(control, mergeTexts(other, mine, separator));
      else setValue(control, mine);
    }
    form.elements[`applied-${number}`].value = chosen;
    if (chosen === "together") {
      const { control } = controls.get(text);
      reveal(control);
      control.scrollIntoView({ block: "center" });
      control.focus();
    }
  });
}
