// Saves by itself what is typed, into a place of its own beside the work, and says in words how that stands.
// One request is under way, one waits; a stronger one takes the place of the waiting. What is sent is read when it leaves.

import { content, form, isSettled, nextSequence, post, saving, Unanswered, windowUid } from "./draft_form.js";
import { copyNow, copySoon, isSent, serverHas } from "./local_copy.js";
import { askToSignIn } from "./sign_in.js";

const STRENGTH = { timed: 1, leave: 2, save: 3, publish: 4 };
const told = document.querySelector("[data-unsaved]");
const trouble = document.querySelector("[data-not-saved]");
const LONGEST_PAUSE = 30_000; // milliseconds between two tries
const SHOWN_AFTER = 700; // milliseconds: what is quicker need not be announced

let typed = 0; // counts changes
let held = 0; // the last change that the server has
let isStuck = false; // what is refused is not tried again by itself

/** Says whether the form holds what the server has not got. */
export const isUnsent = () => typed > held;

function say(words) {
  if (told && told.textContent !== words) told.textContent = words;
}

function help(words, { again = false, signIn = false } = {}) {
  if (!trouble) return;
  trouble.hidden = !words;
  trouble.querySelector("[data-not-saved-help]").textContent = words;
  trouble.querySelector("[data-try-again]").hidden = !again;
  trouble.querySelector("[data-sign-in-now]").hidden = !signIn;
}

/** Sends what the form holds now. Raises Unanswered. */
async function send({ keepalive = false } = {}) {
  const [change, pairs] = [typed, content().filter(([name]) => !name.startsWith("_"))];
  const about = [["_window", windowUid], ["_person", saving.person]];
  const ask = (sequence) =>
    post(saving.address, [...pairs, ...about, ["_sequence", sequence]], {
      keepalive,
      signal: keepalive ? undefined : AbortSignal.timeout(Number(saving.patience)),
    });
  let answer = await ask(nextSequence());
  // A clock that was set back makes this one look older than what the window sent before.
  if (!answer.is_new) answer = await ask(nextSequence(answer.sequence));
  held = Math.max(held, change);
  await serverHas(pairs);
  return answer;
}

let isUnderWay = false;
let waiting = null;

/** Asks for the form to be sent, "timed" or stronger; resolves when it was. Raises Unanswered. */
function ask(strength) {
  if (!waiting) {
    waiting = { strength };
    waiting.sent = new Promise((resolve, reject) => Object.assign(waiting, { resolve, reject }));
  } else if (STRENGTH[strength] > STRENGTH[waiting.strength]) waiting.strength = strength;
  const { sent } = waiting;
  next();
  return sent;
}

async function next() {
  if (isUnderWay || !waiting) return;
  isUnderWay = true;
  const now = waiting;
  waiting = null;
  const byHand = STRENGTH[now.strength] >= STRENGTH.save;
  const timer = setTimeout(say, byHand ? 0 : SHOWN_AFTER, "Saving…");
  try {
    await isSettled;
    const answer = await send();
    isStuck = false;
    failures = 0;
    clearTimeout(timer);
    help("");
    if (!byHand) say(isUnsent() ? "Not saved yet" : `Saved ${answer.saved_at}`);
    form.dispatchEvent(new CustomEvent("desk:kept", { bubbles: true }));
    now.resolve(answer);
  } catch (error) {
    clearTimeout(timer);
    if (error instanceof Unanswered) await fail(error);
    now.reject(error);
  } finally {
    isUnderWay = false;
    next();
  }
}

let failures = 0;
let retry = 0;
let stranger = ""; // who has signed in here in the place of whose text this is

const WHY = {
  offline: ["no connection", "Write on: it is sent by itself as soon as the server answers."],
  slow: ["the server takes too long", "Write on: it is tried again by itself."],
  failed: ["the server failed", "Write on: it is tried again by itself."],
};

