// Signing in again on the page itself, when the session has ended: the text stays where it is.

import { autosaveSettings, setCsrfToken } from "./draft_form.js";
import { pauseLocalCopies } from "./local_copy.js";

const SIGNED_IN = "desk-signed-in";

const dialog = document.querySelector("[data-sign-in-dialog]");
const frame = dialog?.querySelector("[data-sign-in-frame]");
const message = dialog?.querySelector("[data-sign-in-message]");

const signedOutMessage = message?.textContent;
let isDeclined = false;

/** Opens the dialog; nothing happens where it is open. */
export function askToSignIn() {
  if (!dialog || dialog.open) return;
  message.textContent = signedOutMessage;
  frame.hidden = false;
  frame.src = autosaveSettings.signInAddress;
  dialog.showModal();
}

if (dialog) {
  document.addEventListener("desk:signed-out", () => isDeclined || askToSignIn());
  dialog.querySelector("[data-sign-in-dismiss]").addEventListener("click", () => dialog.close());
  let isBack = false;
  dialog.addEventListener("close", () => {
    isDeclined = !isBack;
    isBack = false;
    frame.removeAttribute("src");
  });
  // The frame holds pages of readers' look: their way around would lead out of what is asked here.
  frame.addEventListener("load", () => {
    const page = frame.contentDocument;
    for (const element of page?.querySelectorAll("body > header, body > footer, body > .skip-link") ?? []) element.hidden = true;
    for (const link of page?.querySelectorAll("a[href]") ?? []) link.target = "_blank";
    page?.querySelector("main input:not([type=hidden])")?.focus();
  });
  // The sign-in ends in the frame, or in another window where the frame leads to one. Only pages of this site can send here.
  new BroadcastChannel(SIGNED_IN).addEventListener("message", ({ data }) => {
    if (!dialog.open) return;
    if (data.person !== autosaveSettings.person) {
      message.textContent =
        `${data.name} is signed in now, so your text was not saved. ` +
        "Copy it, or sign out in another window and sign in again here.";
      frame.hidden = true;
      pauseLocalCopies(true);
      document.dispatchEvent(new CustomEvent("desk:other-user", { detail: data.name }));
      return;
    }
    setCsrfToken(data.token);
    pauseLocalCopies(false);
    isBack = true;
    dialog.close();
    document.dispatchEvent(new CustomEvent("desk:signed-in"));
  });
}
