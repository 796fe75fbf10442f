// Signing in again on the page itself, when the session has ended: the text stays where it is.

import { saving, takeToken } from "./draft_form.js";
import { pause } from "./local_copy.js";

const dialog = document.querySelector("[data-sign-in-again]");
const frame = dialog?.querySelector("[data-sign-in-frame]");
const said = dialog?.querySelector("[data-sign-in-said]");

const words = said?.textContent;
let isDeclined = false;

/** Opens the dialog; nothing happens where it is open. */
export function askToSignIn() {
  if (!dialog || dialog.open) return;
  said.textContent = words;
  frame.hidden = false;
  frame.src = saving.signIn;
  dialog.showModal();
}

if (dialog) {
  document.addEventListener("desk:signed-out", () => isDeclined || askToSignIn());
  dialog.querySelector("[data-sign-in-later]").addEventListener("click", () => dialog.close());
  let isBack = false;
  dialog.addEventListener("close", () => {
    isDeclined = !isBack;
    isBack = false;
    frame.removeAttribute("src");
  });
  // The frame holds pages of readers' look: their way around would lead out of what is asked here.
  frame.addEventListener("load", () => {
    const page = frame.contentDocument;
    for (const part of page?.querySelectorAll("body > header, body > footer, body > .skip") ?? []) part.hidden = true;
    for (const link of page?.querySelectorAll("a[href]") ?? []) link.target = "_blank";
    page?.querySelector("main input:not([type=hidden])")?.focus();
  });
  addEventListener("message", ({ data, origin, source }) => {
    if (origin !== location.origin || source !== frame.contentWindow || data?.desk !== "signed-in") return;
    if (data.person !== saving.person) {
      said.textContent =
        `${data.name} is signed in now, and this text is somebody else’s: it is not sent, and stays on this page. ` +
        "Copy it, or sign out in another window and sign in here as before.";
      frame.hidden = true;
      pause(true);
      document.dispatchEvent(new CustomEvent("desk:somebody-else", { detail: data.name }));
      return;
    }
    takeToken(data.token);
    pause(false);
    isBack = true;
    dialog.close();
    document.dispatchEvent(new CustomEvent("desk:signed-in"));
  });
}
