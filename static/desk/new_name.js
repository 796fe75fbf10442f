// A new topic or outlet without leaving the form: a dialog beside it, outside of what the form sends.

import { fill } from "./name_combobox.js";
import { post, Unanswered } from "./draft_form.js";

const address = document.querySelector("script[data-new-name-address]")?.dataset.newNameAddress;
const dialog = document.createElement("dialog");
dialog.className = "new-name";
dialog.setAttribute("aria-labelledby", "new-name-title");
document.body.append(dialog);

let field = null;
let isBusy = false;

const at = (what) => address.replace("WHAT", what);

function show(html) {
  dialog.innerHTML = html;
  const wrong = dialog.querySelector(".wrong :is(input, select, textarea), .errorlist, .near");
  const target = wrong?.matches("input, select, textarea") ? wrong : (wrong?.parentElement.querySelector("button") ?? null);
  (target ?? dialog.querySelector("input:not([type=hidden])"))?.focus();
}

function say(text) {
  const words = document.createElement("p");
  words.className = "errorlist";
  words.setAttribute("role", "alert");
  words.textContent = text;
  dialog.querySelector("form .errorlist[role=alert]")?.remove();
  const form = dialog.querySelector("form");
  if (form) form.prepend(words);
  else dialog.replaceChildren(words);
}

function use(name) {
  dialog.close();
  field.focus();
  fill(field, name);
}

document.addEventListener("names:new", async (event) => {
  if (!address) return;
  field = event.target;
  const { what, name } = event.detail;
  try {
    const answer = await fetch(`${at(what)}?${new URLSearchParams({ name })}`, {
      headers: { Accept: "application/json" },
      redirect: "error",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const { html } = await answer.json();
    dialog.showModal();
    show(html);
  } catch {
    dialog.showModal();
    dialog.innerHTML = '<h2 id="new-name-title">Not now</h2><button type="button" class="button plain" data-close>Close</button>';
    say("The form of a new name could not be fetched. What you wrote is untouched; a name that is not known is proposed.");
  }
});

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  const form = event.target;
  try {
    const answer = await post(at(form.dataset.what), [...new FormData(form)]);
    if (answer.name) use(answer.name);
    else show(answer.html);
  } catch (error) {
    say(error instanceof Unanswered ? `Not made. ${error.said}` : "Not made. Try again.");
  } finally {
    isBusy = false;
  }
});

dialog.addEventListener("click", (event) => {
  const button = event.target.closest("[data-use], [data-close]");
  if (!button) return;
  if (button.matches("[data-use]")) use(button.dataset.use);
  else dialog.close();
});
dialog.addEventListener("close", () => field?.isConnected && field.focus());
