// The points on which outlets are compared: a grid of points by outlets, whose cells open in place, and the search for
// what each outlet says. Without this script the points are lists, and everything is typed.

import { formValues, post } from "./draft_form.js";
import { escapeBrackets } from "./markdown.js";
import { addRow } from "./rows.js";
import { announce, replaceRange } from "./typing.js";

const section = document.querySelector("#rows-claims");
const tool = section?.querySelector("[data-look]");
export const NO_SUGGESTIONS = "Suggestions are not available. Type the cells by hand.";
const MAX_COLUMNS = 7;
const WITHOUT_VALUE = ["silent", "unclear"];

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim().replace(/\s+/g, " ");

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const list = () => section.querySelector(":scope > details > .row-list");
const claimRows = () => [...list().children].filter((row) => row.matches("[data-row]:not(.is-removed)"));
const cellsOf = (claim) => claim.querySelector('[data-rows="cells"]');
const cellRows = (claim) => [...cellsOf(claim).querySelectorAll("[data-row]:not(.is-removed)")];
export const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
const nameOfClaim = (claim) => field(claim, "claim").value.trim();
const outletOf = (cell) => field(cell, "outlet_name").value.trim();

function change(control, value) {
  if (control.type === "checkbox") control.checked = value;
  else control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Returns the outlets of the passages, then those of the points, each once. */
function listOutlets() {
  const names = [...document.querySelectorAll('[data-rows="passages"] [data-row]:not(.is-removed) [name$="-outlet_names"]')].flatMap(({ value }) =>
    value.split(";"),
  );
  names.push(...claimRows().flatMap(cellRows).map(outletOf));
  return [...new Map(names.filter((name) => name.trim()).map((name) => [fold(name), name.trim()])).values()];
}

// The grid --------------------------------------------------------------------------------------------------------------

function summarise(cell) {
  const stance = field(cell, "stance");
  const value = field(cell, "value").value.trim();
  const label = stance.selectedOptions[0].text;
  cell.querySelector("[data-cell-outlet]").textContent = outletOf(cell) || "New outlet";
  cell.querySelector("[data-cell-says]").textContent = stance.value === "says" && value ? value : `${label} ${value}`.trim();
}

/** Gives each outlet a column, and each point a button for each outlet that it does not compare. */
function layOut() {
  const outlets = listOutlets();
  const columns = new Map(outlets.map((name, index) => [fold(name), index + 1]));
  section.classList.toggle("is-grid", outlets.length > 0 && outlets.length <= MAX_COLUMNS);
  section.style.setProperty("--columns", outlets.length);
  for (const claim of claimRows()) {
    const compared = new Set(cellRows(claim).map((cell) => fold(outletOf(cell))));
    for (const cell of cellRows(claim)) cell.style.setProperty("--column", columns.get(fold(outletOf(cell))) ?? "auto");
    const wanted = outlets.filter((name) => !compared.has(fold(name)));
    const shown = [...claim.querySelectorAll(".not-compared")];
    if (shown.map(({ dataset }) => dataset.outlet).join(";") === wanted.join(";")) continue;
    for (const item of shown) item.remove();
    for (const name of wanted) {
      const button = element("button", { type: "button", className: "compare" });
      button.append(element("span", { className: "name", textContent: name }), " ", element("span", { className: "note", textContent: "Not compared" }));
      const item = element("li", { className: "not-compared" }, button);
      item.dataset.outlet = name;
      item.style.setProperty("--column", columns.get(fold(name)));
      cellsOf(claim).querySelector(".row-list").append(item);
    }
  }
}

let isScheduled = false;
function layOutSoon() {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    layOut();
  });
}

function findCell(claim, outlet) {
  return cellRows(claim).find((cell) => fold(outletOf(cell)) === fold(outlet));
}

function ensureCell(claim, outlet) {
  const known = findCell(claim, outlet);
  if (known) return known;
  const cell = addRow(cellsOf(claim), { focus: false });
  change(field(cell, "outlet_name"), outlet);
  summarise(cell);
  return cell;
}

const findClaim = (name) => claimRows().find((claim) => fold(nameOfClaim(claim)) === fold(name));

function ensureClaim(name, kind) {
  return findClaim(name) ?? addClaim(name, kind);
}

/** Adds a point to the form and returns its row. */
export function addClaim(name, kind) {
  const claim = addRow(section, { focus: false });
  change(field(claim, "kind"), kind);
  change(field(claim, "claim"), name);
  prepareClaim(claim);
  return claim;
}

function prepareClaim(claim) {
  const tools = claim.querySelector("[data-with-claim-script]");
  if (tools) tools.hidden = false;
}

// Look ------------------------------------------------------------------------------------------------------------------

const results = tool?.querySelector("[data-looked]");
const status = tool?.querySelector("[data-look-status]");
const point = tool?.querySelector("#look-point");
const kind = tool?.querySelector("#look-kind");

function say(words) {
  status.textContent = words;
}

