// Pictures pasted into a text or dropped on one: what they show is asked for at once, then they are sent, and stand in
// the text and among the pictures of the work.

import { announce, replaceRange } from "./typing.js";
import { csrfToken } from "./draft_form.js";

const address = document.querySelector("[data-picture-upload-address]")?.dataset.pictureUploadAddress;
const section = document.querySelector('[data-rows="pictures"]');
const MAX_BYTES = 10 * 1024 * 1024;
const MAX_PICTURES = 10; // at once
const PREVIEW_SIDE = 320; // pixels of what is shown while it is described

function createElement(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

async function drawPreview(file, canvas) {
  try {
    // Drawn, not linked: the page may show pictures of this site only, and this one is not there yet.
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, PREVIEW_SIDE / Math.max(bitmap.width, bitmap.height));
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
  } catch {
    canvas.remove(); // the server says what is wrong with it
  }
}

/**
 * Sends one picture; returns the status and the JSON of the answer, `{}` where there is none. Calls `onProgress` with
 * per cent.
 */
function send(body, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "text";
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? Math.round((100 * loaded) / total) : 0));
    request.addEventListener("load", () => {
      let data = {};
      try {
        data = JSON.parse(request.responseText);
      } catch {
        // A page instead of data: said below by its status.
      }
      resolve({ status: request.status, data });
    });
    request.addEventListener("error", () => resolve({ status: 0, data: {} }));
    request.send(body);
  });
}

function describeFailure({ status, data }) {
  if (data.error) return data.error;
  if (!status) return "No connection. The picture was not uploaded; your text is safe.";
  return `The picture was rejected (${status}). Your text is safe.`;
}

const FIELDS = `
  <form method="dialog" novalidate>
    <h2 id="picture-dialog-title">What does the picture show?</h2>
    <div class="picture-preview"></div>
    <p class="form-part"><label for="picture-alt">Alternative text</label>
      <textarea id="picture-alt" rows="2" dir="auto" maxlength="1000" aria-describedby="picture-alt-help picture-refusal"></textarea>
      <span class="help" id="picture-alt-help">Describe what matters, for people who can’t see it.</span></p>
    <p class="checkbox-row"><label><input type="checkbox" id="picture-decorative"> Purely decorative: screen readers skip it</label></p>
    <p class="form-part"><label for="picture-credit">Credit</label><input type="text" id="picture-credit" dir="auto" maxlength="300"></p>
    <p class="errorlist" id="picture-refusal" role="alert"></p>
    <p class="sending" hidden><label for="picture-progress">Uploading</label> <progress id="picture-progress" max="100" value="0"></progress></p>
    <p class="choices"></p>
  </form>`;

function button(words, kind, act) {
  const element = createElement("button", { type: "button", class: kind }, words);
  element.addEventListener("click", act);
  return element;
}

/** Asks what a picture shows and sends it; returns how it is placed, or null where somebody gave it up. */
function askAboutPicture(file, position, total) {
  const dialog = createElement("dialog", { class: "picture-dialog", "aria-labelledby": "picture-dialog-title" });
  // Our own words only: what a person or a file says is set as text.
  dialog.append(new DOMParser().parseFromString(FIELDS, "text/html").body.firstElementChild);
  const $ = (selector) => dialog.querySelector(selector);
  const [alt, decorative, credit, refusal, choices] = ["#picture-alt", "#picture-decorative", "#picture-credit", "#picture-refusal", ".choices"].map($);
  if (total > 1) $("h2").append(` (${position} of ${total})`);
  const canvas = createElement("canvas", { "aria-hidden": "true" });
  $(".picture-preview").append(canvas, createElement("p", { class: "note" }, file.name || "Picture from the clipboard"));
  drawPreview(file, canvas);
  document.body.append(dialog);

  return new Promise((resolve) => {
    let isBusy = false;
    const end = (placed) => {
      dialog.close();
      dialog.remove();
      resolve(placed);
    };
    const description = () => ({ alt: decorative.checked ? "" : alt.value.trim(), decorative: decorative.checked });
    const refuse = (words, at = alt) => {
      refusal.textContent = words;
      at.focus();
    };
    const place = async (keepBoth = false) => {
      if (isBusy) return;
      const { alt: words } = description();
      if (!words && !decorative.checked) return refuse("Describe the picture, or mark it as decorative.");
      if (file.size > MAX_BYTES) return refuse("The file is larger than 10 MB. Make the picture smaller.", $(".give-up"));
      isBusy = true;
      refusal.textContent = "";
      $(".sending").hidden = false;
      const body = new FormData();
      body.append("image", file, file.name || "pasted.png");
      body.append("alt", words);
      body.append("credit", credit.value.trim());
      if (decorative.checked) body.append("decorative", "on");
      if (keepBoth) body.append("keep_both", "on");
      const answer = await send(body, (percent) => ($("#picture-progress").value = percent));
      isBusy = false;
      $(".sending").hidden = true;
      if (answer.data.picture) return end({ ...answer.data.picture, ...description(), credit: credit.value.trim(), answer: answer.data });
      refuse(describeFailure(answer), answer.data.errors?.alt ? alt : $(".default"));
      if (answer.data.signed_out) document.dispatchEvent(new CustomEvent("desk:signed-out"));
      const { there: existing } = answer.data;
      if (!existing) return;
      const image = createElement("img", { src: existing.address, width: existing.width, height: existing.height, alt: "" });
      $(".picture-preview").append(createElement("figure", {}, image, createElement("figcaption", { class: "note" }, `In the library: ${existing.title}`)));
      choices.replaceChildren(
        button("Use the library picture", "default", () => end({ ...existing, ...description(), credit: credit.value.trim() || existing.credit })),
        button("Keep both", "", () => place(true)),
        button("Cancel", "give-up", () => end(null)),
      );
      $(".default").focus();
    };
    choices.append(
      button("Insert", "default", () => place()),
      button("Cancel", "give-up", () => end(null)),
    );
    decorative.addEventListener("change", () => (alt.disabled = decorative.checked));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!isBusy) end(null);
    });
    $("form").addEventListener("submit", (event) => {
      event.preventDefault();
      place();
    });
    dialog.showModal();
    alt.focus();
  });
}

