// A source is added by pasting its address: an article that is kept comes with all that is known, of a new one the
// outlet is known from the host. Nothing is fetched from the address itself.

import { lookUp } from "./look_up.js";
import { say } from "./typing.js";
import { freshUid } from "./draft_form.js";

const address = document.querySelector("[data-source-address]")?.dataset.sourceAddress;
const part = document.querySelector('[data-rows="citations"]');
const FILLED = ["title", "outlet_name", "published_on", "author"];
const MOST = 20; // addresses at once
const asked = new WeakMap();

const fieldOf = (row, name) => row.querySelector(`[name$="-${name}"]`);
const isNew = (row) => !/^\d+$/.test(fieldOf(row, "row")?.value ?? "");

/** Returns the addresses that a text is made of, one a line; none where it is anything else. */
function addressesIn(text) {
  const lines = text.split(/\s+/).filter(Boolean);
  return lines.length && lines.every((line) => /^https?:\/\/[^\s/]+\S*$/i.test(line)) ? lines.slice(0, MOST) : [];
}

function tell(row, words, isWrong = false) {
  let told = row.querySelector(".source-told");
  if (!told) {
    told = document.createElement("p");
    told.className = "note source-told";
    told.id = `told-${freshUid()}`;
    fieldOf(row, "url").closest(".part").append(told);
    fieldOf(row, "url").setAttribute("aria-describedby", told.id);
  }
  told.classList.toggle("wrong-words", isWrong);
  told.textContent = words;
  say(words);
}

function fill(row, answer) {
  const url = fieldOf(row, "url");
  url.value = answer.url;
  const known = answer.article ?? { outlet_name: answer.outlet };
  for (const name of FILLED) {
    const field = fieldOf(row, name);
    if (answer.article || !field.value.trim()) field.value = known[name] ?? "";
  }
  if (answer.article) fieldOf(row, "paywalled").checked = answer.article.paywalled;
  url.dispatchEvent(new Event("input", { bubbles: true }));
  row.querySelector(".name").textContent = answer.article ? answer.article.title : "New source";
  if (answer.article) return tell(row, `This article is kept already: it comes from ${answer.outlet}. Nothing more is needed.`);
  const whose = answer.outlet ? `This is an address of ${answer.outlet}.` : "No outlet of the list is at this address: say which it is.";
  tell(row, `${whose} The page itself is not opened: say its title and its date.`);
}

async function look(row) {
  const url = fieldOf(row, "url");
  const wanted = url.value.trim();
  if (!address || !isNew(row) || asked.get(row) === wanted || !/^https?:\/\/./i.test(wanted)) return;
  asked.set(row, wanted);
  try {
    const said = await lookUp(address, { url: wanted });
    if (url.value.trim() !== wanted) return;
    asked.set(row, said.url);
    fill(row, said);
  } catch (error) {
    asked.delete(row);
    tell(row, `${error.message} Type what you know.`, true);
  }
}

function holding(url) {
  return [...part.querySelectorAll(".row-list > [data-row]:not(.gone)")].find((row) => fieldOf(row, "url").value.trim() === url);
}

async function add(addresses, into) {
  let row = into;
  for (const url of addresses) {
    if (holding(url)) {
      say(`${url} stands in the list already.`);
      continue;
    }
    if (!row) {
      part.querySelector("[data-add]").click();
      row = [...part.querySelectorAll(".row-list > [data-row]")].at(-1);
    }
    fieldOf(row, "url").value = url;
    await look(row);
    row = null;
  }
  const open = [...part.querySelectorAll(".row-list > [data-row]:not(.gone)")].find((each) => isNew(each) && !fieldOf(each, "title").value);
  if (open) fieldOf(open, "title").focus();
}

if (part && address) {
  // An address pasted anywhere in the part, also where no field has the focus, adds a source.
  document.addEventListener("paste", (event) => {
    // Where nothing can be typed the browser tells the page of it, not the button that has the focus.
    const target = event.target.closest?.("input, textarea, select") ?? document.activeElement;
    if (!part.contains(target) || event.defaultPrevented) return;
    const addresses = addressesIn(event.clipboardData.getData("text/plain"));
    if (!addresses.length) return;
    const row = target.closest("[data-row]");
    const isUrl = row && target === fieldOf(row, "url");
    if (!isUrl && target.matches("input, textarea, select")) return;
    if (isUrl && (!isNew(row) || target.readOnly)) return;
    event.preventDefault();
    add(addresses, isUrl ? row : null);
  });
  part.addEventListener("focusout", ({ target }) => {
    const row = target.closest("[data-row]");
    if (row && target === fieldOf(row, "url")) look(row);
  });
}
