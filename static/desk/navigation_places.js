// Positions of the navigation: up and down, and by hand. Two positions exchange their values; without this script the server does.

import { announce } from "./typing.js";

const fields = (place) => [...place.querySelectorAll("input")];

function exchange(one, other) {
  for (const [at, field] of fields(one).entries()) {
    const { value } = field;
    field.value = fields(other)[at].value;
    fields(other)[at].value = value;
  }
  for (const place of [one, other]) {
    place.classList.remove("has-errors");
    for (const old of place.querySelectorAll(".errorlist, .attention")) old.remove();
  }
}

function move(from, to) {
  const places = [...from.parentElement.querySelectorAll("[data-place]")];
  const step = places.indexOf(to) > places.indexOf(from) ? 1 : -1;
  for (let at = places.indexOf(from); places[at] !== to; at += step) exchange(places[at], places[at + step]);
  announce(`${fields(to)[0].value || "Empty"}: position ${places.indexOf(to) + 1}`);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[name=_move]");
  if (!button) return;
  event.preventDefault();
  const place = button.closest("[data-place]");
  const isUp = button.value.endsWith(" up");
  const other = isUp ? place.previousElementSibling : place.nextElementSibling;
  if (!other?.matches("[data-place]")) return;
  move(place, other);
  // The focus follows what was moved; at an end, only the other button is left.
  const next = other.querySelector(`[name=_move][value$="${isUp ? " up" : " down"}"]`);
  (next.disabled ? other.querySelector("[name=_move]:enabled") : next).focus();
});

let dragged = null;
for (const handle of document.querySelectorAll("[data-place] > .margin")) handle.draggable = true;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-place]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
});
const targetOf = (event) => {
  const place = dragged && event.target.closest?.("[data-place]");
  return place?.parentElement === dragged?.parentElement ? place : null;
};
document.addEventListener("dragover", (event) => targetOf(event) && event.preventDefault());
document.addEventListener("drop", (event) => {
  const place = targetOf(event);
  if (!place) return;
  event.preventDefault();
  if (place !== dragged) move(dragged, place);
});
document.addEventListener("dragend", () => (dragged = null));
