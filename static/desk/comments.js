// Comments beside a form or a text: written without leaving the page, on marked words, with a list of people after @.

import { form, post, RequestError } from "./draft_form.js";
import { announce } from "./typing.js";
import { reveal } from "./folding.js";

const CONTEXT_LENGTH = 100;
const MAX_OPTIONS = 6;
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let selection = null;

const panel = () => document.querySelector("[data-comments]");
const fieldNamed = (name) => panel()?.querySelector(`[name="comment-${name}"]`);

/** Remembers the words that were marked last in a field of the form, or in a text to read. */
function rememberSelection() {
  const field = document.activeElement;
  if (form && field?.matches?.("textarea, input") && form.contains(field) && !field.closest("[data-comments]")) {
    const { selectionStart: start, selectionEnd: end, value } = field;
    if (typeof start !== "number") return;
    selection = {
      field: field.id,
      quote: value.slice(start, end),
      before: value.slice(Math.max(0, start - CONTEXT_LENGTH), start),
      after: value.slice(end, end + CONTEXT_LENGTH),
    };
    return;
  }
  const chosen = getSelection();
  const text = chosen?.anchorNode?.parentElement?.closest(".commentable");
  if (text && !chosen.isCollapsed) selection = { field: "", quote: String(chosen), before: "", after: "" };
}

/** Quotes the words that were marked last, and moves the focus to the text of the comment. */
function quoteSelection() {
  if (selection && fieldNamed("place")) {
    const option = panel().querySelector(`option[data-field-id="${CSS.escape(selection.field)}"]`);
    fieldNamed("place").value = option?.value ?? "";
    fieldNamed("quote").value = selection.quote.trim();
    fieldNamed("before").value = selection.quote.trim() ? selection.before : "";
    fieldNamed("after").value = selection.quote.trim() ? selection.after : "";
  }
  reveal(fieldNamed("text"));
  fieldNamed("text")?.focus();
}

function showStatus(words) {
  const status = panel().querySelector("[data-comments-status]");
  status.textContent = words;
}

/** Shows what only a script may show here, and listens. */
function prepare() {
  const here = panel();
  for (const hidden of here.querySelectorAll("[data-with-script]")) hidden.hidden = false;
  for (const shown of here.querySelectorAll("[data-without-script]")) shown.remove();
  const take = here.querySelector("[data-quote-selection]");
  if (take) {
    take.hidden = false;
    take.addEventListener("click", quoteSelection);
  }
  // What is typed here is no change of the story.
  for (const kind of ["input", "change"]) here.addEventListener(kind, (event) => event.stopPropagation());
  for (const area of here.querySelectorAll("textarea[data-mentions]")) completeMentions(area);
  fieldNamed("quote")?.addEventListener("input", () => {
    fieldNamed("before").value = "";
    fieldNamed("after").value = "";
  });
}

function showError(words, name) {
  const field = panel().querySelector(`[name="${CSS.escape(name)}"]`) ?? fieldNamed("text");
  let message = panel().querySelector(".problem[data-error]");
  if (!message) {
    message = document.createElement("p");
    message.className = "problem";
    message.dataset.error = "";
    message.id = "comments-error";
    message.setAttribute("role", "alert");
  }
  field.before(message);
  message.textContent = words;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-errormessage", message.id);
  field.focus();
}

/** Puts the comments as the server shows them in the place of those here; what is typed in other fields stays. */
function show(html) {
  const typed = new Map();
  for (const area of panel().querySelectorAll("textarea[name]")) typed.set(area.name, area.value);
  const place = fieldNamed("place");
  const fields = new Map([...(place?.options ?? [])].map((option) => [option.value, option.dataset.fieldId]));
  const box = document.createElement("template");
  box.innerHTML = html;
  panel().replaceWith(box.content);
  for (const [name, value] of typed) {
    const area = panel().querySelector(`textarea[name="${CSS.escape(name)}"]`);
    if (area && !area.value) area.value = value;
  }
  for (const option of fieldNamed("place")?.options ?? []) {
    if (fields.get(option.value)) option.dataset.fieldId = fields.get(option.value);
  }
  prepare();
}

async function send(button) {
  const uid = button.value.split(":")[1];
  const isReply = button.value.startsWith("reply:");
  const body = { do: button.value };
  for (const field of panel().querySelectorAll("[name]")) {
    if (field.name.startsWith("comment-") || field.name === `reply-${uid}`) body[field.name] = field.value;
  }
  const address = `${panel().dataset.comments}${"isBesideForm" in panel().dataset ? "?quiet" : ""}`;
  button.disabled = true;
  try {
    const answer = await post(address, body);
    if (button.value === "comment") for (const name of ["text", "quote", "before", "after"]) fieldNamed(name).value = "";
    if (isReply) panel().querySelector(`[name="reply-${uid}"]`).value = "";
    show(answer.html);
    panel().querySelector("h2").tabIndex = -1;
    panel().querySelector("h2").focus();
    showStatus({ comment: "Comment added.", reply: "Answer added.", resolve: "Resolved.", reopen: "Reopened." }[button.value.split(":")[0]]);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    button.disabled = false;
    showError(`Not added. ${error.message}`, isReply ? `reply-${uid}` : "comment-text");
  }
}

document.querySelector("#comments-form")?.addEventListener("submit", (event) => {
  if (!event.submitter || !form) return;
  event.preventDefault();
  send(event.submitter);
});

/** Offers the people at work behind an @; arrows choose, Enter or Tab takes, Escape closes. */
function completeMentions(area) {
  const list = document.createElement("ul");
  list.className = "combobox-options";
  list.id = `${area.id}-people`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  list.hidden = true;
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let at = -1;

  // A name may have a space; who writes on behind it is offered nothing, because nobody's name goes on like that.
  const typedMention = () => /(?:^|[^\p{L}\p{N}_@.[])@([\p{L}\p{N}_.+’'-]*(?: [\p{L}\p{N}_.’'-]*){0,2})$/u.exec(area.value.slice(0, area.selectionStart));

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
    const start = end - typedMention()[1].length;
    area.setRangeText(`${option.dataset.name} `, start, end, "end");
    close();
    area.focus();
  }

  function showOptions() {
    const found = typedMention();
    list.replaceChildren();
    if (!found) return close();
    const wanted = fold(found[1]);
    const fits = ({ value, dataset }) => [fold(value), ...fold(value).split(" "), fold(dataset.username)].some((name) => name.startsWith(wanted));
    const people = [...document.querySelectorAll("#comment-people option")].filter(fits);
    people.sort((one, other) => fold(other.value).startsWith(wanted) - fold(one.value).startsWith(wanted));
    for (const [index, person] of people.slice(0, MAX_OPTIONS).entries()) {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.dataset.name = person.value;
      option.textContent = person.textContent;
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(option);
      });
      list.append(option);
    }
    list.hidden = !people.length;
    choose(people.length ? 0 : -1);
    if (people.length) announce(`${people.length} ${people.length === 1 ? "person" : "people"}`);
  }

  area.addEventListener("input", showOptions);
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
  document.addEventListener("selectionchange", rememberSelection);
  document.addEventListener("focusin", (event) => !event.target.closest("[data-comments]") && rememberSelection());
  document.addEventListener("desk:start-comment", () => {
    rememberSelection();
    quoteSelection();
  });
  prepare();
}
