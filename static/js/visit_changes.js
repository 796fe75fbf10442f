// Lists what changed in the story since a visit, and marks where.

const SKIPPED = "sup, button:not(.claimed), .visually-hidden, .articles, .anchor, .small, .correction";
const INVISIBLE = /[\s\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]/;
const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, pre, td, th, .prose";
const story = document.querySelector("[data-edition]");
const line = document.querySelector(".since-visit");

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

// Replaces the line with the changes `since` a visit on `day`. `isMarked` says whether the reader wants marks in the text.
export function listChanges(since, day, isMarked, toggleMarks) {
  const message = make("span", "strong", since.said.replace("{day}", day));
  const summary = make("summary", "fold", message, make("span", "strong marked", since.corrections));
  const buttons = make("p", "link-row");
  const toggle = makeButton("", () => {
    toggleMarks();
    show();
  });
  function show() {
    const hasMarks = isMarked();
    const blocks = hasMarks ? since.places.flatMap(markPlace) : [];
    let current = -1;
    const next = makeButton(line.dataset.nextLabel, () => {
      current = (current + 1) % blocks.length;
      buttons.classList.add("is-floating");
      blocks[current].tabIndex = -1;
      blocks[current].scrollIntoView({ block: "center" });
      blocks[current].focus({ preventScroll: true });
    });
    if (!hasMarks) {
      removeMarks();
      buttons.classList.remove("is-floating");
    }
    toggle.textContent = hasMarks ? line.dataset.unmarkLabel : line.dataset.markLabel;
    buttons.replaceChildren(...(hasMarks ? [next] : []), toggle);
  }
  show();
  line.lastElementChild.replaceWith(make("details", "", summary, makeList(since.list), buttons));
  line.classList.add("has-changes");
}
