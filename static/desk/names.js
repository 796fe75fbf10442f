// Offers known names while one is typed: a combobox after the pattern of the ARIA Authoring Practices Guide.
// Where a field takes several names parted by “;”, the one under the cursor is completed.

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("’", "'").trim();
const known = new Map();
let number = 0;

function namesFor(field) {
  const id = field.dataset.offered;
  if (!known.has(id)) {
    const options = document.getElementById(id)?.options ?? [];
    // What is offered under a label, as articles are under their titles, is found by either.
    known.set(id, Array.from(options, ({ value, text }) => [value, fold(`${text} ${value}`.trim()), text || value]));
  }
  return known.get(id);
}

function piece(field) {
  if (!field.dataset.several) return [0, field.value.length];
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

function open(field) {
  const [start, end] = piece(field);
  const typed = fold(field.value.slice(start, end));
  const names = namesFor(field);
  const begins = names.filter(([, folded]) => typed && folded.startsWith(typed));
  const holds = names.filter(([, folded]) => typed && folded.includes(typed) && !folded.startsWith(typed));
  const found = [...begins, ...holds].slice(0, 8);
  if (!found.length || (found.length === 1 && fold(found[0][0]) === typed)) return close(field);
  field.box.replaceChildren(
    ...found.map(([name, , shown], index) => {
      const option = document.createElement("li");
      option.id = `${field.box.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.value = name;
      option.textContent = shown;
      return option;
    }),
  );
  field.box.hidden = false;
  field.setAttribute("aria-expanded", "true");
  field.removeAttribute("aria-activedescendant");
}

function point(field, step) {
  const options = [...field.box.children];
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(now + step + options.length + (now < 0 && step < 0 ? 1 : 0)) % options.length];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  next.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", next.id);
}

function take(field, option) {
  const [start, end] = piece(field);
  const before = field.value.slice(0, start);
  const after = field.value.slice(end);
  const name = (before && !before.endsWith(" ") ? " " : "") + option.dataset.value;
  field.setRangeText(name, start, end, "end");
  if (field.dataset.several && !after) field.setRangeText("; ", field.value.length, field.value.length, "end");
  close(field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  close(field);
}

function prepare(root) {
  for (const field of root.querySelectorAll("input.names[list]")) {
    field.dataset.offered = field.getAttribute("list");
    field.removeAttribute("list");
    const box = document.createElement("ul");
    box.id = `offered-${number++}`;
    box.className = "offered";
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
  if (event.target.matches?.("input.names") && event.target.box) open(event.target);
});
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("input.names") || !field.box) return;
  const isOpen = field.getAttribute("aria-expanded") === "true";
  const chosen = field.box.querySelector('[aria-selected="true"]');
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!isOpen) open(field);
    if (field.getAttribute("aria-expanded") === "true") point(field, event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
  } else if (event.key === "Enter" && isOpen && chosen) {
    take(field, chosen);
    event.preventDefault();
  } else if (event.key === "Escape" && isOpen) {
    close(field);
    event.preventDefault();
  }
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.(".offered > li");
  if (!option) return;
  event.preventDefault();
  take(option.parentElement.previousElementSibling, option);
});
document.addEventListener("focusout", (event) => event.target.box && close(event.target));
document.addEventListener("rows:changed", (event) => prepare(event.target));

// A passage carries one line for each outlet that its field names.
document.addEventListener("input", (event) => {
  const row = event.target.closest?.("[data-row]");
  const head = row?.querySelector("[data-voices-of]");
  if (!head || head.dataset.voicesOf !== event.target.id) return;
  const names = event.target.value.split(";").map((name) => name.trim()).filter(Boolean);
  head.textContent = names.length > 1 ? `${names.length} outlets` : names[0] ?? "Our comparison";
  const lines = row.querySelector("[data-lines]");
  lines.replaceChildren(...names.slice(0, 6).map(() => document.createElement("i")));
});
prepare(document);
