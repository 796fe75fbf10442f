// Rows of a form: add, remove, move by button, by key and by hand. Without this script places are numbers and removal a tick.

import { freshUid } from "./draft_form.js";

const changed = (row) => row.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));

const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
const listOf = (part) => part.querySelector(".row-list");
const total = (part) => part.querySelector('[name$="-TOTAL_FORMS"]');

function number(part) {
  let place = 1;
  const rows = [...listOf(part).children].filter((row) => row.matches("[data-row]"));
  for (const row of rows) {
    const input = field(row, "place");
    if (input) input.value = row.classList.contains("gone") ? "" : place++;
  }
  const staying = rows.filter((row) => !row.classList.contains("gone"));
  for (const row of rows) {
    const at = staying.indexOf(row);
    for (const button of row.querySelectorAll("[data-move]")) {
      // Not disabled: a button that loses its focus leaves somebody at the keyboard nowhere.
      const last = button.dataset.move === "up" ? at <= 0 : at === staying.length - 1;
      button.setAttribute("aria-disabled", String(last));
    }
  }
}

function prepare(row) {
  row.classList.add("scripted");
  for (const button of row.querySelectorAll("[data-move], [data-remove]")) button.hidden = false;
  const margin = row.querySelector(".margin");
  if (margin && field(row, "place")) {
    margin.draggable = true;
  }
}

function add(part) {
  const index = Number(total(part).value);
  const blank = part.querySelector("template[data-blank]").content.cloneNode(true);
  const holder = document.createElement("div");
  holder.append(blank);
  holder.innerHTML = holder.innerHTML.replaceAll("__prefix__", String(index));
  const row = holder.firstElementChild;
  total(part).value = String(index + 1);
  listOf(part).append(row);
  const uid = field(row, "row");
  if (uid && part.dataset.rows !== "citations") uid.value = freshUid();
  prepare(row);
  number(part);
  changed(row);
  row.querySelector(".column :is(input:not([type=hidden]), select, textarea)")?.focus();
}

function remove(row, gone) {
  row.classList.toggle("gone", gone);
  const tick = field(row, "DELETE");
  if (tick) tick.checked = gone;
  let kept = row.querySelector(":scope > .kept");
  if (gone && !kept) {
    kept = document.createElement("p");
    kept.className = "kept";
    const name = row.querySelector(".name")?.textContent.trim() || "This row";
    kept.append(`${name} goes when you save. `);
    const back = document.createElement("button");
    back.type = "button";
    back.className = "quiet";
    back.textContent = "Keep it";
    back.addEventListener("click", () => {
      remove(row, false);
      row.querySelector("[data-remove]")?.focus();
    });
    kept.append(back);
    row.append(kept);
    back.focus();
  } else if (!gone) kept?.remove();
  number(row.closest("[data-rows]"));
  changed(row);
}

function move(row, up) {
  const staying = [...row.parentElement.children].filter((other) => !other.classList.contains("gone"));
  const other = staying[staying.indexOf(row) + (up ? -1 : 1)];
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  number(row.closest("[data-rows]"));
  changed(row);
}

let held = null;

document.addEventListener("dragstart", (event) => {
  const margin = event.target.closest?.(".row > .margin");
  if (!margin) return;
  held = margin.parentElement;
  held.classList.add("held");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
});

document.addEventListener("dragover", (event) => {
  const row = held && event.target.closest?.("[data-row]");
  if (!row || row.parentElement !== held.parentElement) return;
  event.preventDefault();
  const { top, height } = row.getBoundingClientRect();
  if (row !== held) (event.clientY < top + height / 2 ? row.before(held) : row.after(held));
});

document.addEventListener("drop", (event) => held && event.preventDefault());
document.addEventListener("dragend", () => {
  if (!held) return;
  held.classList.remove("held");
  number(held.closest("[data-rows]"));
  changed(held);
  held = null;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-move], [data-remove]");
  if (!button) return;
  const part = button.closest("[data-rows]");
  const row = button.closest("[data-row]");
  if (button.matches("[data-add]")) add(part);
  else if (button.matches("[data-remove]")) remove(row, true);
  else {
    move(row, button.dataset.move === "up");
    button.focus();
  }
});

for (const part of document.querySelectorAll("[data-rows]")) {
  for (const row of part.querySelectorAll(".row-list > .blank")) {
    row.remove();
    total(part).value = String(Number(total(part).value) - 1);
  }
  for (const row of listOf(part).children) {
    prepare(row);
    if (field(row, "DELETE")?.checked) remove(row, true);
  }
  const button = part.querySelector("[data-add]");
  if (button) button.hidden = false;
  number(part);
}

const told = document.querySelector("#problems, #conflict");
if (told) {
  told.tabIndex = -1;
  told.focus();
}

// A link of a finding leads into its field, also where the page is here already.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"], a[href*="#"]');
  if (!link || link.pathname !== location.pathname || !link.hash) return;
  const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (target) requestAnimationFrame(() => target.focus());
});
if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus();
