// Saves by itself what is typed, into a place of its own beside the work, and says in words how that stands.
// One request is under way, one waits; a stronger one takes the place of the waiting. What is sent is read when it leaves.

import { autosaveSettings, form, formValues, nextSequence, post, RequestError, windowReady, windowUid } from "./draft_form.js";
import { markCopySaved, markCopySubmitted, saveLocalCopy, scheduleLocalCopy } from "./local_copy.js";
import { askToSignIn } from "./sign_in.js";

const STRENGTH = { timed: 1, leave: 2, save: 3, publish: 4 };
const status = document.querySelector("[data-save-status]");
const failurePanel = document.querySelector("[data-not-saved]");
const LONGEST_PAUSE = 30_000; // milliseconds between two tries
const SHOWN_AFTER = 700; // milliseconds: what is quicker need not be announced

let changeCount = 0; // counts changes
let savedCount = 0; // the last change that the server has
let isStuck = false; // what is refused is not tried again by itself

/** Returns whether the form holds changes that the server has not got. */
export const hasUnsentChanges = () => changeCount > savedCount;

function showStatus(words) {
  if (!status || status.textContent === words) return;
  status.textContent = words;
  status.classList.toggle("is-saved", words.startsWith("Draft saved"));
}

function showHelp(words, { canRetry = false, canSignIn = false } = {}) {
  if (!failurePanel) return;
  failurePanel.hidden = !words;
  failurePanel.querySelector("[data-not-saved-help]").textContent = words;
  failurePanel.querySelector("[data-try-again]").hidden = !canRetry;
  failurePanel.querySelector("[data-sign-in-now]").hidden = !canSignIn;
}

/** Sends what the form holds now. Raises RequestError. */
async function send({ keepalive = false } = {}) {
  const [changes, pairs] = [changeCount, formValues().filter(([name]) => !name.startsWith("_"))];
  const sender = [["_window", windowUid], ["_person", autosaveSettings.person]];
  const attempt = (sequence) =>
    post(autosaveSettings.autosaveAddress, [...pairs, ...sender, ["_sequence", sequence]], {
      keepalive,
      signal: keepalive ? undefined : AbortSignal.timeout(Number(autosaveSettings.autosaveTimeout)),
    });
  let answer = await attempt(nextSequence());
  // A clock that was set back makes this one look older than what the window sent before.
  if (!answer.is_new) answer = await attempt(nextSequence(answer.sequence));
  savedCount = Math.max(savedCount, changes);
  await markCopySaved(pairs);
  return answer;
}

let isSaving = false;
let queued = null;

/** Asks for the form to be sent, "timed" or stronger; resolves when it was. Raises RequestError. */
function requestSave(strength) {
  if (!queued) {
    queued = { strength };
    queued.sent = new Promise((resolve, reject) => Object.assign(queued, { resolve, reject }));
  } else if (STRENGTH[strength] > STRENGTH[queued.strength]) queued.strength = strength;
  const { sent } = queued;
  saveNext();
  return sent;
}

async function saveNext() {
  if (isSaving || !queued) return;
  isSaving = true;
  const current = queued;
  queued = null;
  const isByHand = STRENGTH[current.strength] >= STRENGTH.save;
  const timer = setTimeout(showStatus, isByHand ? 0 : SHOWN_AFTER, "Saving…");
  try {
    await windowReady;
    const answer = await send();
    isStuck = false;
    failures = 0;
    clearTimeout(timer);
    showHelp("");
    if (!isByHand) showStatus(hasUnsentChanges() ? "Not saved yet" : `Draft saved ${answer.saved_at}`);
    current.resolve(answer);
  } catch (error) {
    clearTimeout(timer);
    if (error instanceof RequestError) await handleFailure(error);
    current.reject(error);
  } finally {
    isSaving = false;
    saveNext();
  }
}

let failures = 0;
let retryTimer = 0;
let otherUser = ""; // who has signed in here in the place of whose text this is

const FAILURES = {
  offline: ["no connection", "Keep writing. Your text will be saved when the server responds."],
  slow: ["the server is taking too long", "Keep writing. Another attempt follows soon."],
  failed: ["the server failed", "Keep writing. Another attempt follows soon."],
};

