// Finds words in every text of the form and replaces them, one by one or all at once.

import { exchange } from "./insert_text.js";
import { form } from "./draft_form.js";

const panel = document.querySelector("[data-replacing]");

function begin() {
  const find = panel.querySelector("#replacing-find");
  const instead = panel.querySelector("#replacing-with");
  const matchCase = panel.querySelector("#replacing-case");
  const whole = panel.querySelector("#replacing-whole");
  const told = panel.querySelector("[data-replacing-told]");
  const undo = panel.querySelector("[data-undo]");
  const opener = document.querySelector("[data-open-replacing]");
  let at = null;
  let before = [];

  const fields = () =>
    [...form.querySelectorAll("textarea, input[type=text], input:not([type])")].filter(
      (field) => field.name && !field.disabled && !field.readOnly && !field.closest("[data-replacing], .gone, [hidden]") &&
        !/-(row|place|source_numbers)$|^(slug|language|base_revision)$/.test(field.name) && field.getClientRects().length,
    );

  const isPart = (sign) => sign !== undefined && /[\p{L}\p{N}\p{M}_]/u.test(sign);

  function placesIn(text) {
    if (!find.value) return [];
    const words = find.value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
    const found = [...text.matchAll(new RegExp(words, matchCase.checked ? "gu" : "giu"))];
    return found
      .map((match) => [match.index, match.index + match[0].length])
      .filter(([start, end]) => {
        if (!whole.checked) return true;
        const ahead = [...text.slice(0, start)].at(-1);
        const [behind] = text.slice(end);
        return !(isPart(ahead) && isPart([...text.slice(start, end)][0])) && !(isPart(behind) && isPart([...text.slice(start, end)].at(-1)));
      });
  }

  const every = () => fields().flatMap((field) => placesIn(field.value).map(([start, end]) => ({ field, start, end })));

  function nameOf(field) {
    const label = field.labels?.[0]?.textContent.trim() ?? "";
    const row = field.closest("[data-row]")?.querySelector(".name")?.textContent.trim() ?? "";
    return [row, label].filter(Boolean).join(", ");
  }

  const number = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

  function say(words) {
    told.textContent = words;
  }

  function count() {
    const found = every();
    const where = new Set(found.map(({ field }) => field));
    if (!find.value) say("");
    else if (!found.length) say("Not found.");
    else say(`${number(found.length, "place")} in ${number(where.size, "field")}: ${[...where].map(nameOf).slice(0, 5).join("; ")}${where.size > 5 ? " and more" : ""}.`);
  }

  function step(by) {
    const found = every();
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
    at.field.focus();
    at.field.setSelectionRange(at.start, at.end);
    at.field.scrollIntoView({ block: "center" });
    say(`${found.indexOf(found.find(({ field, start }) => field === at.field && start === at.start)) + 1} of ${found.length}: ${nameOf(at.field)}.`);
  }

  function replaceOne(button) {
    const is = at && every().find(({ field, start, end }) => field === at.field && start === at.start && end === at.end);
    if (!is) return step(1);
    before = [[at.field, at.field.value]];
    exchange(at.field, at.start, at.end, instead.value);
    at = { ...at, start: at.start + instead.value.length - 1, end: at.start };
    undo.hidden = false;
    step(1);
    button.focus();
  }

  function replaceAll() {
    before = [];
    let replaced = 0;
    for (const field of fields()) {
      const places = placesIn(field.value);
      if (!places.length) continue;
      before.push([field, field.value]);
      const [[start], [, end]] = [places[0], places.at(-1)];
      let words = "";
      let from = start;
      for (const [begins, ends] of places) {
        words += field.value.slice(from, begins) + instead.value;
        from = ends;
      }
      exchange(field, start, end, words);
      replaced += places.length;
    }
    at = null;
    undo.hidden = !before.length;
    say(replaced ? `${number(replaced, "place")} replaced in ${number(before.length, "field")}. Nothing is saved yet.` : "Not found.");
    find.focus();
  }

  function takeBack() {
    for (const [field, value] of before) exchange(field, 0, field.value.length, value);
    say(`Undone in ${number(before.length, "field")}.`);
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
      count();
    } else opener.focus();
  }

  // What is typed here is no part of the work: nothing hears of it that would say “not saved”.
  for (const name of ["input", "change"]) {
    panel.addEventListener(name, (event) => {
      event.stopPropagation();
      if (event.target === instead) return;
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
    else if (button.matches("[data-undo]")) takeBack();
    else open(false);
  });
  opener.addEventListener("click", () => open(panel.hidden));
  opener.hidden = false;
}

if (panel && form) begin();
