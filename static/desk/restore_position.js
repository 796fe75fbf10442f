// After a save the page stands where it stood, with the cursor where it was, and what became of the save is said in sight.

import { fieldOf, form, placeOf } from "./draft_form.js";

const KEPT = "desk-place";
const LATEST = 60_000; // milliseconds after which a save has not led here

/** Remembers where somebody is when the form goes to the server. */
function remember() {
  const field = document.activeElement;
  const isIn = field && form.contains(field) && field.matches("textarea, input:not([type=hidden])");
  const here = isIn && {
    named: placeOf(field),
    top: field.getBoundingClientRect().top,
    inner: field.scrollTop,
    from: field.selectionStart,
    to: field.selectionEnd,
  };
  sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), scrolled: scrollY, ...here }));
}

/** Goes back there once, where all went well: what has to be read stands at the top. */
function goBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  const told = [...document.querySelectorAll(".messagelist > li")];
  const isRead = told.length === 1 && told[0].classList.contains("success");
  if (!kept || !isRead || Date.now() - kept.at > LATEST || document.querySelector("#conflict, #problems")) return;
  const field = kept.named ? fieldOf(kept.named) : null;
  if (field?.focus) {
    field.focus({ preventScroll: true });
    if (typeof kept.from === "number") field.setSelectionRange(kept.from, kept.to);
    field.scrollTop = kept.inner;
    scrollBy({ top: field.getBoundingClientRect().top - kept.top, behavior: "instant" });
  } else scrollTo({ top: kept.scrolled, behavior: "instant" });
  const foot = document.querySelector("[data-unsaved]");
  if (foot && told[0].getBoundingClientRect().bottom < 0) foot.textContent = "Saved.";
}

if (form) {
  form.addEventListener("submit", (event) => {
    const { submitter } = event;
    if (event.defaultPrevented || submitter?.formTarget || (submitter && submitter.value !== "save")) return;
    remember();
  });
  goBack();
}
