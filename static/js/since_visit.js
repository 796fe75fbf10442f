// Lists what changed in the story since this browser last showed it, and marks where. Only the browser remembers which
// edition that was. It requests the changes by the number of that edition, which is the same for all its readers.

const UNMARKED = "changes-unmarked";
const SKIPPED = "sup, button, .visually-hidden, .articles, .anchor, .small, .correction";
const INVISIBLE = /[\s\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]/;
const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, pre, td, th, .prose";
const story = document.querySelector("[data-edition]");
const line = document.querySelector(".since-visit");

function getStores() {
  try {
    return [localStorage, sessionStorage];
  } catch {
    return [];
  }
}

function readItem(store, key) {
  try {
    return JSON.parse(store.getItem(key));
  } catch {
    return null;
  }
}

function writeItem(store, key, value) {
  try {
    store.setItem(key, JSON.stringify(value));
  } catch {
    // The store is full: the next visit counts as the first.
  }
}

// Returns “at 14:03” for a time of today, “on Tuesday” for a day of the last week, and otherwise “on” with the date as the
// page formats it.
function formatVisit(value) {
  const then = new Date(value);
  const now = new Date();
  const isToday = then.toDateString() === now.toDateString();
  let format = { day: "numeric", month: "long" };
  if (isToday) {
    format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  } else if (now - then < 144 * 36e5) {
    format = { weekday: "long" };
  } else if (then.getFullYear() !== now.getFullYear()) {
    format.year = "numeric";
  }
  const { lang } = document.documentElement;
  const locale = lang === "en" ? "en-GB" : lang;
  const words = then.toLocaleString(locale, { calendar: "gregory", numberingSystem: "latn", ...format });
  const { dayLabel, timeLabel } = line.dataset;
  return isToday ? timeLabel.replace("{time}", words) : dayLabel.replace("{day}", words);
}

function showNothingNew(visit) {
  line.querySelector("a").textContent = line.dataset.noneLabel.replace("{day}", formatVisit(visit.on));
}

// Returns the text of a part without invisible characters, and the position of each of its characters.
function readText(part) {
  const positions = [];
  let text = "";
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.closest(SKIPPED)) {
      for (let offset = 0; offset < node.data.length; offset += 1) {
        if (!INVISIBLE.test(node.data[offset])) {
          text += node.data[offset];
          positions.push([node, offset]);
        }
      }
    }
  }
  return [text, positions];
}

function removeInvisible(text) {
  return [...text].filter((character) => !INVISIBLE.test(character)).join("");
}

function findWords(text, before, words, start) {
  const index = text.indexOf(before + words, start);
  return index < 0 ? text.indexOf(words, start) : index + before.length;
}

function wrapInMarks(positions) {
  const marks = [];
  for (let end = positions.length; end > 0; ) {
    let begin = end - 1;
    while (begin > 0 && positions[begin - 1][0] === positions[end - 1][0]) {
      begin -= 1;
    }
    const range = document.createRange();
    range.setStart(...positions[begin]);
    range.setEnd(positions[end - 1][0], positions[end - 1][1] + 1);
    marks.unshift(document.createElement("mark"));
    range.surroundContents(marks[0]);
    end = begin;
  }
  marks[0].prepend(make("span", "visually-hidden", `${line.dataset.newLabel} `));
  return marks;
}

// Marks the new words of one part, or its heading if all of it is new, and returns the blocks that the button leads to.
function markPlace({ at, words, is_new: isNew }) {
  const part = document.getElementById(at);
  if (!part) {
    return [];
  }
  const [text, positions] = readText(part);
  const heading = isNew && part.querySelector("h2");
  if (heading) {
    wrapInMarks(readText(heading)[1]);
  }
  const ranges = [];
  let start = 0;
  for (const [before, added] of words) {
    const visible = removeInvisible(added);
    const begin = findWords(text, removeInvisible(before), visible, start);
    if (visible && begin >= 0) {
      start = begin + visible.length;
      ranges.unshift(positions.slice(begin, start));
    }
  }
  const blocks = ranges.map((range) => wrapInMarks(range)[0].closest(BLOCKS) ?? part).reverse();
  const changed = blocks.length ? [...new Set(blocks)] : [part.querySelector(".double-rule, .prose, ul, ol") ?? part];
  for (const block of changed) {
    block.classList.add("changed");
  }
  return changed;
}

function removeMarks() {
  for (const mark of story.querySelectorAll("mark")) {
    const parent = mark.parentNode;
    mark.querySelector(".visually-hidden")?.remove();
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
  for (const block of story.querySelectorAll(".changed")) {
    block.classList.remove("changed");
  }
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

function makeButton(label, onClick) {
  const button = make("button", "", label);
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}

// Returns the list of the changes. A correction leads to its note in the text, if that is on the page.
function makeList(html) {
  const { content } = Object.assign(document.createElement("template"), { innerHTML: html });
  for (const link of content.querySelectorAll("a")) {
    const ids = [link.dataset.correction, link.getAttribute("href").slice(1), "changes"];
    link.setAttribute("href", `#${ids.find((id) => document.getElementById(id))}`);
  }
  return content;
}

async function showChanges(visit, local) {
  const response = await fetch(`${line.dataset.changesAddress}?from=${visit.edition}`, { credentials: "omit" });
  const since = response.ok ? await response.json() : { changes: [] };
  if (!since.changes.length) {
    showNothingNew(visit);
    return;
  }
  const message = make("span", "strong", since.said.replace("{day}", formatVisit(visit.on)));
  const summary = make("summary", "fold", message, make("span", "strong marked", since.corrections));
  const buttons = make("p", "link-row");
  const toggle = makeButton("", () => {
    writeItem(local, UNMARKED, !readItem(local, UNMARKED));
    show();
  });
  function show() {
    const isMarked = !readItem(local, UNMARKED);
    const blocks = isMarked ? since.places.flatMap(markPlace) : [];
    let current = -1;
    const next = makeButton(line.dataset.nextLabel, () => {
      current = (current + 1) % blocks.length;
      buttons.classList.add("is-floating");
      blocks[current].tabIndex = -1;
      blocks[current].scrollIntoView({ block: "center" });
      blocks[current].focus({ preventScroll: true });
    });
    if (!isMarked) {
      removeMarks();
      buttons.classList.remove("is-floating");
    }
    toggle.textContent = isMarked ? line.dataset.unmarkLabel : line.dataset.markLabel;
    buttons.replaceChildren(...(isMarked ? [next] : []), toggle);
  }
  show();
  line.lastElementChild.replaceWith(make("details", "", summary, makeList(since.list), buttons));
  line.classList.add("has-changes");
}

const [local, session] = getStores();
if (story && local) {
  const edition = Number(story.dataset.edition);
  const key = `read-${story.dataset.work}`;
  // A page that is reloaded still shows what was new when it was opened.
  const visit = readItem(session, key) ?? readItem(local, key);
  writeItem(local, key, { edition, on: new Date(), path: location.pathname, updated: Number(story.dataset.updated) });
  if (line && visit?.edition === edition) {
    showNothingNew(visit);
  } else if (line && visit?.edition < edition) {
    writeItem(session, key, visit);
    showChanges(visit, local).catch(() => {}); // There is no connection: the page stays as it is.
  }
}
