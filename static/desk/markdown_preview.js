// A live preview of each Markdown field, in rows added later too: below its field, or beside it in a wide window. Only the
// field in use asks the server. Addresses, delay and events are those of django-markdownx; its own script is not loaded.

import { form, post, RequestError } from "./draft_form.js";
import { fieldLabel } from "./typing.js";

const HIDDEN = "desk-markdown-preview";
const SLOW = 400; // milliseconds after which the old preview is marked as out of date
const MIN_DELAY = 500; // milliseconds, as in the package
const states = new WeakMap(); // of each box: the text that is shown, the timer, the request under way

const isShown = () => {
  try {
    return localStorage.getItem(HIDDEN) !== "hidden";
  } catch {
    return true; // a browser that keeps nothing
  }
};
const boxOf = (target) => target?.closest?.(".markdownx");
const fieldOf = (box) => box.querySelector(".markdownx-editor");
const previewOf = (box) => box.querySelector(".markdownx-preview");
const fire = (box, name, ...detail) => box.dispatchEvent(new CustomEvent(name, { detail }));

/** Names a field as people do: by the row that it is the text of, otherwise by its label. */
function nameOf(field) {
  const [label, row] = fieldLabel(field).split(", ");
  return label === "Text" && row ? row : fieldLabel(field);
}

function showButton(box) {
  const button = box.querySelector("[data-preview-button]");
  button.setAttribute("aria-expanded", String(isShown()));
}

function prepare(root) {
  for (const box of root.querySelectorAll(".markdownx:not(.ready)")) {
    box.classList.add("ready");
    states.set(box, { shown: null, timer: 0, slow: 0, request: null });
    const [field, preview] = [fieldOf(box), previewOf(box)];
    if (field.dataset.markdownxEditorResizable === "False") field.style.resize = "none";
    preview.id = `${field.id}_preview`;
    preview.setAttribute("aria-label", `Preview of ${nameOf(field)}`);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button preview-button";
    button.dataset.previewButton = "";
    button.setAttribute("aria-controls", preview.id);
    const about = document.createElement("span");
    about.className = "visually-hidden";
    about.textContent = ` of ${nameOf(field)}`;
    button.append("Preview", about);
    field.after(button);
    showButton(box);
    field.dataset.markdownxInit = "";
  }
}

function setBusy(box, isBusy) {
  const preview = previewOf(box);
  preview.toggleAttribute("data-updating", isBusy);
  preview.setAttribute("aria-busy", String(isBusy));
}

function showProblem(box, words) {
  const preview = previewOf(box);
  const line = preview.querySelector(":scope > .refused") ?? document.createElement("p");
  line.className = "refused";
  line.textContent = words;
  preview.prepend(line);
}

async function update(box) {
  const state = states.get(box);
  const { value, dataset } = fieldOf(box);
  clearTimeout(state.timer);
  if (!isShown() || state.shown === value) return;
  state.request?.abort();
  const request = (state.request = new AbortController());
  clearTimeout(state.slow);
  state.slow = setTimeout(() => setBusy(box, true), SLOW);
  previewOf(box).hidden = false;
  try {
    const names = form?.elements.reference_names?.value ?? "";
    const html = await post(dataset.markdownxUrlsPath, { content: value, reference_names: names }, { signal: request.signal, html: true });
    state.shown = value;
    previewOf(box).innerHTML = html || "<p>Nothing to show yet.</p>";
    fire(box, "markdownx.update", html);
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof RequestError)) throw error;
    showProblem(box, `${error.message} Your text is safe.`);
    fire(box, "markdownx.updateError", error.message);
  }
  if (state.request !== request) return;
  clearTimeout(state.slow);
  setBusy(box, false);
}

function updateSoon(box) {
  const state = states.get(box);
  clearTimeout(state.timer);
  state.timer = setTimeout(update, Math.max(MIN_DELAY, Number(fieldOf(box).dataset.markdownxLatency) || 0), box);
}

document.addEventListener("focusin", ({ target }) => {
  const box = boxOf(target);
  if (box && target === fieldOf(box)) update(box);
});
document.addEventListener("input", ({ target }) => {
  const box = boxOf(target);
  if (box && target === fieldOf(box) && target === document.activeElement) updateSoon(box);
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-preview-button]");
  if (!button) return;
  const isNowShown = !isShown();
  try {
    localStorage.setItem(HIDDEN, isNowShown ? "shown" : "hidden");
  } catch {
    // Shown again after a reload.
  }
  for (const box of document.querySelectorAll(".markdownx.ready")) {
    showButton(box);
    previewOf(box).hidden = !isNowShown || states.get(box).shown === null;
  }
  if (isNowShown) update(boxOf(button));
});
document.addEventListener("rows:changed", (event) => prepare(event.target));
prepare(document);
document.dispatchEvent(new CustomEvent("markdownx.init"));
