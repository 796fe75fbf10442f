// Says when the form holds what is not saved, asks before it is left, and copies all of it on demand.

const form = document.querySelector("#story_form, #faq_form");
const told = document.querySelector("[data-unsaved]");
let unsaved = Boolean(document.querySelector("#conflict, #problems"));

function mark() {
  if (!unsaved && told) told.textContent = "Not saved yet";
  unsaved = true;
}

form?.addEventListener("input", mark);
form?.addEventListener("rows:changed", (event) => event.isTrusted === false && form.dataset.began && mark());
// A second press while the first is under way would be told that somebody else saved meanwhile.
let sent = false;
form?.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
  unsaved = false;
});
addEventListener("pageshow", () => {
  sent = false;
});
addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
requestAnimationFrame(() => form && (form.dataset.began = "true"));

for (const button of document.querySelectorAll("[data-copy-all]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const texts = [];
    for (const control of form.querySelectorAll("textarea, input[type=text], input[type=url], input:not([type])")) {
      const label = control.labels?.[0]?.textContent.trim();
      if (label && control.value.trim() && !control.closest(".gone")) texts.push(`${label}\n${control.value.trim()}`);
    }
    try {
      await navigator.clipboard.writeText(texts.join("\n\n"));
      button.textContent = "Copied";
    } catch {
      button.textContent = "The browser did not let it be copied";
    }
  });
}