async function ask(pasted = {}) {
  const name = point.value.trim();
  const claim = findClaim(name);
  const asked = { _point: name, _kind: kind.value };
  if (claim) Object.assign(asked, { _unit: field(claim, "unit").value, _as_of: field(claim, "as_of").value });
  for (const [outlet, words] of Object.entries(pasted)) asked[`_pasted-${outlet}`] = words;
  const { outlets } = await post(tool.dataset.look, [...formValues(), ...Object.entries(asked)]);
  return outlets;
}

async function look() {
  if (!point.value.trim()) {
    say("Name a point, such as “people killed”.");
    return point.focus();
  }
  results.replaceChildren();
  say("Looking through the passages…");
  const claim = findClaim(point.value);
  if (claim) kind.value = field(claim, "kind").value;
  let outlets;
  try {
    outlets = await ask();
  } catch (error) {
    if (error.reason === "signed-out") return say(error.message);
    say(NO_SUGGESTIONS);
    const made = ensureClaim(point.value.trim(), kind.value);
    layOut(); // gives the new point a button for each outlet
    return made.querySelector(".compare, [data-add]")?.focus();
  }
  if (!outlets.length) {
    say("No outlet is named in the passages. Type the cells by hand.");
    return ensureClaim(point.value.trim(), kind.value).querySelector("[data-add]").focus();
  }
  say("Enter takes the sentence, 1 to 3 choose, Tab goes to the next outlet.");
  results.replaceChildren(...outlets.map(buildResult));
  results.querySelector("button, input").focus();
}

/** Fills the cell of an outlet in a point, and returns it. */
export function fillCell(claim, outlet, { stance, value = "", low = "", high = "", approximate = false, when = "", source, asOf = "" }) {
  const cell = ensureCell(claim, outlet);
  const values = { stance, value, low, high, approximate };
  for (const [name, each] of Object.entries(values)) change(field(cell, name), each);
  if (when) change(field(cell, "when"), when.replace("T", " ").trim());
  if (source) {
    const select = field(cell, "source");
    select.dispatchEvent(new Event("focusin", { bubbles: true })); // offers the sources that are not saved yet
    change(select, String(source));
  }
  if (asOf) change(field(cell, "as_of"), asOf);
  cell.querySelector("details").open = false;
  summarise(cell);
  return cell;
}

/** Takes what an outlet says about the point, and goes on to the next outlet. */
function decide(item, decision) {
  const claim = ensureClaim(point.value.trim(), kind.value);
  const cell = fillCell(claim, item.dataset.outlet, decision);
  item.classList.add("is-decided");
  const taken = cell.querySelector("[data-cell-says]").textContent;
  item.querySelector(".taken").textContent = taken;
  announce(`${item.dataset.outlet}: ${taken}`);
  const next = item.nextElementSibling?.querySelector("button, input");
  if (next) return next.focus();
  results.replaceChildren();
  say(`“${nameOfClaim(claim)}” compares ${cellRows(claim).length} outlets. Save to keep it.`);
  point.value = "";
  point.focus();
}

const today = () => {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
};

function buildResult({ outlet, source, suggestions, cut }) {
  const item = element("li", { className: "looked-outlet" });
  item.dataset.outlet = outlet;
  const sentence = element("p", { className: "sentence", dir: "auto" });
  const tools = element("div", { className: "choices" });
  tools.setAttribute("role", "toolbar");
  tools.setAttribute("aria-label", outlet);
  let at = 0;
  const buttons = [];
  const addButton = (key, words, act) => {
    const button = element("button", { type: "button", className: "button secondary", tabIndex: buttons.length ? -1 : 0 });
    const shown = element("kbd", { textContent: key });
    shown.setAttribute("aria-hidden", "true");
    button.append(words, " ", shown);
    button.setAttribute("aria-keyshortcuts", key);
    button.addEventListener("click", act);
    buttons.push(button);
    return button;
  };
  const show = () => {
    const { before, value, after } = suggestions[at];
    sentence.replaceChildren(before, value && element("mark", { textContent: value }), after);
    if (!value) sentence.replaceChildren(before);
  };
  const silent = () => decide(item, { stance: "silent", source, asOf: today() });
  item.append(element("p", { className: "name", textContent: outlet }));
  if (cut) item.append(element("p", { className: "note", textContent: "The texts are long: not all of them were searched. Paste a paragraph." }));
  if (suggestions.length) {
    show();
    addButton("1", "Says this", () => decide(item, { ...suggestions[at], stance: "says", source }));
    const next = addButton("2", "Next sentence", () => {
      at = (at + 1) % suggestions.length;
      show();
      announce(sentence.textContent);
    });
    if (suggestions.length < 2) next.setAttribute("aria-disabled", "true");
    addButton("3", "Does not mention it", silent);
    item.append(sentence);
  } else {
    sentence.append(
      `Nothing about “${point.value.trim()}” from ${outlet}. Read the article, then type what it says or choose `,
      element("em", { textContent: "Does not mention it" }),
      ".",
    );
    const typed = element("input", { type: "text", maxLength: 300, dir: "auto", autocomplete: "off" });
    typed.setAttribute("aria-label", `As printed, ${outlet}`);
    typed.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      if (typed.value.trim()) decide(item, { stance: "says", value: typed.value.trim(), source });
    });
    item.append(sentence, typed);
    addButton("3", "Does not mention it", silent);
  }
  const paste = buildPaste(item);
  const opener = addButton("4", "Paste a paragraph", () => {
    paste.hidden = !paste.hidden;
    opener.setAttribute("aria-expanded", String(!paste.hidden));
    if (!paste.hidden) paste.querySelector("textarea").focus();
  });
  opener.setAttribute("aria-expanded", "false");
  tools.append(...buttons);
  tools.addEventListener("keydown", (event) => {
    const from = buttons.indexOf(event.target);
    const back = getComputedStyle(tools).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
    const forward = back === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const to = { [forward]: from + 1, [back]: from - 1 }[event.key];
    if (to !== undefined) buttons[(to + buttons.length) % buttons.length].focus();
    else if (/^[1-4]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      buttons.find((button) => button.getAttribute("aria-keyshortcuts") === event.key)?.click();
    }
    else return;
    event.preventDefault();
  });
  item.append(tools, paste, element("p", { className: "note taken" }));
  return item;
}

