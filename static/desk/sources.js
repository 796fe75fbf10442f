// A source is added by pasting its address: an article that is kept comes with all that is known, of a new one the
// outlet is known from the host. Nothing is fetched from the address itself.

import { fetchJson } from "./look_up.js";
import { announce } from "./typing.js";
import { createUid } from "./draft_form.js";
import { addRow } from "./rows.js";
import { listSources, section, sourceField as fieldInRow } from "./source_rows.js";

const address = document.querySelector("[data-article-lookup-address]")?.dataset.articleLookupAddress;
const FILLED = ["title", "outlet_name", "published_on", "author"];
const MAX_ADDRESSES = 20; // addresses at once
const requested = new WeakMap();

const isNew = (row) => !/^\d+$/.test(fieldInRow(row, "row")?.value ?? "");

/** Returns the addresses that a text is made of, one a line; none where it is anything else. */
export function parseAddresses(text) {
  const lines = text.split(/\s+/).filter(Boolean);
  return lines.length && lines.every((line) => /^https?:\/\/[^\s/]+\S*$/i.test(line)) ? lines.slice(0, MAX_ADDRESSES) : [];
}

function showMessage(row, words, isError = false) {
  let message = row.querySelector(".source-message");
  if (!message) {
    message = document.createElement("p");
    message.className = "note source-message";
    message.id = `source-message-${createUid()}`;
    fieldInRow(row, "url").closest(".form-part").append(message);
    fieldInRow(row, "url").setAttribute("aria-describedby", message.id);
  }
  message.classList.toggle("is-error", isError);
  message.textContent = words;
  announce(words);
}

function fillRow(row, answer) {
  const url = fieldInRow(row, "url");
  url.value = answer.url;
  const values = answer.article ?? { outlet_name: answer.outlet };
  for (const name of FILLED) {
    const field = fieldInRow(row, name);
    if (answer.article || !field.value.trim()) field.value = values[name] ?? "";
  }
  if (answer.article) fieldInRow(row, "paywalled").checked = answer.article.paywalled;
  url.dispatchEvent(new Event("input", { bubbles: true }));
  if (answer.article) return showMessage(row, `We already have this article from ${answer.outlet}.`);
  const whose = answer.outlet ? `Outlet: ${answer.outlet}.` : "We don’t know this website: name its outlet.";
  showMessage(row, `${whose} We don’t fetch the page: add its title and date.`);
}

/** Names each new row by the number that its source gets when it is saved: findings and citations use it. */
function showNumbers() {
  const numbers = new Map(listSources().map(({ row, number }) => [row, number]));
  const given = Number(document.querySelector("[name=sources_given]")?.value);
  section.querySelector("[data-next-number]").textContent = Math.max(given, ...numbers.values()) + 1;
  for (const row of section.querySelectorAll(".row-list > [data-row]")) {
    if (isNew(row)) row.querySelector(".name").textContent = ["New source", numbers.get(row)].filter(Boolean).join(" ");
  }
}

async function lookUpRow(row) {
  const url = fieldInRow(row, "url");
  const wanted = url.value.trim();
  if (!address || !isNew(row) || requested.get(row) === wanted || !/^https?:\/\/./i.test(wanted)) return;
  requested.set(row, wanted);
  try {
    const answer = await fetchJson(address, { url: wanted });
    if (url.value.trim() !== wanted) return;
    requested.set(row, answer.url);
    fillRow(row, answer);
  } catch (error) {
    requested.delete(row);
    showMessage(row, `${error.message} Fill in what you know.`, true);
  }
}

/**
 * Returns the row of the source with this address; adds it first if the form has none. `into` is an empty row to fill.
 * The row has no title if we don’t know the article.
 */
export async function addSource(url, into = null) {
  const listed = () => listSources().find((source) => source.address === url)?.row;
  if (listed()) {
    if (section.contains(document.activeElement)) announce(`${url} is already in the list.`);
    return listed();
  }
  const row = into ?? addRow(section, { focus: false });
  fieldInRow(row, "url").value = url;
  await lookUpRow(row);
  // Another spelling of the address may be listed already.
  const twin = listSources().find((source) => source.row !== row && source.address === fieldInRow(row, "url").value);
  if (!twin || into) return row;
  row.remove();
  return twin.row;
}

async function addSources(addresses, into) {
  for (const [index, url] of addresses.entries()) await addSource(url, index ? null : into);
  const open = [...section.querySelectorAll(".row-list > [data-row]:not(.is-removed)")].find((each) => isNew(each) && !fieldInRow(each, "title").value);
  if (open) fieldInRow(open, "title").focus();
}

if (section) {
  section.addEventListener("input", showNumbers);
  section.addEventListener("rows:changed", showNumbers);
  showNumbers();
}

if (section && address) {
  // An address pasted anywhere in the part, also where no field has the focus, adds a source.
  document.addEventListener("paste", (event) => {
    // Where nothing can be typed the browser tells the page of it, not the button that has the focus.
    const target = event.target.closest?.("input, textarea, select") ?? document.activeElement;
    if (!section.contains(target) || event.defaultPrevented) return;
    const addresses = parseAddresses(event.clipboardData.getData("text/plain"));
    if (!addresses.length) return;
    const row = target.closest("[data-row]");
    const isUrl = row && target === fieldInRow(row, "url");
    if (!isUrl && target.matches("input, textarea, select")) return;
    if (isUrl && (!isNew(row) || target.readOnly)) return;
    event.preventDefault();
    addSources(addresses, isUrl ? row : null);
  });
  section.addEventListener("focusout", ({ target }) => {
    const row = target.closest("[data-row]");
    if (row && target === fieldInRow(row, "url")) lookUpRow(row);
  });
}
