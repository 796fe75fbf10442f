// Moves what waits to another day: by dragging, or with the arrow keys on its “Move” and Enter. The server decides.

import { post, RequestError } from "./draft_form.js";

const board = document.querySelector("[data-calendar]");
const status = board.querySelector("[data-calendar-status]");
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const WORDS = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });

let dragged = null;
let moving = null;
let isSending = false;

function shiftDay(day, by) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + by);
  return date;
}

const isoDay = (date) => date.toISOString().slice(0, 10);
const cellFor = (day) => board.querySelector(`[data-date="${CSS.escape(day)}"]`);

function markDropTarget(cell) {
  for (const each of board.querySelectorAll(".drop-target")) each.classList.remove("drop-target");
  cell?.classList.add("drop-target");
}

function stopMoving() {
  moving?.item.classList.remove("is-moving");
  moving = null;
  markDropTarget(null);
}

/** Shows the days as the server has them now, and puts the focus back on what was moved. */
async function refresh(entry) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const days = page.querySelector("[data-calendar-days]");
  if (!answer.ok || !days) {
    location.reload();
    return;
  }
  board.querySelector("[data-calendar-days]").replaceWith(document.importNode(days, true));
  board.querySelector(`[data-entry="${CSS.escape(entry)}"] .move`)?.focus();
}

function showRefusal(item, reason) {
  const link = document.createElement("a");
  link.href = item.querySelector(".entry-title a").href;
  link.textContent = "Open the form";
  status.replaceChildren(`Not moved. ${reason} `, link);
}

async function send(item, day) {
  stopMoving();
  if (isSending || day === item.dataset.day) return;
  isSending = true;
  status.textContent = "Moving…";
  const { entry, time } = item.dataset;
  try {
    const answer = await post(board.dataset.moveAddress, { what: entry, day, ...(time ? { time } : {}) });
    await refresh(answer.what);
    status.textContent = answer.said;
  } catch (error) {
    showRefusal(item, error instanceof RequestError ? error.message : "Something went wrong. Try again.");
  } finally {
    isSending = false;
  }
}

board.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-entry]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.entry);
});

board.addEventListener("dragover", (event) => {
  const cell = event.target.closest("[data-date]");
  if (!dragged || !cell) return;
  event.preventDefault();
  markDropTarget(cell);
});

board.addEventListener("drop", (event) => {
  const cell = event.target.closest("[data-date]");
  if (!dragged || !cell) return;
  event.preventDefault();
  send(dragged, cell.dataset.date);
});

board.addEventListener("dragend", () => {
  dragged = null;
  markDropTarget(null);
});

board.addEventListener("keydown", (event) => {
  const item = event.target.closest(".move")?.closest("[data-entry]");
  if (!item || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key in STEPS) {
    event.preventDefault();
    const date = shiftDay(moving?.day ?? item.dataset.day, STEPS[event.key]);
    moving = { item, day: isoDay(date) };
    item.classList.add("is-moving");
    markDropTarget(cellFor(moving.day));
    status.textContent = `Move to ${WORDS.format(date)}? Enter to move, Escape to cancel.`;
  } else if (moving && event.key === "Enter") {
    event.preventDefault();
    send(item, moving.day);
  } else if (moving && event.key === "Escape") {
    stopMoving();
    status.textContent = "Not moved.";
  }
});

board.addEventListener("focusout", (event) => {
  if (moving?.item.contains(event.target)) stopMoving();
});
