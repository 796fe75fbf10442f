// The toolbar of a Markdown field and its keys: it stands at the field in which somebody writes, one stop for Tab and
// arrows within, after the toolbar pattern of the ARIA Authoring Practices Guide. Pasting is made clean here too.

import { whenReleased } from "./pointer.js";
import { areShortcutsOn } from "./shortcuts.js";
import { convertHtml, parseAddress } from "./html_to_markdown.js";
import { stripTracking, stripTrackingFromText } from "./tracking.js";
import { continueList, fieldLabel, replaceRange, selectedLines } from "./typing.js";

const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
const WITH = isMac ? "Cmd" : "Ctrl";

function toggleMark(field, mark, example) {
  const { value, selectionStart: start, selectionEnd: end } = field;
  const words = value.slice(start, end);
  const length = mark.length;
  const isMarked = (before, after) => before.endsWith(mark) && after.startsWith(mark) && (length > 1 || !/(^|[^*])\*\*$/.test(before));
  if (isMarked(value.slice(0, start), value.slice(end)))
    return replaceRange(field, words, start - length, end + length, [0, words.length]);
  if (words.length > 2 * length && isMarked(words.slice(0, length), words.slice(-length)))
    return replaceRange(field, words.slice(length, -length), start, end, [0, words.length - 2 * length]);
  const [, lead, core, trail] = words.match(/^(\s*)(.*?)(\s*)$/s);
  const inner = core || example;
  const from = lead.length + length;
  replaceRange(field, lead + mark + inner + mark + trail, start, end, [from, from + inner.length]);
}

function insertLink(field) {
  const { value, selectionStart: start, selectionEnd: end } = field;
  const words = value.slice(start, end);
  const address = parseAddress(words);
  if (address) return replaceRange(field, `[words](${address})`, start, end, [1, 6]);
  const inner = words || "words";
  // What is selected next is what is missing: the words, or the address.
  const at = inner.length + 3;
  replaceRange(field, `[${inner}](https://)`, start, end, words ? [at, at + 8] : [1, 6]);
}

const LIST = /^\s*[-*+]\s+/;
const NUMBERS = /^\s*\d+[.)]\s+/;
const HEADING = /^#{1,6}\s+/;
// Another kind of list or heading is replaced; what is quoted may be a list.
const ANY_MARK = /^(?:\s*(?:[-*+]|\d+[.)])\s+|#{1,6}\s+)/;
const TABLE = "Table: Title\n\n| Column | Column |\n| --- | --- |\n| words | words |\n\nSource: Name";

function insertTable(field) {
  const { value, selectionEnd: end } = field;
  const [before, after] = [value.slice(0, end), value.slice(end)];
  const above = !before.trim() || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = !after.trim() || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const from = above.length + "Table: ".length;
  replaceRange(field, above + TABLE + below, end, end, [from, from + "Title".length]);
}

/** Marks the lines of a selection, or takes the marks away. `sign` is a text, or a function of the number of the line. */
function toggleLinePrefix(field, sign, isSigned) {
  const signOf = typeof sign === "function" ? sign : () => sign;
  const [start, end] = selectedLines(field);
  const lines = field.value.slice(start, end).split("\n");
  const takesAway = lines.every((line) => !line.trim() || isSigned.test(line)) && lines.some((line) => line.trim());
  let number = 0;
  const mark = (line) => (line.trim() || lines.length === 1 ? signOf(++number) + (sign === "> " ? line : line.replace(ANY_MARK, "")) : line);
  const text = lines.map((line) => (takesAway ? line.replace(isSigned, "") : mark(line))).join("\n");
  // A list or a quote right under a paragraph is read as a part of it.
  const above = field.value.slice(0, start);
  const parts = !takesAway && above.trim() && !above.endsWith("\n\n") && !isSigned.test(above.slice(above.lastIndexOf("\n", above.length - 2) + 1));
  const whole = (parts ? "\n" : "") + text;
  const at = lines.length === 1 ? whole.length : parts ? 1 : 0;
  replaceRange(field, whole, start, end, [at, whole.length]);
}

/** Asks for an autocomplete list: the field gets a `desk:autocomplete` event with the command of the list. */
function requestAutocomplete(field, command) {
  field.focus();
  field.dispatchEvent(new CustomEvent("desk:autocomplete", { bubbles: true, detail: command }));
}

const TOOLS = [
  { name: "Bold", key: "b", act: (field) => toggleMark(field, "**", "bold") },
  { name: "Italic", key: "i", act: (field) => toggleMark(field, "*", "italic") },
  { name: "Heading", act: (field) => toggleLinePrefix(field, "### ", HEADING) },
  { name: "Link", key: "k", act: insertLink },
  { name: "List", act: (field) => toggleLinePrefix(field, "- ", LIST) },
  { name: "Numbered list", act: (field) => toggleLinePrefix(field, (number) => `${number}. `, NUMBERS) },
  { name: "Quote", act: (field) => toggleLinePrefix(field, "> ", /^> ?/) },
  { name: "Table", act: insertTable },
  {
    name: "Picture",
    act: (field) => field.dispatchEvent(new CustomEvent("desk:choose-pictures", { bubbles: true })),
    needs: () => document.querySelector("script[data-choose-address]") && document.querySelector('[data-rows="pictures"]'),
  },
  { name: "Cite", typed: "[@", act: (field) => requestAutocomplete(field, "cite"), needs: () => document.querySelector('[data-rows="citations"]') },
  {
    name: "Link to page",
    typed: "[[",
    act: (field) => requestAutocomplete(field, "link"),
    needs: () => document.querySelector("[data-link-suggestions-address]"),
  },
  {
    name: "Add as a forecast",
    act: (field) => field.dispatchEvent(new CustomEvent("desk:add-forecast", { bubbles: true })),
    needs: (field) => field.closest('[data-rows="passages"]') && document.querySelector('[data-rows="forecasts"]'),
  },
  {
    name: "Comment",
    act: () => document.dispatchEvent(new CustomEvent("desk:start-comment")),
    needs: () => document.querySelector("[name=comment-text]"),
  },
];

