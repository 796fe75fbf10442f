// Counts words and characters beside a field, against what readers expect: of one text, or of all texts of a set of rows.

// What readers do not read as words: numbers of sources and of notes, addresses behind links, pictures, marks.
const read = (text) =>
  text
    .replace(/!\[[^\]]*\]\([^)]*\)/g, " ")
    .replace(/\]\([^)]*\)/g, "]")
    .replace(/\[@\d+\]|\[\^[^\]]+\]/g, "")
    .replace(/(^|\n)\s*(?:[-*+>]|#{1,6}|\d+[.)])\s/g, "$1 ");
const words = (text) => read(text).trim().split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

function textsOf({ counts, countsAll }) {
  if (!countsAll) return [document.getElementById(counts)];
  const texts = document.querySelectorAll(`[name^="${CSS.escape(countsAll)}-"][name$="-text"]`);
  return [...texts].filter((text) => !text.closest(".gone"));
}

function count(place) {
  const texts = textsOf(place.dataset);
  if (texts.includes(null)) return;
  const { unit, from, to } = place.dataset;
  const size = unit === "characters" ? (text) => [...text.trim()].length : words;
  const number = texts.reduce((sum, text) => sum + size(text.value), 0);
  const isShort = Boolean(from) && number > 0 && number < Number(from);
  const isLong = Boolean(to) && number > Number(to);
  const strong = document.createElement("strong");
  strong.textContent = String(number);
  const one = number === 1 ? unit.slice(0, -1) : unit;
  const expected = from ? ` of ${from} to ${to} ${unit}` : ` ${one}`;
  place.replaceChildren(strong, `${expected}${place.dataset.countsAll ? " in all" : ""}${isShort ? ", too few" : isLong ? ", too many" : ""}`);
  place.classList.toggle("outside", isShort || isLong);
}

const countIn = (root) => root.querySelectorAll("[data-counts], [data-counts-all]").forEach(count);

document.addEventListener("input", ({ target }) => {
  if (target.id) document.querySelectorAll(`[data-counts="${CSS.escape(target.id)}"]`).forEach(count);
  document.querySelectorAll("[data-counts-all]").forEach((place) => textsOf(place.dataset).includes(target) && count(place));
});
document.addEventListener("rows:changed", (event) => {
  countIn(event.target);
  document.querySelectorAll("[data-counts-all]").forEach(count);
});
countIn(document);
