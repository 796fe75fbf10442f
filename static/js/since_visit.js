// Says how often the story changed since this browser last showed it, and marks where. The browser alone remembers which
// edition that was; what it asks with is the number of the edition, the same for everybody who read that one.

const OFF = "changes-unmarked";
const UNSAID = "sup, button, .visually-hidden, .articles, .anchor, .small";
const UNSEEN = /[\s\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]/;
const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, pre, td, th, .prose";
const story = document.querySelector("[data-edition]");
const line = document.querySelector(".since-visit");

function stores() {
  try {
    return [localStorage, sessionStorage];
  } catch {
    return [];
  }
}

function recalled(store, key) {
  try {
    return JSON.parse(store.getItem(key));
  } catch {
    return null;
  }
}

function keep(store, key, value) {
  try {
    store.setItem(key, JSON.stringify(value));
  } catch {
    // It is full: the next visit is the first.
  }
}

// As the page prints days and times, save that a day of the last week goes by its name.
function named(day) {
  const then = new Date(day);
  const now = new Date();
  let shape = { day: "numeric", month: "long" };
  if (then.toDateString() === now.toDateString()) {
    shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  } else if (now - then < 144 * 36e5) {
    shape = { weekday: "long" };
  } else if (then.getFullYear() !== now.getFullYear()) {
    shape.year = "numeric";
  }
  const { lang } = document.documentElement;
  return then.toLocaleString(lang === "en" ? "en-GB" : lang, { calendar: "gregory", numberingSystem: "latn", ...shape });
}

function say(words, last) {
  line.firstElementChild.textContent = words.replace("{day}", named(last.on));
}

// What a part says, without its spaces, and where each of its characters stands.
function flattened(part) {
  const places = [];
  let said = "";
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.closest(UNSAID)) {
      for (let at = 0; at < node.data.length; at += 1) {
        if (!UNSEEN.test(node.data[at])) {
          said += node.data[at];
          places.push([node, at]);
        }
      }
    }
  }
  return [said, places];
}

function squeezed(text) {
  return [...text].filter((sign) => !UNSEEN.test(sign)).join("");
}

function found(said, before, words, from) {
  const at = said.indexOf(before + words, from);
  return at < 0 ? said.indexOf(words, from) : at + before.length;
}

function wash(places) {
  const marks = [];
  for (let end = places.length; end > 0; ) {
    let begin = end - 1;
    while (begin > 0 && places[begin - 1][0] === places[end - 1][0]) {
      begin -= 1;
    }
    const range = document.createRange();
    range.setStart(...places[begin]);
    range.setEnd(places[end - 1][0], places[end - 1][1] + 1);
    marks.unshift(document.createElement("mark"));
    range.surroundContents(marks[0]);
    end = begin;
  }
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.textContent = `${line.dataset.newLabel} `;
  marks[0].prepend(spoken);
  return marks;
}

// Marks one part, and returns the blocks that a reader is led to.
function marked({ at, words }) {
  const part = document.getElementById(at);
  if (!part) {
    return [];
  }
  const [said, places] = flattened(part);
  const stretches = [];
  let from = 0;
  for (const [before, fresh] of words) {
    const wanted = squeezed(fresh);
    const begin = found(said, squeezed(before), wanted, from);
    if (wanted && begin >= 0) {
      from = begin + wanted.length;
      stretches.unshift(places.slice(begin, from));
    }
  }
  const blocks = stretches.map((stretch) => wash(stretch)[0].closest(BLOCKS) ?? part).reverse();
  const changed = blocks.length ? [...new Set(blocks)] : [part.querySelector(".prose") ?? part.querySelector("ul, ol") ?? part];
  for (const block of changed) {
    block.classList.add("changed");
  }
  return changed;
}

function unmark() {
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

function button(words, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}

async function tell(last, lasting) {
  const [said, ways] = line.children;
  const plain = [said.innerHTML, [...ways.childNodes]];
  const answer = await fetch(`${line.dataset.changesAddress}?from=${last.edition}`, { credentials: "omit" });
  const since = answer.ok ? await answer.json() : { changes: [] };
  if (!since.changes.length) {
    say(line.dataset.noneLabel, last);
    return;
  }
  const stops = since.places.flatMap(marked);
  let here = -1;
  say(since.said, last);
  ways.replaceChildren(
    button(line.dataset.nextLabel, () => {
      here = (here + 1) % stops.length;
      line.classList.add("is-floating");
      stops[here].tabIndex = -1;
      stops[here].scrollIntoView({ block: "center" });
      stops[here].focus({ preventScroll: true });
    }),
    button(line.dataset.unmarkLabel, () => {
      keep(lasting, OFF, true);
      unmark();
      line.classList.remove("is-floating", "has-changes");
      [said.innerHTML] = plain;
      ways.replaceChildren(...plain[1]);
      offer(last, lasting);
    }),
  );
  line.classList.add("has-changes");
}

function offer(last, lasting) {
  const again = button(line.dataset.markLabel, () => {
    lasting.removeItem(OFF);
    again.remove();
    tell(last, lasting);
  });
  line.lastElementChild.append(again);
}

const [lasting, passing] = stores();
if (story && lasting) {
  const edition = Number(story.dataset.edition);
  const key = `read-${story.dataset.work}`;
  // A page that is loaded again still tells what was new when it was opened.
  const last = recalled(passing, key) ?? recalled(lasting, key);
  keep(lasting, key, { edition, on: new Date() });
  if (line && last?.edition === edition) {
    say(line.dataset.noneLabel, last);
  } else if (line && last?.edition < edition) {
    keep(passing, key, last);
    if (recalled(lasting, OFF)) {
      offer(last, lasting);
    } else {
      tell(last, lasting).catch(() => {}); // Out of reach: the page stands as it came.
    }
  }
}
