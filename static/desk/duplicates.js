// Says under a headline or a question, while it is typed, what may be there already.

import { lookUp } from "./look_up.js";

const place = document.querySelector("[data-similar-address]");
const wait = Number(place?.dataset.liveWait ?? 700);
const SHORTEST = 8;
const timers = new Map();
let number = 0;

function kindOf(field) {
  if (field.id === "id_headline") return "story";
  if (field.id === "id_question" || /^story_questions-\d+-question$/.test(field.name)) return "question";
  return "";
}

function boxOf(field) {
  if (field.alike) return field.alike;
  const box = document.createElement("div");
  box.className = "alike";
  box.id = `alike-${number++}`;
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  box.append(said, document.createElement("ul"));
  (field.box ?? field).after(box);
  field.alike = box;
  return box;
}

function show(field, { said, similar }) {
  const box = boxOf(field);
  const [words, list] = box.children;
  if (words.textContent !== said) words.textContent = said;
  list.hidden = !similar.length;
  list.replaceChildren(
    ...similar.map(({ title, address, standing }) => {
      const link = document.createElement("a");
      link.href = address;
      // What is typed here is not saved: the other one opens beside it.
      link.target = "_blank";
      link.dir = "auto";
      link.textContent = title;
      const more = document.createElement("span");
      more.className = "note";
      more.textContent = ` ${standing}, in a new tab`;
      const row = document.createElement("li");
      row.append(link, more);
      return row;
    }),
  );
}

async function look(field, kind) {
  const typed = field.value.trim();
  if (typed.length < SHORTEST) {
    if (field.alike) show(field, { said: "", similar: [] });
    return;
  }
  const own = kind === place.dataset.kind ? place.dataset.work : "";
  const language = document.querySelector("#id_language")?.value ?? "";
  // Without an answer nothing is shown: the preview says why.
  const answer = await lookUp(place.dataset.similarAddress, { kind, q: typed, but: own, language }).catch(() => null);
  // Who typed on asks again.
  if (answer && field.value.trim() === typed) show(field, answer);
}

if (place) {
  document.addEventListener("input", ({ target }) => {
    const kind = kindOf(target);
    if (!kind) return;
    clearTimeout(timers.get(target));
    timers.set(target, setTimeout(() => look(target, kind), wait));
  });
}
