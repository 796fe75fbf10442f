// Counts words and characters beside a field, against what readers expect: of one text, or of all texts of a set of rows.

// What readers do not read as words: numbers of sources and of notes, addresses behind links, pictures, marks.
const readableText = (text) =>
  text
    .replace(/!\[[^\]]*\]\([^)]*\)/g, " ")
    .replace(/\]\([^)]*\)/g, "]")
    .replace(/\[@\d+\]|\[\^[^\]]+\]/g, "")
    .replace(/(^|\n)\s*(?:[-*+>]|#{1,6}|\d+[.)])\s/g, "$1 ");
export const countWords = (text) => readableText(text).trim().split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

function textsOf({ countField, countRows }) {
  if (!countRows) return [document.getElementById(countField)];
  const texts = document.querySelectorAll(`[name^="${CSS.escape(countRows)}-"][name$="-text"]`);
  return [...texts].filter((text) => !text.closest(".is-removed"));
}

function updateCounter(counter) {
  const texts = textsOf(counter.dataset);
  if (texts.includes(null)) return;
  const { countUnit: unit, countMin: min, countMax: max } = counter.dataset;
  const size = unit === "characters" ? (text) => [...text.trim()].length : countWords;
  const number = texts.reduce((sum, text) => sum + size(text.value), 0);
  const isShort = Boolean(min) && number > 0 && number < Number(min);
  const isLong = Boolean(max) && number > Number(max);
  const strong = document.createElement("strong");
  strong.textContent = String(number);
  const one = number === 1 ? unit.slice(0, -1) : unit;
  const expected = min ? ` of ${min} to ${max} ${unit}` : max ? ` of ${max} ${unit}` : ` ${one}`;
  counter.replaceChildren(strong, `${expected}${counter.dataset.countRows ? " in all" : ""}${isShort ? ", too few" : isLong ? ", too many" : ""}`);
  counter.classList.toggle("out-of-range", isShort || isLong);
}

const updateCounters = (root) => root.querySelectorAll("[data-count-field], [data-count-rows]").forEach(updateCounter);

document.addEventListener("input", ({ target }) => {
  if (target.id) document.querySelectorAll(`[data-count-field="${CSS.escape(target.id)}"]`).forEach(updateCounter);
  document.querySelectorAll("[data-count-rows]").forEach((counter) => textsOf(counter.dataset).includes(target) && updateCounter(counter));
});
document.addEventListener("rows:changed", (event) => {
  updateCounters(event.target);
  document.querySelectorAll("[data-count-rows]").forEach(updateCounter);
});
updateCounters(document);
