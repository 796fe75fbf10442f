// Says under a headline or a question, while it is typed, what may be there already.

import { fetchJson } from "./look_up.js";

const place = document.querySelector("[data-similar-address]");
const delay = Number(place?.dataset.liveDelay ?? 700);
const MIN_LENGTH = 8;
const timers = new Map();
let number = 0;

function kindOf(field) {
  if (field.id === "id_headline") return "story";
  if (field.id === "id_question" || /^story_questions-\d+-question$/.test(field.name)) return "question";
  return "";
}

function boxFor(field) {
  if (field.similarWorks) return field.similarWorks;
  const box = document.createElement("div");
  box.className = "similar-works";
  box.id = `similar-works-${number++}`;
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  box.append(status, document.createElement("ul"));
  (field.box ?? field).after(box);
  field.similarWorks = box;
  return box;
}

function show(field, { said: message, similar }) {
  const box = boxFor(field);
  const [words, list] = box.children;
  if (words.textContent !== message) words.textContent = message;
  list.hidden = !similar.length;
  list.replaceChildren(
    ...similar.map(({ title, address, standing: state }) => {
      const link = document.createElement("a");
      link.href = address;
      // What is typed here is not saved: the other one opens beside it.
      link.target = "_blank";
      link.dir = "auto";
      link.textContent = title;
      const more = document.createElement("span");
      more.className = "note";
      more.textContent = ` ${state}, in a new tab`;
      const row = document.createElement("li");
      row.append(link, more);
      return row;
    }),
  );
}

async function findSimilar(field, kind) {
  const typed = field.value.trim();
  if (typed.length < MIN_LENGTH) {
    if (field.similarWorks) show(field, { said: "", similar: [] });
    return;
  }
  const own = kind === place.dataset.kind ? place.dataset.work : "";
  const language = document.querySelector("#id_language")?.value ?? "";
  // Without an answer nothing is shown: the preview says why.
  const answer = await fetchJson(place.dataset.similarAddress, { kind, q: typed, but: own, language }).catch(() => null);
  // Who typed on asks again.
  if (answer && field.value.trim() === typed) show(field, answer);
}

if (place) {
  document.addEventListener("input", ({ target }) => {
    const kind = kindOf(target);
    if (!kind) return;
    clearTimeout(timers.get(target));
    timers.set(target, setTimeout(() => findSimilar(target, kind), delay));
  });
}
