// Changes a text field as if somebody had typed, so that the browser's own undo takes it back.

/**
 * Puts `text` in the place of what stands from `start` to `end`, and selects `select` (two places within `text`) or
 * sets the cursor behind it.
 */
export function replaceRange(field, text, start, end, select = null) {
  field.focus();
  field.setSelectionRange(start, end);
  const isDone = text ? document.execCommand("insertText", false, text) : start === end || document.execCommand("delete");
  if (!isDone) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (select) field.setSelectionRange(start + select[0], start + select[1]);
}

const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))([ \t]+)(.*)$/;
const RULE = /^\s*([-*])[ \t]*(?:\1[ \t]*){2,}$/;
const FENCE = /^ {0,3}(?:```|~~~)/gm;

/**
 * Breaks the line of a list so that the next item begins, or, in an item without words, ends the list. Returns false
 * where the cursor stands in no list, and changes nothing there.
 */
export function continueList(field) {
  const { value, selectionStart: start, selectionEnd: end } = field;
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const [line] = value.slice(from).split("\n", 1);
  const [, indent, bullet, number, sign, space, words] = line.match(ITEM) ?? [];
  if (space === undefined || start < from + line.length - words.length || RULE.test(line)) return false;
  const above = value.slice(0, from);
  if ((above.match(FENCE)?.length ?? 0) % 2) return false;
  if (words.trim()) replaceRange(field, `\n${indent}${bullet ?? `${Number(number) + 1}${sign}`}${space}`, start, end);
  // Words right under an item are read as a part of it.
  else replaceRange(field, above.trim() && !above.endsWith("\n\n") ? "\n" : "", from, Math.max(end, from + line.length));
  return true;
}

/** Returns where the lines begin and end that a selection touches. */
export function selectedLines(field) {
  const { value, selectionStart, selectionEnd } = field;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
  const end = value.indexOf("\n", last);
  return [start, end < 0 ? value.length : end];
}

/** Returns the words by which a field is labelled, with those of the row that it stands in. */
export function fieldLabel(field) {
  const group = document.getElementById(field.closest("[role=group][aria-labelledby]")?.getAttribute("aria-labelledby") ?? "");
  const words = [field.labels?.[0], group].map((each) => each?.textContent.trim()).filter(Boolean);
  return words.join(", ") || "the text";
}

// There before anything is said in it, or nobody would hear the first words.
const liveRegion = document.createElement("p");
liveRegion.className = "visually-hidden";
liveRegion.setAttribute("role", "status");
document.body.append(liveRegion);

/** Announces a text to people who hear the page. */
export function announce(text) {
  liveRegion.textContent = text;
}
