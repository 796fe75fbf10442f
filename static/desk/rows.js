// Rows of a form: add, remove, move by button, by key and by hand. Without this script places are numbers and removal a tick.

import { createUid } from "./draft_form.js";

const notifyChanged = (row) => row.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));

const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
const rowList = (section) => section.querySelector(".row-list");
const totalForms = (section) => section.querySelector('[name$="-TOTAL_FORMS"]');

function renumber(section) {
  let place = 1;
  const rows = [...rowList(section).children].filter((row) => row.matches("[data-row]"));
  for (const row of rows) {
    const input = field(row, "place");
    if (input) input.value = row.classList.contains("is-removed") ? "" : place++;
  }
  const remaining = rows.filter((row) => !row.classList.contains("is-removed"));
  for (const row of rows) {
    const at = remaining.indexOf(row);
    for (const button of row.querySelectorAll("[data-move]")) {
      // Not disabled: a button that loses its focus leaves somebody at the keyboard nowhere.
      const last = button.dataset.move === "up" ? at <= 0 : at === remaining.length - 1;
      button.setAttribute("aria-disabled", String(last));
    }
  }
}

function prepare(row) {
  row.classList.add("is-enhanced");
  for (const button of row.querySelectorAll("[data-move], [data-remove]")) button.hidden = false;
  const margin = row.querySelector(".margin");
  if (margin && field(row, "place")) {
    margin.draggable = true;
  }
}

/** Adds an empty row to a section and returns it. */
export function addRow(section, { focus = true } = {}) {
  const index = Number(totalForms(section).value);
  const blank = section.querySelector("template[data-row-template]").content.cloneNode(true);
  const holder = document.createElement("div");
  holder.append(blank);
  holder.innerHTML = holder.innerHTML.replaceAll("__prefix__", String(index));
  const row = holder.firstElementChild;
  totalForms(section).value = String(index + 1);
  rowList(section).append(row);
  const uid = field(row, "row");
  if (uid && section.dataset.rows !== "citations") uid.value = createUid();
  prepare(row);
  renumber(section);
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
  renumber(row.closest("[data-rows]"));
  notifyChanged(row);
}

function move(row, up) {
  const remaining = [...row.parentElement.children].filter((other) => !other.classList.contains("is-removed"));
  const other = remaining[remaining.indexOf(row) + (up ? -1 : 1)];
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  renumber(row.closest("[data-rows]"));
  notifyChanged(row);
}

let dragged = null;

document.addEventListener("dragstart", (event) => {
  const margin = event.target.closest?.(".row > .margin");
  if (!margin) return;
  dragged = margin.parentElement;
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
});

document.addEventListener("dragover", (event) => {
  const row = dragged && event.target.closest?.("[data-row]");
  if (!row || row.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  const { top, height } = row.getBoundingClientRect();
  if (row !== dragged) (event.clientY < top + height / 2 ? row.before(dragged) : row.after(dragged));
});

document.addEventListener("drop", (event) => dragged && event.preventDefault());
document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  renumber(dragged.closest("[data-rows]"));
  notifyChanged(dragged);
  dragged = null;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-move], [data-remove]");
  if (!button) return;
  const section = button.closest("[data-rows]");
  const row = button.closest("[data-row]");
  if (button.matches("[data-add]")) addRow(section);
  else if (button.matches("[data-remove]")) removeRow(row, true);
  else {
    move(row, button.dataset.move === "up");
    button.focus();
  }
});

for (const section of document.querySelectorAll("[data-rows]")) {
  for (const row of section.querySelectorAll(".row-list > .blank")) {
    row.remove();
    totalForms(section).value = String(Number(totalForms(section).value) - 1);
  }
  for (const row of rowList(section).children) {
    prepare(row);
    if (field(row, "DELETE")?.checked) removeRow(row, true);
  }
  const button = section.querySelector("[data-add]");
  if (button) button.hidden = false;
  renumber(section);
}

const report = document.querySelector("#problems, #conflict");
if (report) {
  report.tabIndex = -1;
  report.focus();
}

// A link of a finding leads into its field, also where the page is here already.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"], a[href*="#"]');
  if (!link || link.pathname !== location.pathname || !link.hash) return;
  const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (target) requestAnimationFrame(() => target.focus());
});
if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus();
