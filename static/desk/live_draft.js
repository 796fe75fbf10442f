// Asks the server what the page and its findings would be with what stands in the form now. Nothing of it is kept.
// One request at a time, a moment after the last key; who shows the answer listens to `desk:live-preview` and
// `desk:live-preview-failed`. While somebody types in a field the server is told what is shown already, and adds nothing
// to it: that waits until they leave the field.

import { form, formValues, post, RequestError } from "./draft_form.js";

const place = document.querySelector("[data-live-address]");
const delay = Number(place?.dataset.liveDelay ?? 700);
let timer = 0;
let isAsking = false;
let asksAgain = false;
let typedIn = null;

const dispatch = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

/** Asks now, or as soon as the answer under way is there. */
async function refresh() {
  clearTimeout(timer);
  asksAgain = isAsking;
  if (isAsking || !place || !form) return;
  isAsking = true;
  // The page is made only where it is looked at.
  const more = document.querySelector("[data-preview-pane]:not([hidden])") ? [["_page", "on"]] : [];
  if (typedIn) {
    more.push(["_typing", "on"]);
    for (const finding of document.querySelectorAll("[data-findings] [data-finding-key]")) more.push(["_shown", finding.dataset.findingKey]);
  }
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

form?.addEventListener("input", ({ target }) => {
  const isTyped = target.matches("textarea, input:not([type=checkbox], [type=radio])");
  if (isTyped && target === document.activeElement) typedIn = target;
  refreshSoon();
});
form?.addEventListener("focusout", ({ target }) => {
  if (target !== typedIn) return;
  typedIn = null;
  refresh();
});
form?.addEventListener("change", refreshSoon);
form?.addEventListener("rows:changed", () => form.dataset.isEdited && refreshSoon());
document.addEventListener("desk:refresh", refresh);
// What was sent and not saved stands in the form: what was made on the server is of what was saved.
if (document.querySelector("#conflict, #problems")) refreshSoon();
