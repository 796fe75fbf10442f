// A new topic or outlet without leaving the form: a dialog beside it, outside of what the form sends.

import { completeName } from "./name_combobox.js";
import { post, RequestError } from "./draft_form.js";

const address = document.querySelector("script[data-new-entity-address]")?.dataset.newEntityAddress;
const dialog = document.createElement("dialog");
dialog.className = "new-name";
dialog.setAttribute("aria-labelledby", "new-name-title");
document.body.append(dialog);

let field = null;
let isBusy = false;

const addressFor = (kind) => address.replace("WHAT", kind);

function show(html) {
  dialog.innerHTML = html;
  // Near names have the focus as a group: Enter, pressed twice, chooses none of them and adds no second one.
  const target = dialog.querySelector(".has-errors :is(input, select, textarea)") ?? dialog.querySelector(".similar-names");
  (target ?? dialog.querySelector("input:not([type=hidden])"))?.focus();
}

function showError(text) {
  const words = document.createElement("p");
  words.className = "errorlist";
  words.setAttribute("role", "alert");
  words.textContent = text;
  dialog.querySelector("form .errorlist[role=alert]")?.remove();
  const form = dialog.querySelector("form");
  if (form) form.prepend(words);
  else dialog.querySelector("h2").after(words);
}

/** Fills in the home page of a new outlet from the address of the article whose outlet it is. */
function fillHomePage() {
  const homePage = dialog.querySelector("[name=home_page]");
  const article = field.dataset.article ?? field.closest("[data-row]")?.querySelector("[name$='-url']")?.value.trim();
  if (homePage && !homePage.value && URL.canParse(article)) homePage.value = new URL(article).origin;
}

function useName(name) {
  dialog.close();
  field.focus();
  completeName(field, name);
}

document.addEventListener("entity:create", async (event) => {
  if (!address) return;
  field = event.target;
  const { kind, name } = event.detail;
  try {
    const answer = await fetch(`${addressFor(kind)}?${new URLSearchParams({ name })}`, {
      headers: { Accept: "application/json" },
      redirect: "error",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const { html } = await answer.json();
    dialog.showModal();
    show(html);
    fillHomePage();
  } catch {
    dialog.showModal();
    dialog.innerHTML = '<h2 id="new-name-title">Can’t load this form</h2><button type="button" class="button secondary" data-close>Close</button>';
    showError("Your text is safe, and the new name will be proposed when you save.");
  }
});

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  const form = event.target;
  try {
    const answer = await post(addressFor(form.dataset.entityKind), [...new FormData(form)]);
    if (answer.name) useName(answer.name);
    else show(answer.html);
  } catch (error) {
    showError(error instanceof RequestError ? `Not added. ${error.message}` : "Not added. Try again.");
  } finally {
    isBusy = false;
  }
});

dialog.addEventListener("click", (event) => {
  const button = event.target.closest("[data-use-name], [data-close]");
  if (!button) return;
  if (button.matches("[data-use-name]")) useName(button.dataset.useName);
  else dialog.close();
});
dialog.addEventListener("close", () => field?.isConnected && field.focus());