async function fail(error) {
  const kept = (await copyNow()) ? " Kept in this browser." : " Leave this page open.";
  clearTimeout(retry);
  if (error.reason === "signed-out") {
    isStuck = true;
    if (stranger) sayWhoIsHere();
    else {
      say(`Not saved: you are signed out.${kept}`);
      help("Sign in again here; nothing of your text is lost.", { signIn: true });
    }
  } else if (error.reason === "refused") {
    isStuck = true;
    say("Not saved.");
    help(`${error.said} Your text stays on this page: copy it before you leave.`, { again: true });
  } else {
    const [why, what] = WHY[error.reason];
    // The server answers, and its database takes nothing just now.
    if (error.status === 503) say(`Nothing can be saved now.${kept.replace("Kept", "Your text is kept")}`);
    else say(`Not saved: ${why}.${kept}`);
    help(what, { again: true });
    failures += 1;
    const pause = Math.min(Number(saving.after) * 2 ** (failures - 1), LONGEST_PAUSE);
    retry = setTimeout(() => isUnsent() && timed(), pause);
  }
}

function sayWhoIsHere() {
  say("Not saved.");
  help(`${stranger} is signed in now. Your text stays on this page: copy it before you leave.`);
}

/** Sends what is unsent; what keeps it from going is said on the page. */
function timed(strength = "timed") {
  clearTimeout(soon);
  clearTimeout(latest);
  latest = 0;
  if (isUnsent() && !isStuck && state === "open") ask(strength).catch(() => {});
}

let soon = 0;
let latest = 0;

/** Notes that the form was changed. */
function change() {
  typed += 1;
  copySoon();
  if (!isUnderWay && !failures && !isStuck) say("Not saved yet");
  clearTimeout(soon);
  soon = setTimeout(timed, Number(saving.after));
  latest ||= setTimeout(timed, Number(saving.each));
}

// Saving by hand: first the text is sent into its place, which shows that there is a connection, a session and the right;
// then the form goes its own way. "open" until a button is pressed, then "asking", "going", "gone".
let state = "open";
let pressed = null;

async function go(button) {
  state = "asking";
  pressed = { button };
  clearTimeout(soon);
  clearTimeout(latest);
  try {
    await ask(button?.value === "publish" ? "publish" : "save");
  } catch (error) {
    state = "open";
    if (error.reason !== "signed-out") pressed = null;
    return;
  }
  await isSent();
  state = "going";
  form.querySelector("[name=_window]").value = windowUid;
  form.querySelector("[name=_sequence]").value = nextSequence();
  form.requestSubmit(button?.isConnected ? button : undefined);
}

if (form && saving) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (state === "going") state = event.submitter?.formTarget ? "open" : "gone";
    else {
      event.preventDefault();
      // A second press while the first is under way would be told that somebody else saved meanwhile.
      if (state === "open") go(event.submitter);
    }
  });
  // Fields of other forms may stand between those of this one.
  const note = ({ target }) => (target.form ?? form) === form && change();
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  // Until then the page itself prepares its rows.
  requestAnimationFrame(() => {
    form.dataset.began = "true";
    form.addEventListener("rows:changed", change);
  });
  // Back again; a page that has only just loaded may be on its way already.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) state = "open";
  });
  addEventListener("online", () => timed());
  document.addEventListener("visibilitychange", () => document.hidden && timed("leave"));
  document.addEventListener("desk:signed-in", () => {
    isStuck = false;
    stranger = "";
    help("");
    if (pressed) go(pressed.button);
    else ask("save").then(({ saved_at: at }) => say(`Saved ${at}`), () => {});
  });
  document.addEventListener("desk:somebody-else", ({ detail }) => {
    isStuck = true;
    pressed = null;
    stranger = detail;
    sayWhoIsHere();
  });
  trouble?.querySelector("[data-try-again]").addEventListener("click", () => {
    isStuck = false;
    ask("save").then(({ saved_at: at }) => say(`Saved ${at}`), () => {});
  });
  trouble?.querySelector("[data-sign-in-now]").addEventListener("click", askToSignIn);
  addEventListener("pagehide", () => {
    if (state === "open" && isUnsent() && !isStuck) send({ keepalive: true }).catch(() => {});
    if (isUnsent()) copyNow();
  });
  // What was refused, or taken in from elsewhere, is nowhere but here; so is what was typed before this script was there.
  const isTyped = (field) => field.matches("textarea, input[type=text]") && field.value !== field.defaultValue;
  if (document.querySelector("#conflict, #problems, [data-taken]") || [...form.elements].some(isTyped)) change();
}
