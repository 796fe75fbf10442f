// After a save the page stands where it stood, with the cursor where it was, and what became of the save is said in sight.

import { fieldAtPlace, form, placeOfField } from "./draft_form.js";

const POSITION = "desk-place";
const MAX_AGE = 60_000; // milliseconds after which a save has not led here

/** Saves where somebody is when the form is submitted. */
function savePosition() {
  const field = document.activeElement;
  const isIn = field && form.contains(field) && field.matches("textarea, input:not([type=hidden])");
  const here = isIn && {
    named: placeOfField(field),
    top: field.getBoundingClientRect().top,
    inner: field.scrollTop,
    from: field.selectionStart,
    to: field.selectionEnd,
  };
  sessionStorage.setItem(POSITION, JSON.stringify({ at: Date.now(), scrolled: scrollY, ...here }));
}

/** Restores that position once, if all went well: otherwise what has to be read stands at the top. */
function restorePosition() {
  const saved = JSON.parse(sessionStorage.getItem(POSITION) ?? "null");
  sessionStorage.removeItem(POSITION);
  const messages = [...document.querySelectorAll(".messagelist > li")];
  const isSuccess = messages.length === 1 && messages[0].classList.contains("success");
  if (!saved || !isSuccess || Date.now() - saved.at > MAX_AGE || document.querySelector("#conflict, #problems")) return;
  const field = saved.named ? fieldAtPlace(saved.named) : null;
  if (field?.focus) {
    field.focus({ preventScroll: true });
    if (typeof saved.from === "number") field.setSelectionRange(saved.from, saved.to);
    field.scrollTop = saved.inner;
    scrollBy({ top: field.getBoundingClientRect().top - saved.top, behavior: "instant" });
  } else scrollTo({ top: saved.scrolled, behavior: "instant" });
  const status = document.querySelector("[data-save-status]");
  if (!status || messages[0].getBoundingClientRect().bottom >= 0) return;
  status.textContent = "Saved.";
  status.classList.add("is-saved");
}

if (form) {
  form.addEventListener("submit", (event) => {
    const { submitter } = event;
    if (event.defaultPrevented || submitter?.formTarget) return;
    // The page after the save would inherit the fragment of a finding that was followed, and hide what is said at its top.
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
    if (!submitter || submitter.value === "save") savePosition();
  });
  restorePosition();
}