function addRow(placed) {
  section.querySelector("[data-add]").click();
  const row = [...section.querySelectorAll(".row-list > [data-row]")].at(-1);
  const field = (name) => row.querySelector(`[name$="-${name}"]`);
  field("picture").value = placed.name;
  field("alt").value = placed.alt;
  field("credit").value = placed.credit;
  field("decorative").checked = placed.decorative;
  const margin = row.querySelector(".name");
  margin.textContent = placed.title;
  margin.after(createElement("img", { class: "thumbnail", src: placed.address, width: placed.width, height: placed.height, alt: "" }));
  // The server has named the row of a new picture in the Markdown for it.
  const [, uid] = /picture:([0-9a-f-]+)/.exec(placed.answer?.image_code ?? "") ?? [];
  if (uid) field("row").value = uid;
  field("alt").dispatchEvent(new Event("input", { bubbles: true }));
  return field("row").value;
}

function place(field, placed, at) {
  const uid = addRow(placed);
  const { value } = field;
  const from = Math.min(at, value.length);
  const end = value.indexOf("\n", from) < 0 ? value.length : value.indexOf("\n", from);
  const before = value.slice(0, end);
  const after = value.slice(end);
  const above = !before.trim() || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = !after.trim() || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  replaceRange(field, `${above}![](picture:${uid})${below}`, end, end);
}

async function insertPictures(field, files) {
  const pictures = files.filter((file) => file.type.startsWith("image/")).slice(0, MAX_PICTURES);
  if (!pictures.length) return announce("Only pictures can be dropped here.");
  if (!address || !section) return announce("Pictures can’t be added here.");
  let count = 0;
  for (const [position, file] of pictures.entries()) {
    const { selectionStart: start, selectionEnd: end } = field;
    const placed = await askAboutPicture(file, position + 1, pictures.length);
    field.focus();
    field.setSelectionRange(start, end);
    if (!placed) continue;
    place(field, placed, end);
    if (placed.answer) field.closest(".markdownx").dispatchEvent(new CustomEvent("markdownx.fileUploadEnd", { detail: [placed.answer] }));
    count += 1;
  }
  announce(count ? `${count === 1 ? "Picture inserted. It is" : `${count} pictures inserted. They are`} listed under Pictures in the text.` : "No picture inserted.");
}

document.addEventListener("desk:choose-pictures", ({ target: field }) => {
  const input = createElement("input", { type: "file", accept: "image/jpeg,image/png,image/webp,image/avif,image/gif", multiple: "" });
  input.addEventListener("change", () => insertPictures(field, [...input.files]));
  input.click();
});

const fieldAt = (target) => (target.matches?.(".markdownx textarea") && !target.readOnly && !target.disabled ? target : null);
const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener(
  "paste",
  (event) => {
    const field = fieldAt(event.target);
    const files = [...(event.clipboardData?.files ?? [])];
    // Word and Excel put a picture of the text beside the text: then the text is meant.
    if (!field || !files.length || event.clipboardData.getData("text/plain").trim()) return;
    event.preventDefault();
    insertPictures(field, files);
  },
  true,
);
let dropTarget = null;
const markDropTarget = (field) => {
  dropTarget?.classList.remove("drop-target");
  dropTarget = field;
  dropTarget?.classList.add("drop-target");
};
document.addEventListener("dragover", (event) => {
  if (!holdsFiles(event) || event.defaultPrevented || event.target.matches?.("input[type=file]")) return;
  // A file dropped beside a field would be opened in the place of the form.
  event.preventDefault();
  const field = fieldAt(event.target);
  event.dataTransfer.dropEffect = field && address && section ? "copy" : "none";
  if (field !== dropTarget) markDropTarget(field);
});
document.addEventListener("dragleave", (event) => event.target === dropTarget && markDropTarget(null));
document.addEventListener("drop", (event) => {
  if (!holdsFiles(event) || event.defaultPrevented || event.target.matches?.("input[type=file]")) return;
  event.preventDefault();
  markDropTarget(null);
  const field = fieldAt(event.target);
  if (field) insertPictures(field, [...event.dataTransfer.files]);
});
