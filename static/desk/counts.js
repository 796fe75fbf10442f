// Counts words and characters beside a field, against what readers expect.

const words = (text) => text.trim().split(/\s+/).filter(Boolean).length;

function count(place) {
  const control = document.getElementById(place.dataset.counts);
  if (!control) return;
  const { unit, from, to } = place.dataset;
  const number = unit === "characters" ? [...control.value.trim()].length : words(control.value);
  const strong = document.createElement("strong");
  strong.textContent = String(number);
  const one = number === 1 ? unit.slice(0, -1) : unit;
  place.replaceChildren(strong, from ? ` of ${from} to ${to} ${unit}` : ` ${one}`);
  place.classList.toggle("outside", Boolean(from) && number > 0 && (number < Number(from) || number > Number(to)));
}

const countIn = (root) => root.querySelectorAll("[data-counts]").forEach(count);

document.addEventListener("input", (event) => {
  if (event.target.id) document.querySelectorAll(`[data-counts="${CSS.escape(event.target.id)}"]`).forEach(count);
});
document.addEventListener("rows:changed", (event) => countIn(event.target));
countIn(document);
