// “Valid until” of an answer is filled in when somebody sets its “as of” day: with the day that the answer names, and the
// reason. A day of an editor is never replaced, and one that was taken away is not filled in again. Nothing is stored
// before the form is saved. Without this script it is typed.

import { form, post } from "./draft_form.js";
import { announce } from "./typing.js";

const address = document.querySelector("[data-expiry-address]")?.dataset.expiryAddress;
const ROW = /^(answers-\d+-)(?:question|text|as_of|expires_on)$/;
const SHORT_ANSWER = ["question", "short_answer", "short_answer_as_of", "short_answer_expires_on"];
const PAUSE = 400; // milliseconds after the last change

/** Returns the four fields of the answer to which a field belongs, or null. */
function answerOf({ name }) {
  const row = ROW.exec(name)?.[1];
  const names = row ? ["question", "text", "as_of", "expires_on"].map((field) => row + field) : SHORT_ANSWER;
  if (!names.includes(name)) return null;
  const [question, text, asOf, expiresOn] = names.map((field) => form.elements[field]);
  return expiresOn ? { question, text, asOf, expiresOn } : null;
}

// For each “valid until”: the day that was filled in, if any, and whether an editor has decided about it.
const states = new WeakMap();

function stateOf(expiresOn) {
  if (!states.has(expiresOn)) states.set(expiresOn, { filled: "", isDecided: Boolean(expiresOn.value || expiresOn.defaultValue), isAsked: false, timer: 0, request: null });
  return states.get(expiresOn);
}

function show(expiresOn, words) {
  const id = `${expiresOn.id}_why`;
  let note = document.getElementById(id);
  if (!note && words) {
    note = Object.assign(document.createElement("p"), { id, className: "help" });
    expiresOn.after(note);
    expiresOn.setAttribute("aria-describedby", `${expiresOn.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  }
  if (note) note.textContent = words;
  if (words) announce(words);
}

async function propose({ question, text, asOf, expiresOn }) {
  const state = stateOf(expiresOn);
  state.request?.abort();
  state.request = new AbortController();
  const { signal } = state.request;
  const asked = { question: question.value, text: text.value, as_of: asOf.value, language: form.elements.language.value };
  let found;
  try {
    found = await post(address, asked, { signal });
  } catch {
    return; // The field is typed.
  }
  if (signal.aborted || state.isDecided || found.day === state.filled) return;
  state.filled = found.day;
  expiresOn.value = found.day;
  expiresOn.dispatchEvent(new Event("input", { bubbles: true }));
  show(expiresOn, found.why);
}

if (form && address) {
  form.addEventListener("input", ({ target }) => {
    const answer = answerOf(target);
    if (!answer) return;
    const { asOf, expiresOn } = answer;
    const state = stateOf(expiresOn);
    if (target === expiresOn) {
      if (expiresOn.value === state.filled) return;
      state.isDecided = true;
      show(expiresOn, "");
    } else {
      // Words alone ask for no day: an answer that was saved without one stays without one.
      state.isAsked ||= target === asOf;
      clearTimeout(state.timer);
      if (state.isAsked && !state.isDecided) state.timer = setTimeout(propose, PAUSE, answer);
    }
  });
}
