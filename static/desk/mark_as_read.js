// Notes what somebody has before their eyes, once they see it; a reload still shows what was new.

import { post } from "./draft_form.js";

const form = document.querySelector("[data-read-revision]");
const number = form.elements.number.value;

async function markAsRead() {
  try {
    await post(form.action, { number });
  } catch {
    return; // the button stays
  }
  const message = document.createElement("p");
  message.className = "note";
  message.textContent = `You have read revision ${number}.`;
  form.querySelector("button").replaceWith(message);
}

if (form.dataset.baseRevision) {
  const address = new URL(location.href);
  address.searchParams.set("since", form.dataset.baseRevision);
  history.replaceState(history.state, "", address);
}
if (form.querySelector("button")) {
  if (document.visibilityState === "visible") markAsRead();
  else document.addEventListener("visibilitychange", markAsRead, { once: true });
}
