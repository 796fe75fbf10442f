// Finds words in every text of the form and replaces them, one by one or all at once.

import { form } from "./draft_form.js";
import { reveal } from "./folding.js";
import { replaceText } from "./insert_text.js";

const panel = document.querySelector("[data-find-replace]");

function begin() {
  const find = panel.querySelector("#find-text");
  const replacement = panel.querySelector("#replacement-text");
  const matchCase = panel.querySelector("#find-match-case");
  const wholeWords = panel.querySelector("#find-whole-words");
  const status = panel.querySelector("[data-find-replace-status]");
  const undo = panel.querySelector("[data-undo]");
  const opener = document.querySelector("[data-open-find-replace]");
  const more = opener.closest("details");
  let at = null;
  let before = [];

  const fields = () =>
    [...form.querySelectorAll("textarea, input[type=text], input:not([type])")].filter(
      (field) => field.name && !field.disabled && !field.readOnly && !field.closest("[data-find-replace], .is-removed, [hidden]") &&
        !/-(row|place|source_numbers|addresses)$|^(slug|language|base_revision)$/.test(field.name) && field.getClientRects().length,
    );

  const isPart = (sign) => sign !== undefined && /[\p{L}\p{N}\p{M}_]/u.test(sign);

  function matchesIn(text) {
    if (!find.value) return [];
    const words = find.value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
    const found = [...text.matchAll(new RegExp(words, matchCase.checked ? "gu" : "giu"))];
    return found
      .map((match) => [match.index, match.index + match[0].length])
      .filter(([start, end]) => {
        if (!wholeWords.checked) return true;
        const ahead = [...text.slice(0, start)].at(-1);
        const [behind] = text.slice(end);
        return !(isPart(ahead) && isPart([...text.slice(start, end)][0])) && !(isPart(behind) && isPart([...text.slice(start, end)].at(-1)));
      });
  }

  const allMatches = () => fields().flatMap((field) => matchesIn(field.value).map(([start, end]) => ({ field, start, end })));

  function nameOf(field) {
    const label = field.labels?.[0]?.textContent.trim() ?? "";
    const row = field.closest("[data-row]")?.querySelector(".name")?.textContent.trim() ?? "";
    return [row, label].filter(Boolean).join(", ");
  }

  const number = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

  function showStatus(words) {
    status.textContent = words;
  }

  function count() {
    const found = allMatches();
    const where = new Set(found.map(({ field }) => field));
    if (!find.value) showStatus("");
    else if (!found.length) showStatus("Not found.");
    else showStatus(`${number(found.length, "place")} in ${number(where.size, "field")}: ${[...where].map(nameOf).slice(0, 5).join("; ")}${where.size > 5 ? " and more" : ""}.`);
  }

  function step(by) {
    const found = allMatches();
    if (!found.length) {
      at = null;
      return count();
    }
    const order = fields();
    const here = at && order.includes(at.field) ? at : null;
    const isBehind = ({ field, start }) => !here || order.indexOf(field) > order.indexOf(here.field) || (field === here.field && start > here.start);
    const isAhead = ({ field, start }) => !here || order.indexOf(field) < order.indexOf(here.field) || (field === here.field && start < here.start);
    at = by > 0 ? (found.find(isBehind) ?? found[0]) : (found.findLast(isAhead) ?? found.at(-1));
    // The words are shown marked in their field; typing goes on in the panel.
    reveal(at.field);
    at.field.focus();
    at.field.setSelectionRange(at.start, at.end);
    at.field.scrollIntoView({ block: "center" });
    showStatus(`${found.indexOf(found.find(({ field, start }) => field === at.field && start === at.start)) + 1} of ${found.length}: ${nameOf(at.field)}.`);
  }

  function replaceOne(button) {
    const is = at && allMatches().find(({ field, start, end }) => field === at.field && start === at.start && end === at.end);
    if (!is) return step(1);
    before = [[at.field, at.field.value]];
    replaceText(at.field, at.start, at.end, replacement.value);
    at = { ...at, start: at.start + replacement.value.length - 1, end: at.start };
    undo.hidden = false;
    step(1);
    button.focus();
  }

  function replaceAll() {
    before = [];
    let replaced = 0;
    for (const field of fields()) {
      const places = matchesIn(field.value);
      if (!places.length) continue;
      before.push([field, field.value]);
      const [[start], [, end]] = [places[0], places.at(-1)];
      let words = "";
      let from = start;
      for (const [begins, ends] of places) {
        words += field.value.slice(from, begins) + replacement.value;
        from = ends;
      }
      replaceText(field, start, end, words);
      replaced += places.length;
    }
    at = null;
    undo.hidden = !before.length;
    showStatus(replaced ? `${number(replaced, "place")} replaced in ${number(before.length, "field")}. Not saved yet.` : "Not found.");
    find.focus();
  }

  function undoReplacement() {
    for (const [field, value] of before) replaceText(field, 0, field.value.length, value);
    showStatus(`Undone in ${number(before.length, "field")}.`);
    before = [];
    at = null;
    find.focus();
    undo.hidden = true;
  }

  function open(isOpen) {
    panel.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) {
      find.focus();
      find.select();
      // On a phone, the other actions are above the bar, and would cover what is found.
      more.open = false;
      count();
    } else (opener.checkVisibility() ? opener : more.querySelector("summary")).focus();
  }

  // What is typed here is no part of the work: nothing hears of it that would say “not saved”.
  for (const name of ["input", "change"]) {
    panel.addEventListener(name, (event) => {
      event.stopPropagation();
      if (event.target === replacement) return;
      at = null;
      count();
    });
  }
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  });
  panel.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.step) step(Number(button.dataset.step));
    else if (button.dataset.replace === "one") replaceOne(button);
    else if (button.dataset.replace === "all") replaceAll();
    else if (button.matches("[data-undo]")) undoReplacement();
    else open(false);
  });
  opener.addEventListener("click", () => open(panel.hidden));
  opener.hidden = false;
}

if (panel && form) begin();
