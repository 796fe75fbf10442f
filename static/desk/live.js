// Asks the server what the page and its findings would be with what stands in the form now. Nothing of it is kept.
// One request at a time, a moment after the last key; who shows the answer listens to `desk:live` and `desk:live-failed`.

import { content, form, post, Unanswered } from "./work.js";

const place = document.querySelector("[data-live-address]");
const wait = Number(place?.dataset.liveWait ?? 700);
let timer = 0;
let isAsking = false;
let asksAgain = false;

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

/** Asks now, or as soon as the answer under way is there. */
async function look() {
  clearTimeout(timer);
  asksAgain = isAsking;
  if (isAsking || !place || !form) return;
  isAsking = true;
  // The page is made only where it is looked at.
  const more = document.querySelector("[data-pane]:not([hidden])") ? [["_page", "on"]] : [];
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

form?.addEventListener("input", soon);
form?.addEventListener("change", soon);
form?.addEventListener("rows:changed", () => form.dataset.began && soon());
document.addEventListener("desk:look", look);
// What was sent and not saved stands in the form: what was made on the server is of what was saved.
if (document.querySelector("#conflict, #problems")) soon();
