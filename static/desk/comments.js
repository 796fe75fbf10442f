// Comments beside a form or a text: written without leaving the page, on marked words, with a list of people after @.

import { form, post, Unanswered } from "./draft_form.js";

const AROUND = 100;
const MOST_OFFERED = 6;
let marked = null;

const panel = () => document.querySelector("[data-comments]");
const part = (name) => panel()?.querySelector(`[name="comment-${name}"]`);

/** Remembers the words that were marked last in a field of the form, or in a text to read. */
function remember() {
  const field = document.activeElement;
  if (form && field?.matches?.("textarea, input") && form.contains(field) && !field.closest("[data-comments]")) {
    const { selectionStart: begin, selectionEnd: end, value } = field;
    if (typeof begin !== "number") return;
    marked = {
      field: field.id,
      quote: value.slice(begin, end),
      before: value.slice(Math.max(0, begin - AROUND), begin),
      after: value.slice(end, end + AROUND),
    };
    return;
  }
  const chosen = getSelection();
  const text = chosen?.anchorNode?.parentElement?.closest(".with-marks");
  if (text && !chosen.isCollapsed) marked = { field: "", quote: String(chosen), before: "", after: "" };
}

/** Takes over what was marked last, and leads to where the comment is written. */
function takeMarked() {
  if (marked && part("place")) {
    const option = panel().querySelector(`option[data-field="${CSS.escape(marked.field)}"]`);
    part("place").value = option?.value ?? "";
    part("quote").value = marked.quote.trim();
    part("before").value = marked.quote.trim() ? marked.before : "";
    part("after").value = marked.quote.trim() ? marked.after : "";
  }
  part("text")?.focus();
}

function say(words) {
  const said = panel().querySelector("[data-comments-said]");
  said.textContent = words;
}

/** Shows what only a script may show here, and listens. */
function begin() {
  const here = panel();
  for (const hidden of here.querySelectorAll("[data-with-script]")) hidden.hidden = false;
  for (const shown of here.querySelectorAll("[data-without-script]")) shown.remove();
  const take = here.querySelector("[data-take-marked]");
  if (take) {
    take.hidden = false;
    take.addEventListener("click", takeMarked);
  }
  // What is typed here is no change of the story.
  for (const kind of ["input", "change"]) here.addEventListener(kind, (event) => event.stopPropagation());
  for (const area of here.querySelectorAll("textarea[data-mentions]")) mention(area);
  part("quote")?.addEventListener("input", () => {
    part("before").value = "";
    part("after").value = "";
  });
}

function problem(words, name) {
  const field = panel().querySelector(`[name="${CSS.escape(name)}"]`) ?? part("text");
  let told = panel().querySelector(".problem[data-told]");
  if (!told) {
    told = document.createElement("p");
    told.className = "problem";
    told.dataset.told = "";
    told.id = "comments-told";
    told.setAttribute("role", "alert");
  }
  field.before(told);
  told.textContent = words;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-errormessage", told.id);
  field.focus();
}

/** Puts the comments as the server shows them in the place of those here; what is typed in other fields stays. */
function show(html) {
  const typed = new Map();
  for (const area of panel().querySelectorAll("textarea[name]")) typed.set(area.name, area.value);
  const place = part("place");
  const fields = new Map([...(place?.options ?? [])].map((option) => [option.value, option.dataset.field]));
  const box = document.createElement("template");
  box.innerHTML = html;
  panel().replaceWith(box.content);
  for (const [name, value] of typed) {
    const area = panel().querySelector(`textarea[name="${CSS.escape(name)}"]`);
    if (area && !area.value) area.value = value;
  }
  for (const option of part("place")?.options ?? []) {
    if (fields.get(option.value)) option.dataset.field = fields.get(option.value);
  }
  begin();
}

async function send(button) {
  const uid = button.value.split(":")[1];
  const isReply = button.value.startsWith("reply:");
  const body = { do: button.value };
  for (const field of panel().querySelectorAll("[name]")) {
    if (field.name.startsWith("comment-") || field.name === `reply-${uid}`) body[field.name] = field.value;
  }
  const address = `${panel().dataset.comments}${"quiet" in panel().dataset ? "?quiet" : ""}`;
  button.disabled = true;
  try {
    const answer = await post(address, body);
    if (button.value === "comment") for (const name of ["text", "quote", "before", "after"]) part(name).value = "";
    if (isReply) panel().querySelector(`[name="reply-${uid}"]`).value = "";
    show(answer.html);
    panel().querySelector("h2").tabIndex = -1;
    panel().querySelector("h2").focus();
    say({ comment: "Your comment is written.", reply: "Your answer is written.", resolve: "Resolved.", reopen: "Open again." }[button.value.split(":")[0]]);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    button.disabled = false;
    problem(`Not written: ${error.said}`, isReply ? `reply-${uid}` : "comment-text");
  }
}

document.querySelector("#comments-form")?.addEventListener("submit", (event) => {
  if (!event.submitter || !form) return;
  event.preventDefault();
  send(event.submitter);
});

/** Offers the people at work behind an @; arrows choose, Enter or Tab takes, Escape closes. */
function mention(area) {
  const list = document.createElement("ul");
  list.className = "offered";
  list.id = `${area.id}-people`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  list.hidden = true;
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let at = -1;

  const begun = () => /(?:^|[^\w@.])@([\w.+-]*)$/.exec(area.value.slice(0, area.selectionStart));

  function choose(index) {
    at = index;
    for (const [place, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(place === at));
    if (at >= 0) {
      area.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    } else area.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    choose(-1);
  }

  function take(option) {
    const end = area.selectionStart;
    const start = end - begun()[1].length;
    area.setRangeText(`${option.dataset.name} `, start, end, "end");
    close();
    area.focus();
  }

  function offer() {
    const found = begun();
    list.replaceChildren();
    if (!found) return close();
    const wanted = found[1].toLowerCase();
    const people = [...document.querySelectorAll("#comment-people option")].filter(
      ({ value, textContent }) => value.toLowerCase().startsWith(wanted) || textContent.toLowerCase().includes(wanted),
    );
    for (const [index, person] of people.slice(0, MOST_OFFERED).entries()) {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.dataset.name = person.value;
      option.textContent = `${person.textContent} @${person.value}`;
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(option);
      });
      list.append(option);
    }
    list.hidden = !people.length;
    choose(people.length ? 0 : -1);
  }

  area.addEventListener("input", offer);
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown") choose(at >= last ? 0 : at + 1);
    else if (event.key === "ArrowUp") choose(at <= 0 ? last : at - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}

if (panel()) {
  document.addEventListener("selectionchange", remember);
  document.addEventListener("focusin", (event) => !event.target.closest("[data-comments]") && remember());
  document.addEventListener("desk:comment", () => {
    remember();
    takeMarked();
  });
  begin();
}
