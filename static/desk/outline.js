// What each section of the form has: its words or rows and its worst finding, in the line to which it folds and in the
// outline.

import { foldAll, listParts } from "./folding.js";
import { countWords } from "./counts.js";

const LEVELS = ["blocker", "warning", "hint"];
const shapes = document.querySelector("template[data-shapes]");
const outline = document.querySelector("[data-outline]");
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

/** Returns whether something is entered in a row or shown there; what a select offers first doesn't count. */
const hasContent = (row) => Boolean(row.querySelector("[data-filled]")) || [...row.querySelectorAll("input:not([type=hidden], [type=checkbox]), textarea")].some(({ value }) => value.trim());

/** Returns how much a section has: words, or rows of the kind that it names; an empty string for a section of settings. */
function describeSize(part) {
  const unit = part.querySelector(":scope > details > summary > [data-facts]")?.dataset.facts;
  if (!unit) return "";
  if (unit !== "words") return plural([...part.querySelectorAll(":scope > details > .row-list > [data-row]:not(.is-removed)")].filter(hasContent).length, unit);
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

const partOf = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
const headingOf = (part) => part.querySelector(":scope > details > summary > h2");

/** Returns whether a section is the first of a group. */
function beginsGroup(part) {
  const isFirst = part.matches(".row-list > :first-child");
  return (isFirst ? part.parentElement : part).previousElementSibling?.matches(".group-name, .group-rule");
}

function entry(part, size, worst) {
  const item = document.createElement("li");
  item.classList.toggle("begins", Boolean(beginsGroup(part)));
  const link = document.createElement("a");
  link.href = `#${part.id}`;
  const facts = document.createElement("span");
  facts.className = "facts";
  facts.append(...worst, " ", size);
  link.append(headingOf(part)?.textContent.trim() ?? "Head", " ", facts);
  item.append(link);
  return item;
}

let current = null;

function markCurrent() {
  for (const link of outline.querySelectorAll("a")) {
    if (partOf(link) === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Finds the section in which somebody is: that of the focus while it is in sight, else the one at the top. */
function findCurrent() {
  const parts = listParts();
  const focused = document.activeElement?.closest(".fields [data-part]");
  const box = focused?.getBoundingClientRect();
  const isInSight = box && box.bottom > 60 && box.top < innerHeight;
  const found = isInSight ? focused : parts.findLast((part) => part.getBoundingClientRect().top < innerHeight / 3) ?? parts[0];
  if (found === current) return;
  current = found;
  markCurrent();
}

/** Shows the worst findings of the whole form in the line above it. */
function summarise() {
  const total = {};
  for (const finding of findings?.querySelectorAll(".finding") ?? []) {
    const level = LEVELS.find((name) => finding.classList.contains(name));
    if (level) total[level] = (total[level] ?? 0) + 1;
  }
  const worst = describeWorst(total, false);
  document.querySelector("[data-checks-summary]")?.replaceChildren(...(worst.length ? worst : ["Checks"]));
}

function show() {
  const counts = countFindings();
  summarise();
  const entries = listParts().map((part) => {
    const facts = part.querySelector(":scope > details > summary > [data-facts]");
    const size = describeSize(part);
    const worst = describeWorst(counts.get(part), false);
    facts?.replaceChildren(size, size && worst.length ? ", " : "", ...worst);
    return entry(part, size.split(" ")[0], describeWorst(counts.get(part), true));
  });
  const list = outline?.querySelector("[data-outline-list]");
  if (!list) return;
  const focused = [...list.querySelectorAll("a")].indexOf(document.activeElement);
  list.replaceChildren(...entries);
  list.querySelectorAll("a")[focused]?.focus();
  markCurrent();
}

let isWaiting = false;
function showSoon() {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    show();
    findCurrent();
  });
}

if (shapes) {
  show();
  findCurrent();
  document.addEventListener("input", showSoon);
  document.addEventListener("rows:changed", showSoon);
  document.addEventListener("focusin", findCurrent);
  document.addEventListener("scroll", findCurrent, { passive: true });
  if (findings) new MutationObserver(showSoon).observe(findings, { childList: true, subtree: true });
  for (const hidden of outline?.querySelectorAll("[data-outline-tools]") ?? []) hidden.hidden = false;
  outline?.addEventListener("click", ({ target }) => {
    const wish = target.closest("[data-fold]")?.dataset.fold;
    if (wish) foldAll(wish === "all");
  });
}
