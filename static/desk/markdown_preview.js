// A preview on demand under each Markdown field, in rows added later too. Typing, Tab and undo stay the browser's own.

import { post, RequestError } from "./draft_form.js";

const SHOW = "Show preview";
const CLOSE = "Hide preview";
const address = document.querySelector("[data-preview-address]")?.dataset.previewAddress;

function prepare(root) {
  for (const box of root.querySelectorAll(".markdownx:not(.ready)")) {
    box.classList.add("ready");
    const field = box.querySelector("textarea");
    const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`)?.textContent.trim() ?? "the text";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button preview-button";
    button.dataset.previewButton = "";
    button.setAttribute("aria-expanded", "false");
    const about = document.createElement("span");
    about.className = "visually-hidden";
    about.textContent = `: ${label}`;
    button.append(SHOW, about);
    field.after(button);
  }
}

function showError(preview, text) {
  const words = document.createElement("p");
  words.className = "refused";
  words.setAttribute("role", "alert");
  words.textContent = text;
  preview.replaceChildren(words);
}

async function show(box, button) {
  const preview = box.querySelector(".markdownx-preview");
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  button.firstChild.data = open ? SHOW : CLOSE;
  preview.hidden = open;
  if (open) return;
  preview.textContent = "Loading…";
  try {
    const { html } = await post(address, { content: box.querySelector("textarea").value });
    preview.innerHTML = html || "<p>Nothing to show yet.</p>";
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    showError(preview, `${error.message} Your text is safe.`);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-preview-button]");
  if (button) show(button.closest(".markdownx"), button);
});
document.addEventListener("rows:changed", (event) => prepare(event.target));
prepare(document);
