// Writes into a field as if somebody had typed it: undo takes it back, and every other script hears of it.

/** Replaces what stands from `start` to `end` of a field by `words`, in one step of undo. */
export function replaceText(field, start, end, words) {
  field.focus();
  field.setSelectionRange(start, end);
  // The one way of writing that the browser's own undo knows; where it is gone the words are written all the same.
  const isDone = document.execCommand(words ? "insertText" : "delete", false, words);
  if (isDone) return;
  field.setRangeText(words, start, end, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText", data: words }));
}