/** Returns the field for words of an outlet's article, which are searched and not stored. */
function buildPaste(item) {
  const { outlet } = item.dataset;
  const words = element("textarea", { rows: 3, dir: "auto" });
  words.setAttribute("aria-label", `Words of ${outlet}`);
  const button = element("button", { type: "button", className: "button secondary", textContent: "Look" });
  button.addEventListener("click", async () => {
    try {
      const found = (await ask({ [outlet]: words.value })).find((each) => each.outlet === outlet);
      const made = buildResult(found);
      item.replaceWith(made);
      made.querySelector("button, input").focus();
    } catch (error) {
      say(error.reason === "signed-out" ? error.message : NO_SUGGESTIONS);
    }
  });
  return element("div", { className: "paste-words", hidden: true }, words, button);
}

// Mark in the text ------------------------------------------------------------------------------------------------------

let selected = null; // the words of a text that were selected last

document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.(".markdownx textarea")) selected = { area: target, start: target.selectionStart, end: target.selectionEnd };
});

function mark(claim, button) {
  const { area, start = 0, end = 0 } = selected ?? {};
  const words = area?.isConnected ? area.value.slice(start, end) : "";
  if (!words.trim() || /[[\]\n]/.test(words)) {
    const message = words.trim() ? "Select words without links, citations or line breaks." : "Select words in a text first.";
    let note = claim.querySelector(".mark-note");
    if (!note) claim.querySelector("[data-with-claim-script]").after((note = element("p", { className: "note mark-note" })));
    note.textContent = message;
    announce(message);
    return button.focus();
  }
  claim.querySelector(".mark-note")?.remove();
  replaceRange(area, `[${escapeBrackets(words)}](claim:${field(claim, "row").value})`, start, end);
  announce(`“${words}” marked as “${nameOfClaim(claim)}”.`);
}

/** Returns the points whose names contain all words of a query, for the list that “[[” opens. */
export function findClaims(query) {
  if (!section) return [];
  const terms = fold(query).split(" ").filter(Boolean);
  return claimRows()
    .filter((claim) => nameOfClaim(claim) && terms.every((term) => fold(nameOfClaim(claim)).includes(term)))
    .map((claim) => ({ title: nameOfClaim(claim), note: "Point in Agreement", claim: field(claim, "row").value }));
}

if (tool) {
  tool.hidden = false;
  for (const claim of claimRows()) prepareClaim(claim);
  layOut();
  tool.querySelector("[data-look-start]").addEventListener("click", look);
  point.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    look();
  });
  section.addEventListener("click", ({ target }) => {
    const claim = target.closest("[data-row]:has([data-rows='cells'])");
    const compare = target.closest(".compare");
    if (compare) {
      const cell = ensureCell(claim, compare.parentElement.dataset.outlet);
      layOut();
      field(cell, "value").focus();
    } else if (target.closest("[data-look-again]")) {
      point.value = nameOfClaim(claim);
      look();
      tool.scrollIntoView({ block: "nearest" });
    } else if (target.closest("[data-mark]")) mark(claim, target.closest("[data-mark]"));
  });
  section.addEventListener("input", ({ target }) => {
    const cell = target.closest(".cell");
    if (!cell) return;
    if (/-stance$/.test(target.name) && WITHOUT_VALUE.includes(target.value)) {
      for (const name of ["value", "low", "high", "when"]) field(cell, name).value = "";
    }
    summarise(cell);
    if (/-outlet_name$/.test(target.name)) layOutSoon();
  });
  document.addEventListener("rows:changed", ({ target }) => {
    if (target.matches?.("#rows-claims [data-row]")) {
      const claim = target.closest("[data-row]:has([data-rows='cells'])");
      if (claim) prepareClaim(claim);
    }
    layOutSoon();
  });
  document.addEventListener("change", ({ target }) => /-outlet_names?$/.test(target.name ?? "") && layOutSoon());
}
