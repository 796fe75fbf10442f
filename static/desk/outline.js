// What each section of the form has: its words or rows and its worst finding, in the line to which it folds and in the
// outline.

import { listParts } from "./folding.js";
import { countWords } from "./counts.js";

const LEVELS = ["blocker", "warning", "hint"];
const shapes = document.querySelector("template[data-shapes]");
const findings = document.querySelector("[data-findings]");

const plural = (number, unit) => `${number} ${number === 1 ? unit.replace(/s$/, "") : unit}`;

/** Returns the findings of each section: a map of the section to the number of findings of each level. */
function countFindings() {
  const counts = new Map();
  for (const link of findings?.querySelectorAll(".finding a[href^='#']") ?? []) {
    const part = document.getElementById(decodeURIComponent(link.hash.slice(1)))?.closest("[data-part]");
    const level = LEVELS.find((name) => link.closest(".finding").classList.contains(name));
    if (!part || !level) continue;
    const found = counts.get(part) ?? {};
    found[level] = (found[level] ?? 0) + 1;
    counts.set(part, found);
  }
  return counts;
}

/** Returns how much a section has: words, or rows of the kind that it names; an empty string for a section of settings. */
function describeSize(part) {
  const unit = part.querySelector(":scope > details > summary > [data-facts]")?.dataset.facts;
  if (!unit) return "";
  if (unit !== "words") return plural(part.querySelectorAll(".row-list > [data-row]:not(.is-removed)").length, unit);
  const texts = [...part.querySelectorAll("textarea")].filter((text) => !text.closest(".is-removed"));
  return plural(texts.reduce((sum, { value }) => sum + countWords(value), 0), unit);
}

/** Returns the shape and the number of the worst findings of a section, and their level in words. */
function describeWorst(found, isShort) {
  const level = LEVELS.find((name) => found?.[name]);
  if (!level) return [];
  const words = document.createElement("span");
  const [number, name] = plural(found[level], `${level}s`).split(" ");
  const label = document.createElement("span");
  label.className = isShort ? "visually-hidden" : "";
  label.textContent = ` ${name}`;
  words.append(shapes.content.querySelector(`.${level}`).cloneNode(true), ` ${number}`, label);
  return [words];
}

function show() {
  const counts = countFindings();
  for (const part of listParts()) {
    const facts = part.querySelector(":scope > details > summary > [data-facts]");
    const size = describeSize(part);
    const worst = describeWorst(counts.get(part), false);
    facts?.replaceChildren(size, size && worst.length ? ", " : "", ...worst);
  }
}

let isWaiting = false;
function showSoon() {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    show();
  });
}

if (shapes) {
  show();
  document.addEventListener("input", showSoon);
  document.addEventListener("rows:changed", showSoon);
  if (findings) new MutationObserver(showSoon).observe(findings, { childList: true, subtree: true });
}
