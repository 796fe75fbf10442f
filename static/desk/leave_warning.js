// Asks before a page is left whose text the server has not got, and copies all of it on demand.

import { form } from "./draft_form.js";
import { hasUnsentChanges } from "./autosave.js";

let isLeaving = false;

form?.addEventListener("submit", (event) => {
  isLeaving = !event.defaultPrevented;
});
addEventListener("pageshow", () => {
  isLeaving = false;
});
addEventListener("beforeunload", (event) => !isLeaving && hasUnsentChanges() && event.preventDefault());

function collectTexts() {
  const found = [];
  for (const control of form.querySelectorAll("textarea, input[type=text], input[type=url], input:not([type])")) {
    const label = control.labels?.[0]?.textContent.trim();
    if (label && control.value.trim() && !control.closest(".is-removed")) found.push(`${label}\n${control.value.trim()}`);
  }
  return found.join("\n\n");
}

for (const button of document.querySelectorAll("[data-copy-all]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(collectTexts());
      button.textContent = "Copied";
    } catch {
      button.textContent = "This browser can’t copy it";
    }
  });
}