function toolbarOf(field) {
  const bar = document.createElement("div");
  bar.className = "toolbar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", `Formatting: ${fieldLabel(field)}`);
  bar.setAttribute("aria-controls", field.id);
  const shown = TOOLS.filter((tool) => !tool.needs || tool.needs(field));
  for (const [at, tool] of shown.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = at ? -1 : 0;
    button.textContent = tool.name;
    button.tool = tool;
    if (tool.typed) {
      const typed = document.createElement("kbd");
      typed.textContent = tool.typed;
      typed.setAttribute("aria-hidden", "true");
      button.append(" ", typed);
    }
    if (tool.key) {
      button.title = `${WITH}+${tool.key.toUpperCase()}`;
      button.setAttribute("aria-keyshortcuts", `${isMac ? "Meta" : "Control"}+${tool.key.toUpperCase()}`);
    }
    bar.append(button);
  }
  return bar;
}

const editorOf = (target) => target?.closest?.(".markdownx");
const textareaOf = (box) => box.querySelector("textarea");
let shown = null;

function show(box) {
  if (box === shown) return;
  const field = textareaOf(box);
  const before = field.getBoundingClientRect().top;
  shown?.querySelector(".toolbar")?.remove();
  shown = box;
  field.before(toolbarOf(field));
  // The line under the cursor stays where it is: what stands above it moves instead.
  const moved = field.getBoundingClientRect().top - before;
  if (moved && document.activeElement === field) scrollBy({ top: moved, behavior: "instant" });
}

document.addEventListener("focusin", ({ target }) => {
  const box = editorOf(target);
  if (box && target === textareaOf(box)) whenReleased(() => document.activeElement === target && show(box));
  // Arrows go on from where Tab came in.
  if (target.tool) for (const button of target.parentElement.children) button.tabIndex = button === target ? 0 : -1;
});

document.addEventListener("pointerdown", (event) => {
  // The selection stays in the field, also where a press of a button would take it.
  if (event.target.closest?.(".toolbar button")) event.preventDefault();
});
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.(".toolbar button")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".toolbar button");
  if (button?.tool) button.tool.act(textareaOf(editorOf(button)));
});

function walk(event) {
  const buttons = [...event.target.closest(".toolbar").children];
  const at = buttons.indexOf(event.target);
  const forward = getComputedStyle(event.target).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const to = { [forward]: at + 1, [back]: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to !== undefined) {
    buttons[(to + buttons.length) % buttons.length].focus();
    event.preventDefault();
  } else if (event.key === "Escape") {
    textareaOf(editorOf(event.target)).focus();
    event.preventDefault();
  }
}

let isPlain = false;
let isShifted = false;
document.addEventListener("keydown", (event) => {
  isShifted = event.shiftKey;
  if (event.target.tool) return walk(event);
  const box = editorOf(event.target);
  if (!box || event.target !== textareaOf(box)) return;
  const isWith = (isMac ? event.metaKey : event.ctrlKey) && !event.altKey;
  isPlain = isWith && event.shiftKey && event.key.toLowerCase() === "v";
  const tool = isWith && !event.shiftKey && TOOLS.find(({ key }) => key && key === event.key.toLowerCase());
  if (!tool || event.defaultPrevented || !areShortcutsOn("writing")) return;
  event.preventDefault();
  tool.act(event.target);
});

// Not the key: on a phone a line is broken without one that has a name.
document.addEventListener("beforeinput", (event) => {
  const box = editorOf(event.target);
  if (!box || event.target !== textareaOf(box) || event.inputType !== "insertLineBreak") return;
  if (event.isComposing || isShifted || !event.cancelable || event.defaultPrevented) return;
  if (continueList(event.target)) event.preventDefault();
});

function pasteText(field, text) {
  const { value, selectionStart: start, selectionEnd: end } = field;
  const before = value.slice(0, start);
  const after = value.slice(end);
  const isBlock = text.includes("\n\n") || /^(?:#{2,4} |[-*] |\d+\. |> |\| |```)/.test(text);
  const above = isBlock && before.trim() && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
  const below = isBlock && after.trim() && !after.startsWith("\n\n") ? (after.startsWith("\n") ? "\n" : "\n\n") : "";
  replaceRange(field, (isBlock ? above : "") + text + below, start, end);
}

document.addEventListener("paste", (event) => {
  const box = editorOf(event.target);
  const field = box && textareaOf(box);
  if (!field || event.target !== field || event.defaultPrevented) return;
  const asPlain = isPlain;
  isPlain = false;
  if (asPlain || field.readOnly) return;
  const plain = event.clipboardData.getData("text/plain");
  const { value, selectionStart: start, selectionEnd: end } = field;
  const words = value.slice(start, end);
  const address = parseAddress(plain);
  if (address) {
    const isPlace = /\]\($|<$/.test(value.slice(0, start)) || parseAddress(words) || /^https?:\/\/$/.test(words);
    event.preventDefault();
    const isLink = words.trim() && !words.includes("\n") && !isPlace;
    replaceRange(field, isLink ? `[${words}](${address})` : isPlace ? address : stripTracking(plain.trim()), start, end);
    return;
  }
  const html = event.clipboardData.getData("text/html");
  const text = html && convertHtml(html);
  const clean = stripTrackingFromText(plain);
  if (!text && clean === plain) return;
  event.preventDefault();
  if (text) pasteText(field, text);
  else replaceRange(field, clean, start, end);
});
