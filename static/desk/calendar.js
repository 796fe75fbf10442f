// Moves what waits to another day: by dragging, or with the arrow keys on its “Move” and Enter. The server decides.

import { post } from "./draft_form.js";

const board = document.querySelector("[data-calendar]");
const status = board.querySelector("[data-said]");
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const WORDS = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });

let dragged = null;
let carried = null;
let isMoving = false;

function moved(day, by) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + by);
  return date;
}

const dayAt = (date) => date.toISOString().slice(0, 10);
const cellOf = (day) => board.querySelector(`[data-date="${CSS.escape(day)}"]`);

function mark(cell) {
  for (const each of board.querySelectorAll(".over")) each.classList.remove("over");
  cell?.classList.add("over");
}

function leave() {
  carried?.item.classList.remove("carried");
  carried = null;
  mark(null);
}

/** Shows the days as the server has them now, and puts the focus back on what was moved. */
async function refresh(what) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = page.querySelector("[data-shown]");
  if (!answer.ok || !shown) {
    location.reload();
    return;
  }
  board.querySelector("[data-shown]").replaceWith(document.importNode(shown, true));
  board.querySelector(`[data-what="${CSS.escape(what)}"] .move`)?.focus();
}

function refuse(item, said) {
  const way = document.createElement("a");
  way.href = item.querySelector(".thing a").href;
  way.textContent = "Open its form";
  status.replaceChildren(`Not moved. ${said} `, way);
}

async function send(item, day) {
  leave();
  if (isMoving || day === item.dataset.day) return;
  isMoving = true;
  status.textContent = "Moving…";
  const { what, time } = item.dataset;
  try {
    const answer = await post(board.dataset.move, { what, day, ...(time ? { time } : {}) });
    await refresh(answer.what);
    status.textContent = answer.said;
  } catch (error) {
    refuse(item, error.said ?? "Something went wrong.");
  } finally {
    isMoving = false;
  }
}

board.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-what]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.what);
});

board.addEventListener("dragover", (event) => {
  const cell = event.target.closest("[data-date]");
  if (!dragged || !cell) return;
  event.preventDefault();
  mark(cell);
});

board.addEventListener("drop", (event) => {
  const cell = event.target.closest("[data-date]");
  if (!dragged || !cell) return;
  event.preventDefault();
  send(dragged, cell.dataset.date);
});

board.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});

board.addEventListener("keydown", (event) => {
  const item = event.target.closest(".move")?.closest("[data-what]");
  if (!item || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key in STEPS) {
    event.preventDefault();
    const date = moved(carried?.day ?? item.dataset.day, STEPS[event.key]);
    carried = { item, day: dayAt(date) };
    item.classList.add("carried");
    mark(cellOf(carried.day));
    status.textContent = `To ${WORDS.format(date)}? Enter moves it there, Escape leaves it.`;
  } else if (carried && event.key === "Enter") {
    event.preventDefault();
    send(item, carried.day);
  } else if (carried && event.key === "Escape") {
    leave();
    status.textContent = "Left where it was.";
  }
});

board.addEventListener("focusout", (event) => {
  if (carried?.item.contains(event.target)) leave();
});
