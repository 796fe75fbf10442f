// Asks the server what the page and its findings would be with what stands in the form now. Nothing of it is kept.
// One request at a time, a moment after the last key; who shows the answer listens to `desk:live-preview` and
// `desk:live-preview-failed`. A field is checked once it is left: while somebody types nothing is added to what is shown
// already, and to the field in use nothing at all. A form that was never saved is checked field by field.

import { form, formValues, post, RequestError } from "./draft_form.js";

const place = document.querySelector("[data-live-address]");
const delay = Number(place?.dataset.liveDelay ?? 700);
let timer = 0;
let isAsking = false;
let asksAgain = false;
let typedIn = null;
let completedInUse = null; // pasted into or filled in, and not typed in since
let inUse = "";

const LEAVE_DELAY = 300; // milliseconds
const COMPLETE_DELAY = 3000; // milliseconds after which a field counts as left that was pasted into or filled in
const REPLACING = new Set([undefined, "", "insertFromPaste", "insertFromDrop", "insertReplacementText"]);
const section = document.querySelector("[data-findings]")?.closest("section");
const left = new Set();
let completing = 0;
let pastedAt = -1;

const isText = (field) => field.matches?.("textarea, input:not([type=checkbox], [type=radio], [type=hidden])");

const dispatch = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

/** Asks now, or as soon as the answer under way is there. */
async function refresh() {
  clearTimeout(timer);
  asksAgain = isAsking;
  if (isAsking || !place || !form) return;
  isAsking = true;
  // The page is made only where it is looked at.
  const more = document.querySelector("[data-preview-pane]:not([hidden])") ? [["_page", "on"]] : [];
  const field = document.activeElement;
  inUse = field !== completedInUse && field?.form === form ? (field.name ?? "") : "";
  more.push(["_in_use", inUse]);
  if (typedIn) more.push(["_typing", "on"]);
  if (section && "partial" in section.dataset) for (const name of ["", ...left]) more.push(["_left", name]);
  for (const finding of document.querySelectorAll("[data-findings] [data-finding-key]")) more.push(["_shown", finding.dataset.findingKey]);
  try {
    const sent = formValues();
    dispatch("desk:live-preview", { ...(await post(place.dataset.liveAddress, [...sent, ...more])), sent: new Map(sent) });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    dispatch("desk:live-preview-failed", error);
  } finally {
    isAsking = false;
    if (asksAgain) refresh();
  }
}

function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, delay);
}

/** Counts a field as left, but in a row only if something stands in the row. Returns whether it was counted anew. */
function complete(field) {
  const row = field.closest("[data-row]");
  const isBlank = row && ![...row.querySelectorAll("input, textarea")].some((each) => isText(each) && each.value.trim());
  if (isBlank || left.has(field.name)) return false;
  left.add(field.name);
  return true;
}

form?.addEventListener("paste", ({ timeStamp }) => (pastedAt = timeStamp), true);
form?.addEventListener("input", ({ target, inputType, timeStamp }) => {
  if (isText(target) && target === document.activeElement) {
    typedIn = target;
    completedInUse = null;
    clearTimeout(completing);
    // A pasted text is cleaned first, so its event may look like that of a key.
    if (REPLACING.has(inputType) || timeStamp - pastedAt < 200)
      completing = setTimeout(() => {
        typedIn = null;
        completedInUse = target;
        complete(target);
        refresh();
      }, COMPLETE_DELAY);
  }
  refreshSoon();
});
form?.addEventListener("focusout", ({ target }) => {
  if (!target.name) return;
  clearTimeout(completing);
  const isDue = complete(target) || target === typedIn || target.name === inUse;
  if (target === typedIn) typedIn = null;
  // The next field has the focus only after this event, and a press on a button has to end before a dialog may open.
  if (isDue) setTimeout(refresh, LEAVE_DELAY);
});
form?.addEventListener("change", refreshSoon);
form?.addEventListener("rows:changed", () => form.dataset.isEdited && refreshSoon());
document.addEventListener("desk:refresh", refresh);
// What was sent and not saved stands in the form: what was made on the server is of what was saved.
if (document.querySelector("#conflict, #problems")) refreshSoon();
