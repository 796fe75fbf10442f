// Rows of a form: add, remove, move by button, by key and by hand. Without this script a move saves, and removal is a tick.
// A row may contain rows of another kind, and the rows of one kind may be in several lists, each in a place of its own.

import { createUid } from "./draft_form.js";
import { openPart, reveal } from "./folding.js";

const notifyChanged = (row) => row.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));

const totalForms = (section) => document.querySelector(`[name="${CSS.escape(section.dataset.rows)}-TOTAL_FORMS"]`);

/** Returns the elements in `root` that belong to rows of this section, and not to rows within its rows. */
const own = (section, selector, root = section) =>
  [...root.querySelectorAll(selector)].filter((element) => element.closest("[data-rows]") === section);

/** Returns the rows of a list that can move: not those that are removed, nor one that has a fixed place. */
const movableIn = (list) =>
  [...list.children].filter((row) => row.matches("[data-row]:not(.is-removed)") && own(list.closest("[data-rows]"), "[data-move]", row).length);

const field = (row, name) => own(row.closest("[data-rows]"), `[name$="-${name}"]`, row)[0];

/** Shows which rows can move, and numbers them if their order changed. */
function arrange(section, isChanged = true) {
  let place = 1;
  for (const row of own(section, "[data-row]")) {
    const isRemoved = row.classList.contains("is-removed");
    const input = field(row, "place");
    if (input && (isChanged || isRemoved)) input.value = isRemoved ? "" : place++;
    const remaining = movableIn(row.parentElement);
    const at = remaining.indexOf(row);
    for (const button of own(section, "[data-move]", row)) {
      // Not disabled: a button that loses its focus leaves somebody at the keyboard nowhere.
      const last = button.dataset.move === "up" ? at <= 0 : at === remaining.length - 1;
      button.setAttribute("aria-disabled", String(last));
    }
  }
}

function prepare(row) {
  const section = row.closest("[data-rows]");
  row.classList.add("is-enhanced");
  for (const button of own(section, "[data-remove]", row)) button.hidden = false;
  const margin = row.querySelector(".margin");
  if (margin && own(section, "[data-move]", row).length) {
    margin.draggable = true;
  }
}

/** Adds an empty row to the list beside the button of a section and returns the row. */
export function addRow(section, { focus = true, button = own(section, "[data-add]")[0] } = {}) {
  const place = button.parentElement;
  const index = Number(totalForms(section).value);
  // Lists within rows share one template: a copy in each row would be numbered with the row.
  const template =
    place.querySelector(":scope > template[data-row-template]") ??
    document.querySelector(`template[data-row-template="${CSS.escape(section.dataset.rows)}"]`);
  const blank = template.content.cloneNode(true);
  const holder = document.createElement("div");
  holder.append(blank);
  holder.innerHTML = holder.innerHTML.replaceAll("__prefix__", String(index));
  const row = holder.firstElementChild;
  totalForms(section).value = String(index + 1);
  place.querySelector(":scope > .row-list").append(row);
  const uid = field(row, "row");
  if (uid && section.dataset.rows !== "citations") uid.value = createUid();
  const parent = field(row, "parent");
  if (parent) parent.value = field(section.closest("[data-row]"), "row").value;
  for (const add of row.querySelectorAll("[data-rows] [data-add]")) add.hidden = false;
  prepare(row);
  arrange(section);
  notifyChanged(row);
  if (focus) row.querySelector(".column :is(input:not([type=hidden]), select, textarea)")?.focus();
  return row;
}

/** Marks a row as removed with the next save, or takes the mark back. */
export function removeRow(row, isRemoved, { focus = true } = {}) {
  row.classList.toggle("is-removed", isRemoved);
  const checkbox = field(row, "DELETE");
  if (checkbox) checkbox.checked = isRemoved;
  let notice = row.querySelector(":scope > .removal-notice");
  if (isRemoved && !notice) {
    notice = document.createElement("p");
    notice.className = "removal-notice";
    const name = row.querySelector(".name")?.textContent.trim() || "This row";
    notice.append(`${name} will be removed when you save. `);
    const back = document.createElement("button");
    back.type = "button";
    back.className = "link-button";
    back.textContent = "Undo";
    back.addEventListener("click", () => {
      removeRow(row, false);
      row.querySelector("[data-remove]")?.focus();
    });
    notice.append(back);
    row.append(notice);
    if (focus) back.focus();
  } else if (!isRemoved) notice?.remove();
  arrange(row.closest("[data-rows]"));
  notifyChanged(row);
}

function move(row, up) {
  const remaining = movableIn(row.parentElement);
  const other = remaining[remaining.indexOf(row) + (up ? -1 : 1)];
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  arrange(row.closest("[data-rows]"));
  notifyChanged(row);
}

let dragged = null;

document.addEventListener("dragstart", (event) => {
  const margin = event.target.closest?.(".margin[draggable=true]");
  if (!margin) return;
  dragged = margin.closest("[data-row]");
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
});

document.addEventListener("dragover", (event) => {
  const row = dragged && movableIn(dragged.parentElement).find((each) => each.contains(event.target));
  if (!row) return;
  event.preventDefault();
  const { top, height } = row.getBoundingClientRect();
  if (row !== dragged) (event.clientY < top + height / 2 ? row.before(dragged) : row.after(dragged));
});

document.addEventListener("drop", (event) => dragged && event.preventDefault());
document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  arrange(dragged.closest("[data-rows]"));
  notifyChanged(dragged);
  dragged = null;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-move], [data-remove]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("[data-row]");
  if (button.matches("[data-add]")) addRow(button.closest("[data-rows]"), { button });
  else if (button.matches("[data-remove]")) removeRow(row, true);
  else {
    move(row, button.dataset.move === "up");
    button.focus();
  }
});

for (const section of document.querySelectorAll("[data-rows]")) {
  for (const row of own(section, ".row-list > .blank")) {
    row.remove();
    totalForms(section).value = String(Number(totalForms(section).value) - 1);
  }
  for (const row of own(section, "[data-row]")) prepare(row);
  for (const row of own(section, "[data-row]")) if (field(row, "DELETE")?.checked) removeRow(row, true);
  for (const button of own(section, "[data-add]")) button.hidden = false;
  arrange(section, false);
}

const report = document.querySelector("#problems, #conflict");
if (report) {
  report.tabIndex = -1;
  report.focus();
}

// A title has one line: Enter saves, as it does in every other field of one line, and pasted lines are joined.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("textarea[data-one-line]")) return;
  event.preventDefault();
  event.target.form.querySelector("button[name=_continue]").click();
});
document.addEventListener("input", ({ target }) => {
  if (target.matches("textarea[data-one-line]") && target.value.includes("\n")) target.value = target.value.replaceAll(/\s*\n\s*/g, " ");
});

// A link of a finding leads into its field, and one of the outline to its section, also where the page is here already.
function goTo(hash) {
  const target = document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!target) return;
  reveal(target);
  openPart(target);
  const heading = target.matches("[data-part]:not([tabindex])") && target.querySelector("summary, textarea, input:not([type=hidden])");
  requestAnimationFrame(() => (heading || target).focus());
}

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"], a[href*="#"]');
  if (link?.pathname === location.pathname && link.hash) goTo(link.hash);
});
if (location.hash) goTo(location.hash);
