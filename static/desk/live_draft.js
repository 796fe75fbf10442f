// Asks the server what the page and its findings would be with what stands in the form now. Nothing of it is kept.
// One request at a time, a moment after the last key; who shows the answer listens to `desk:live` and `desk:live-failed`.
// While somebody types in a field the server is told what is shown already, and adds nothing to it: that waits until they
// leave the field.

import { content, form, post, Unanswered } from "./draft_form.js";

const place = document.querySelector("[data-live-address]");
const wait = Number(place?.dataset.liveWait ?? 700);
let timer = 0;
let isAsking = false;
let asksAgain = false;
let typedIn = null;

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

/** Asks now, or as soon as the answer under way is there. */
async function look() {
  clearTimeout(timer);
  asksAgain = isAsking;
  if (isAsking || !place || !form) return;
  isAsking = true;
  // The page is made only where it is looked at.
  const more = document.querySelector("[data-pane]:not([hidden])") ? [["_page", "on"]] : [];
  if (typedIn) {
    more.push(["_typing", "on"]);
    for (const finding of document.querySelectorAll("[data-findings] [data-key]")) more.push(["_shown", finding.dataset.key]);
  }
  try {
    const sent = content();
    tell("desk:live", { ...(await post(place.dataset.liveAddress, [...sent, ...more])), sent: new Map(sent) });
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    tell("desk:live-failed", error);
  } finally {
    isAsking = false;
    if (asksAgain) look();
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

form?.addEventListener("input", ({ target }) => {
  const isTyped = target.matches("textarea, input:not([type=checkbox], [type=radio])");
  if (isTyped && target === document.activeElement) typedIn = target;
  soon();
});
form?.addEventListener("focusout", ({ target }) => {
  if (target !== typedIn) return;
  typedIn = null;
  look();
});
form?.addEventListener("change", soon);
form?.addEventListener("rows:changed", () => form.dataset.began && soon());
document.addEventListener("desk:look", look);
// What was sent and not saved stands in the form: what was made on the server is of what was saved.
if (document.querySelector("#conflict, #problems")) soon();
