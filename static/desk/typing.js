// Changes a text field as if somebody had typed, so that the browser's own undo takes it back.

/**
 * Puts `text` in the place of what stands from `start` to `end`, and selects `select` (two places within `text`) or
 * sets the cursor behind it.
 */
export function put(field, text, start, end, select = null) {
  field.focus();
  field.setSelectionRange(start, end);
  const isDone = text ? document.execCommand("insertText", false, text) : start === end || document.execCommand("delete");
  if (!isDone) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (select) field.setSelectionRange(start + select[0], start + select[1]);
}

/** Returns where the lines begin and end that a selection touches. */
export function linesOf(field) {
  const { value, selectionStart, selectionEnd } = field;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
  const end = value.indexOf("\n", last);
  return [start, end < 0 ? value.length : end];
}

/** Returns the words by which a field is labelled, with those of the row that it stands in. */
export function labelOf(field) {
  const group = document.getElementById(field.closest("[role=group][aria-labelledby]")?.getAttribute("aria-labelledby") ?? "");
  const words = [field.labels?.[0], group].map((each) => each?.textContent.trim()).filter(Boolean);
  return words.join(", ") || "the text";
}

// There before anything is said in it, or nobody would hear the first words.
const saying = document.createElement("p");
saying.className = "visually-hidden";
saying.setAttribute("role", "status");
document.body.append(saying);

/** Says something to who hears the page and does not see it. */
export function say(text) {
  saying.textContent = text;
}