async function handleFailure(error) {
  const hasCopy = await saveLocalCopy();
  const copyNote = hasCopy ? "Saved in this browser." : "Keep this page open.";
  clearTimeout(retryTimer);
  if (error.reason === "signed-out") {
    isStuck = true;
    if (otherUser) showOtherUser();
    else {
      showStatus(`Not saved: you are signed out. ${copyNote}`);
      showHelp("Sign in again here. Your text is safe.", { canSignIn: true });
    }
  } else if (error.reason === "refused") {
    isStuck = true;
    showStatus("Not saved.");
    showHelp(`${error.message} Copy your text before you leave this page.`, { canRetry: true });
  } else {
    const [reason, advice] = FAILURES[error.reason];
    // The server answers, and its database takes nothing just now.
    if (error.status === 503) showStatus(`Nothing can be saved now. ${hasCopy ? "Your text is kept in this browser." : copyNote}`);
    else showStatus(`Not saved: ${reason}. ${copyNote}`);
    showHelp(advice, { canRetry: true });
    failures += 1;
    const pause = Math.min(Number(autosaveSettings.autosaveDelay) * 2 ** (failures - 1), LONGEST_PAUSE);
    retryTimer = setTimeout(() => hasUnsentChanges() && autosave(), pause);
  }
}

function showOtherUser() {
  showStatus("Not saved.");
  showHelp(`${otherUser} is signed in now. Copy your text before you leave this page.`);
}

/** Sends what is unsent; a failure is shown on the page. */
function autosave(strength = "timed") {
  clearTimeout(delayTimer);
  clearTimeout(intervalTimer);
  intervalTimer = 0;
  if (hasUnsentChanges() && !isStuck && state === "editing") requestSave(strength).catch(() => {});
}

let delayTimer = 0;
let intervalTimer = 0;

/** Notes that the form was changed. */
function noteChange() {
  changeCount += 1;
  scheduleLocalCopy();
  if (!isSaving && !failures && !isStuck) showStatus("Not saved yet");
  clearTimeout(delayTimer);
  delayTimer = setTimeout(autosave, Number(autosaveSettings.autosaveDelay));
  intervalTimer ||= setTimeout(autosave, Number(autosaveSettings.autosaveInterval));
}

// Saving by hand: first the text is sent into its place, which shows that there is a connection, a session and the right;
// then the form itself is submitted. "editing" until a button is pressed, then "saving", "submitting", "submitted".
let state = "editing";
let pressedWith = null;

async function saveByHand(button) {
  state = "saving";
  pressedWith = { button };
  clearTimeout(delayTimer);
  clearTimeout(intervalTimer);
  try {
    await requestSave(button?.value === "publish" ? "publish" : "save");
  } catch (error) {
    state = "editing";
    if (error.reason !== "signed-out") pressedWith = null;
    return;
  }
  await markCopySubmitted();
  state = "submitting";
  form.querySelector("[name=_window]").value = windowUid;
  form.querySelector("[name=_sequence]").value = nextSequence();
  form.requestSubmit(button?.isConnected ? button : undefined);
}

if (form && autosaveSettings) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (state === "submitting") state = event.submitter?.formTarget ? "editing" : "submitted";
    else {
      event.preventDefault();
      // A second press while the first is under way would be told that somebody else saved meanwhile.
      if (state === "editing") saveByHand(event.submitter);
    }
  });
  // Fields of other forms may be between those of this one, and what is typed into a field without a name is not sent.
  const onChange = ({ target }) => (target.form ?? form) === form && target.name !== "" && noteChange();
  form.addEventListener("input", onChange);
  form.addEventListener("change", onChange);
  // Until then the page itself prepares its rows.
  requestAnimationFrame(() => {
    form.dataset.isEdited = "true";
    form.addEventListener("rows:changed", noteChange);
  });
  // Back again; a page that has only just loaded may be on its way already.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) state = "editing";
  });
  addEventListener("online", () => autosave());
  document.addEventListener("visibilitychange", () => document.hidden && autosave("leave"));
  document.addEventListener("desk:signed-in", () => {
    isStuck = false;
    otherUser = "";
    showHelp("");
    if (pressedWith) saveByHand(pressedWith.button);
    else requestSave("save").then(({ saved_at: at }) => showStatus(`Draft saved ${at}`), () => {});
  });
  document.addEventListener("desk:other-user", ({ detail }) => {
    isStuck = true;
    pressedWith = null;
    otherUser = detail;
    showOtherUser();
  });
  failurePanel?.querySelector("[data-try-again]").addEventListener("click", () => {
    isStuck = false;
    requestSave("save").then(({ saved_at: at }) => showStatus(`Draft saved ${at}`), () => {});
  });
  failurePanel?.querySelector("[data-sign-in-now]").addEventListener("click", askToSignIn);
  addEventListener("pagehide", () => {
    if (state === "editing" && hasUnsentChanges() && !isStuck) send({ keepalive: true }).catch(() => {});
    if (hasUnsentChanges()) saveLocalCopy();
  });
  // What was refused, or taken in from elsewhere, is nowhere but here; so is what was typed before this script was there.
  const isTyped = (field) => field.matches("textarea, input[type=text]") && field.value !== field.defaultValue;
  if (document.querySelector("#conflict, #problems, [data-restored]") || [...form.elements].some(isTyped)) noteChange();
}
