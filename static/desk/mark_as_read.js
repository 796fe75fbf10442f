// Notes what somebody has before their eyes, once they see it; a reload still shows what was new.

import { post } from "./draft_form.js";

const form = document.querySelector("[data-looked]");
const number = form.elements.number.value;

async function note() {
  try {
    await post(form.action, { number });
  } catch {
    return; // the button stays
  }
  const said = document.createElement("p");
  said.className = "note";
  said.textContent = `You have read revision ${number}.`;
  form.querySelector("button").replaceWith(said);
}

if (form.dataset.shown) {
  const address = new URL(location.href);
  address.searchParams.set("since", form.dataset.shown);
  history.replaceState(history.state, "", address);
}
if (form.querySelector("button")) {
  if (document.visibilityState === "visible") note();
  else document.addEventListener("visibilitychange", note, { once: true });
}
