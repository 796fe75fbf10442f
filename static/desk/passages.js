// A passage lists the articles that it draws on. Pasting an address adds the article to Sources and cites it here.
// Without this script, saving the form does the same.

import { createUid } from "./draft_form.js";
import { whenReleased } from "./pointer.js";
import { removeRow } from "./rows.js";
import { listSources, section, sourceField } from "./source_rows.js";
import { addSource, parseAddresses } from "./sources.js";

const passages = document.querySelector('[data-rows="passages"]');
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
const field = (passage, name) => passage.querySelector(`[name$="-${name}"]`);
const outletsOf = (passage) => field(passage, "outlet_names").value.split(";").map((name) => name.trim()).filter(Boolean);
const all = () => [...passages.querySelectorAll(".row-list > [data-row]")];
// The rows of the sources that each passage draws on. A new source gets another number when one before it is removed.
const cited = new WeakMap();
// The rows of the sources whose date field somebody has left, with or without a date: nobody is asked twice.
const askedForDate = new WeakSet();
// The rows of the new sources whose outlet is the only one of their passage until somebody names another.
const assumedOutlet = new WeakSet();

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function change(control, value) {
  if (control.value === value) return;
  control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

function readNumbers(passage) {
  const numbers = (field(passage, "source_numbers").value.match(/\d+/g) ?? []).map(Number);
  const rows = new Map(listSources().map(({ number, row }) => [number, row]));
  cited.set(passage, numbers.map((number) => rows.get(number)).filter(Boolean));
}

/** Shows a sentence below the articles, with buttons that answer it; each is a pair of words and an action. */
function ask(passage, words, answers = []) {
  const box = passage.querySelector("[data-asks]");
  box.querySelector("[role=status]").textContent = words;
  for (const button of box.querySelectorAll("button")) button.remove();
  for (const [label, action] of answers) {
    const button = element("button", { type: "button", className: "link-button", textContent: label });
    button.addEventListener("click", () => {
      field(passage, "addresses").focus();
      ask(passage, action() ?? "");
    });
    box.append(button);
  }
}

/** Returns an input for a value that a new source lacks; what is entered goes into the row of the source. */
function inputFor(source, name, label, properties = {}) {
  const original = sourceField(source.row, name);
  const input = element("input", { id: `article-${createUid()}`, value: original.value, placeholder: label, ...properties });
  input.autocomplete = "off";
  input.addEventListener("input", () => change(original, input.value));
  const words = element("label", { className: "visually-hidden", htmlFor: input.id, textContent: `${label} of source ${source.number}` });
  return element("div", {}, words, input);
}

function formatDay(value) {
  const day = value ? new Date(`${value}T12:00`) : null;
  return day && !Number.isNaN(day.valueOf()) ? day.toLocaleDateString("en-GB", { day: "numeric", month: "long" }) : "";
}

/** Returns what a new source lacks and is still asked for, in words. */
function listMissing({ row, isNew, title, outlet, date }) {
  if (!isNew) return [];
  const missing = [title ? "" : "title", date || askedForDate.has(row) ? "" : "date", outlet ? "" : "outlet"];
  return missing.filter(Boolean);
}

/** Names the outlet of an article in its passage too, as long as the passage has no other. */
function followOutlet(passage, input) {
  let followed = "";
  input.addEventListener("input", () => {
    if (outletsOf(passage).join("; ") !== followed) return;
    followed = input.value.trim();
    change(field(passage, "outlet_names"), followed);
  });
}

function buildItem(passage, source) {
  const item = element("li", {}, element("span", { className: "numbers", textContent: String(source.number) }));
  const missing = listMissing(source);
  if (missing.length) {
    item.className = "missing";
    const date = inputFor(source, "published_on", "Date", { type: "date" });
    date.querySelector("input").addEventListener("blur", () => askedForDate.add(source.row));
    item.append(inputFor(source, "title", "Title"), date);
    if (!source.outlet || assumedOutlet.has(source.row)) {
      const outlet = inputFor(source, "outlet_name", "Outlet");
      const input = outlet.querySelector("input");
      Object.assign(input.dataset, { entityKind: "outlet", article: source.address });
      input.classList.add("name-combobox");
      input.setAttribute("list", "outlet-names");
      followOutlet(passage, input);
      item.append(outlet);
    }
  } else {
    const link = element("a", { href: source.address, textContent: source.title || source.address });
    const details = [source.outlet, formatDay(source.date), source.paywalled ? "paywall" : ""].filter(Boolean).join(", ");
    item.append(element("p", {}, link, " ", element("span", { className: "note", textContent: details })));
  }
  const remove = element("button", { type: "button", textContent: "×" });
  remove.setAttribute("aria-label", `Remove source ${source.number}`);
  remove.addEventListener("click", () => uncite(passage, source.row));
  item.append(remove);
  if (item.className) {
    const host = source.address.replace(/^https?:\/\/(www\.)?/, "");
    const wanted = missing.join(", ").replace(/, (?=\w+$)/, " and ");
    item.append(element("p", { className: "note", textContent: `${host}. We don’t fetch the page: add its ${wanted}.` }));
  }
  return item;
}

/** Shows the articles of a passage and writes their numbers, unless somebody is completing one of them. */
function show(passage) {
  const list = passage.querySelector("[data-articles]");
  const rows = cited.get(passage) ?? [];
  const sources = listSources().filter((source) => rows.includes(source.row));
  change(field(passage, "source_numbers"), sources.map((source) => source.number).join(", "));
  if (list.contains(document.activeElement) && document.activeElement.matches("input")) return;
  list.replaceChildren(...sources.map((source) => buildItem(passage, source)));
  for (const item of list.querySelectorAll(".missing")) item.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
}

function isCited(row, number) {
  return (
    all().some((passage) => !passage.classList.contains("is-removed") && (cited.get(passage) ?? []).includes(row)) ||
    [...document.querySelectorAll("#content textarea[name]")].some((area) => area.value.includes(`[@${number}]`)) ||
    [...document.querySelectorAll('.row-list :is([name$="-source"], [name$="-outcome_source"])')].some(
      (source) => source.value === String(number) && !source.closest(".is-removed"),
    )
  );
}

function uncite(passage, row) {
  const { number } = listSources().find((source) => source.row === row);
  cited.set(passage, cited.get(passage).filter((each) => each !== row));
  const text = field(passage, "text");
  change(text, text.value.replaceAll(` [@${number}]`, "").replaceAll(`[@${number}]`, ""));
  field(passage, "addresses").focus();
  show(passage);
  if (isCited(row, number)) return ask(passage, `Source ${number} removed from this passage.`);
  ask(passage, `Source ${number} is no longer cited. Remove it from Sources?`, [
    [
      "Remove",
      () => {
        removeRow(row, true, { focus: false });
        return `Source ${number} will be removed when you save.`;
      },
    ],
    ["Keep", () => `Source ${number} stays in Sources.`],
  ]);
}

/** Adds an outlet to a passage. */
function nameOutlet(passage, outlet) {
  change(field(passage, "outlet_names"), [...outletsOf(passage), outlet].join("; "));
}

async function cite(passage, url) {
  ask(passage, "Adding the article…");
  const row = await addSource(url);
  const source = listSources().find((each) => each.row === row);
  if (!source) return ask(passage, "Can’t add this article right now. Your text is safe.");
  const rows = cited.get(passage) ?? [];
  if (rows.includes(row)) return ask(passage, `Source ${source.number} is already cited here.`);
  cited.set(passage, [...rows, row]);
  const names = outletsOf(passage).map(fold);
  if (!source.outlet && names.length === 1) {
    assumedOutlet.add(row);
    change(sourceField(row, "outlet_name"), outletsOf(passage)[0]);
  }
  show(passage);
  const done = `Source ${source.number} added and cited.`;
  if (!source.outlet || names.includes(fold(source.outlet))) return ask(passage, done);
  if (!names.length) {
    nameOutlet(passage, source.outlet);
    return ask(passage, done);
  }
  ask(passage, `${done} This article is from ${source.outlet}. Add the outlet?`, [
    [
      `Add ${source.outlet}`,
      () => {
        nameOutlet(passage, source.outlet);
        return `Outlet ${source.outlet} added.`;
      },
    ],
    ["Don’t add", () => ""],
  ]);
}

/** Cites the addresses in the field, one a line. What is not an address stays there. */
async function takeAddresses(passage, text) {
  const area = field(passage, "addresses");
  const lines = text.split(/\s+/).filter(Boolean);
  const addresses = lines.flatMap(parseAddresses);
  change(area, lines.filter((line) => !parseAddresses(line).length).join("\n"));
  for (const url of addresses) await cite(passage, url);
  const missing = [...passage.querySelectorAll("[data-articles] .missing input")].find((input) => !input.value);
  if (missing && addresses.length && document.activeElement === area) missing.focus();
  if (area.value) ask(passage, "Enter the full address of an article, starting with https://.");
}

function prepare(passage) {
  for (const hint of passage.querySelectorAll("[data-without-script]")) hint.remove();
  if (!cited.has(passage)) readNumbers(passage);
  show(passage);
}

if (passages && section) {
  const isAddresses = (target) => target.matches?.('[name$="-addresses"]');
  passages.addEventListener("paste", (event) => {
    if (!isAddresses(event.target) || event.target.value.trim()) return;
    const text = event.clipboardData.getData("text/plain");
    if (!parseAddresses(text).length) return;
    event.preventDefault();
    takeAddresses(event.target.closest("[data-row]"), text);
  });
  passages.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !isAddresses(event.target)) return;
    event.preventDefault();
    takeAddresses(event.target.closest("[data-row]"), event.target.value);
  });
  passages.addEventListener("change", ({ target }) => {
    if (isAddresses(target) && target.value.trim()) takeAddresses(target.closest("[data-row]"), target.value);
  });
  passages.addEventListener("focusout", ({ target, relatedTarget }) => {
    const item = target.closest("[data-articles] > .missing");
    if (item && !item.contains(relatedTarget)) setTimeout(() => whenReleased(() => show(item.closest("[data-row]"))));
  });
  // Another script put other numbers into the form: text that was restored, or the other side of a conflict.
  passages.addEventListener("input", ({ target }) => {
    if (!target.matches('[name$="-source_numbers"]')) return;
    const passage = target.closest("[data-row]");
    const rows = cited.get(passage) ?? [];
    const numbers = listSources().filter(({ row }) => rows.includes(row)).map(({ number }) => number);
    if (numbers.join(", ") === target.value) return;
    readNumbers(passage);
    show(passage);
  });
  passages.addEventListener("rows:changed", ({ target }) => target.matches("[data-row]") && prepare(target));
  const showAll = () => all().forEach(show);
  section.addEventListener("input", showAll);
  section.addEventListener("rows:changed", showAll);
  all().forEach(prepare);
}
