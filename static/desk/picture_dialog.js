// Chooses a picture for a form in two steps: from the library or by an upload, then what it shows. Fields for the title
// of a picture get a button that opens the dialog. Without this script the same two steps are pages.

import { csrfToken } from "./draft_form.js";
import { fetchJson } from "./look_up.js";

const script = document.querySelector("script[data-choose-address]");
const { chooseAddress, uploadAddress, maxBytes, types = "", formats } = script?.dataset ?? {};
export const canUpload = Boolean(uploadAddress);

const TOO_LARGE = `The file is larger than ${maxBytes >> 20} MB. Make the picture smaller.`;
const PREVIEW_SIDE = 640; // pixels of what is shown while it is described
const UPLOADED_FOCUS = [50, 50]; // the focal point of a picture that nobody has set yet, in per cent
const CROPS = [
  ["16:9", 16 / 9],
  ["4:3", 4 / 3],
  ["1:1", 1],
];

export function createElement(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Draws a file into each canvas of `parts`, which it shows; removes them where the file is no picture. */
async function drawFile(file, parts) {
  try {
    // Drawn, not linked: the page may show pictures of this site only, and this one is not there yet.
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, PREVIEW_SIDE / Math.max(bitmap.width, bitmap.height));
    for (const part of parts) {
      for (const canvas of part.matches("canvas") ? [part] : part.querySelectorAll("canvas")) {
        canvas.width = Math.max(1, Math.round(bitmap.width * scale));
        canvas.height = Math.max(1, Math.round(bitmap.height * scale));
        canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      }
      part.hidden = false;
    }
    bitmap.close();
  } catch {
    for (const part of parts) part.remove(); // the server says what is wrong with it
  }
}

/**
 * Sends one picture; returns the status and the JSON of the answer, `{}` where there is none. Calls `onProgress` with
 * per cent.
 */
function send(body, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", uploadAddress);
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
  if (data.there) return `Already in the library: “${data.there.title}”.`;
  if (data.error) return data.error;
  if (!status) return "No connection. The picture was not uploaded; your text is safe.";
  return `The picture was rejected (${status}). Your text is safe.`;
}

const STEPS = `
  <div class="step" data-step="choose">
    <div class="top">
      <h2 id="picture-dialog-title"></h2>
      <form class="picture-search" role="search"><label for="picture-words">Search pictures</label>
        <div><input type="search" id="picture-words" autocomplete="off"><button type="submit" class="button secondary">Search</button></div></form>
      <label class="drop"><span>Drop a picture here or <u>upload</u></span><input type="file" accept="${types}"></label>
    </div>
    <div class="body">
      <p class="errorlist" data-refusal role="alert"></p>
      <p class="status" role="status"></p>
      <ul class="picture-grid"></ul>
      <p><button type="button" class="link-button" data-more hidden>Show more</button></p>
    </div>
    <p class="choices"><button type="button" class="default" data-continue disabled>Continue</button> <span class="note" data-chosen></span>
      <button type="button" class="give-up">Cancel</button></p>
  </div>
  <form class="step" data-step="describe" method="dialog" novalidate hidden>
    <div class="top"><h2 tabindex="-1"></h2></div>
    <div class="body picture-described">
      <div class="picture-preview"></div>
      <div>
        <p class="form-part"><label for="picture-alt">Alternative text</label>
          <textarea id="picture-alt" rows="3" dir="auto" maxlength="1000" aria-describedby="picture-alt-help picture-refusal"></textarea>
          <span class="help" id="picture-alt-help">Describe what matters, for people who can’t see it.</span></p>
        <p class="checkbox-row"><label><input type="checkbox" id="picture-decorative"> Purely decorative: screen readers skip it</label></p>
        <p class="form-part" data-caption><label for="picture-caption">Caption</label><textarea id="picture-caption" rows="2" dir="auto" maxlength="1000"></textarea></p>
        <p class="form-part"><label for="picture-credit">Credit</label><input type="text" id="picture-credit" dir="auto" maxlength="300"></p>
        <p class="note" data-origin hidden>Filled in from the library. Your changes stay on this page.</p>
        <p class="errorlist" id="picture-refusal" role="alert"></p>
        <p class="sending" hidden><label for="picture-progress">Uploading</label> <progress id="picture-progress" max="100" value="0"></progress></p>
      </div>
    </div>
    <p class="choices"><button type="submit" class="default">Insert</button> <button type="button" data-use hidden>Use it</button>
      <button type="button" data-keep hidden>Keep both</button> <button type="button" data-back>Back</button> <button type="button" class="give-up">Cancel</button></p>
  </form>`;

function buildChoice(picture) {
  const radio = createElement("input", { type: "radio", name: "chosen-picture", value: picture.uid });
  const { address: src, width, height, alt } = picture;
  const image = createElement("img", { src, width, height, alt, loading: "lazy" });
  return createElement("li", {}, createElement("label", {}, createElement("span", {}, radio, ` ${picture.title}`), image));
}

/** Shows how a picture is cropped around its focal point. `createPicture` returns an element that shows all of it. */
function buildCrops(createPicture, x, y) {
  const list = createElement("ul", { class: "picture-crops", "aria-label": "Crops" });
  for (const [words, ratio] of CROPS) {
    const image = createPicture();
    image.style.aspectRatio = String(ratio);
    image.style.objectPosition = `${x}% ${y}%`;
    list.append(createElement("li", {}, image, createElement("span", {}, words)));
  }
  return list;
}

/**
 * Opens the dialog; returns how the picture is placed, or null where somebody gave it up. With a `file` it opens at the
 * second step. `hasCaption` is false where the place has no caption.
 */
export function choosePicture({ title = "Choose a picture", file = null, count = "", hasCaption = true } = {}) {
  const dialog = createElement("dialog", { class: "picture-dialog", "aria-labelledby": "picture-dialog-title" });
  // Our own words only: what a person or a file says is set as text.
  dialog.append(...new DOMParser().parseFromString(STEPS, "text/html").body.children);
  const $ = (selector) => dialog.querySelector(selector);
  const [choose, describe] = dialog.querySelectorAll(".step");
  const [alt, decorative, caption, credit] = ["#picture-alt", "#picture-decorative", "#picture-caption", "#picture-credit"].map($);
  const [grid, status, more, next] = [".picture-grid", ".status", "[data-more]", "[data-continue]"].map($);
  const pictures = new Map();
  let chosen = null;
  let upload = file;
  let existing = null;
  let from = 0;
  let isBusy = false;

  $("#picture-dialog-title").textContent = title;
  $(".drop").hidden = !canUpload;
  $("[data-caption]").hidden = !hasCaption;
  $("[data-back]").hidden = Boolean(file);
  document.body.append(dialog);

  return new Promise((resolve) => {
    const end = (placed) => {
      dialog.close();
      dialog.remove();
      resolve(placed);
    };
    const texts = () => ({
      alt: decorative.checked ? "" : alt.value.trim(),
      decorative: decorative.checked,
      caption: caption.value.trim(),
      credit: credit.value.trim(),
    });

    async function load(start) {
      try {
        const answer = await fetchJson(chooseAddress, { q: $("#picture-words").value, from: start });
        if (!start) grid.replaceChildren();
        for (const picture of answer.pictures) pictures.set(picture.uid, picture);
        const items = answer.pictures.map(buildChoice);
        grid.append(...items);
        status.textContent = answer.status;
        from = answer.more;
        more.hidden = !from;
        if (start) items[0]?.querySelector("input").focus();
      } catch (error) {
        $("[data-refusal]").textContent = error.message;
      }
    }

    const refuse = (words, at = alt) => {
      $("#picture-refusal").textContent = words;
      at.focus();
    };

    function showDescription() {
      choose.hidden = true;
      describe.hidden = false;
      // Nothing stays of a picture that was described before.
      existing = null;
      describe.reset();
      alt.disabled = false;
      $("#picture-refusal").textContent = "";
      for (const hidden of describe.querySelectorAll("[data-use], [data-keep], [data-origin]")) hidden.hidden = true;
      const heading = describe.querySelector("h2");
      heading.textContent = upload ? `What does the picture show?${count}` : chosen.title;
      heading.id = "picture-dialog-title";
      $('[data-step="choose"] h2').removeAttribute("id");
      const preview = $(".picture-preview");
      if (upload) {
        const createCanvas = () => createElement("canvas", { "aria-hidden": "true" });
        const [canvas, crops] = [createCanvas(), buildCrops(createCanvas, ...UPLOADED_FOCUS)];
        crops.hidden = true;
        preview.replaceChildren(canvas, createElement("p", { class: "note" }, upload.name || "Picture from the clipboard"), crops);
        drawFile(upload, [canvas, crops]);
        alt.focus();
        return;
      }
      const { address: src, width, height, focal_x: x, focal_y: y } = chosen;
      const crops = buildCrops(() => createElement("img", { src, alt: "" }), x, y);
      preview.replaceChildren(createElement("img", { src, width, height, alt: "" }), crops);
      if (chosen.warning) preview.append(createElement("p", { class: "attention", role: "status" }, chosen.warning));
      alt.value = chosen.alt;
      credit.value = chosen.credit;
      $("[data-origin]").hidden = false;
      heading.focus();
    }

    function takeFile(picked) {
      if (!picked) return;
      const refusal = $("[data-refusal]");
      refusal.textContent = "";
      if (!types.split(",").includes(picked.type)) refusal.textContent = `Choose a picture: ${formats}.`;
      else if (picked.size > maxBytes) refusal.textContent = TOO_LARGE;
      else {
        upload = picked;
        showDescription();
      }
    }

    async function insert(keepBoth = false) {
      if (isBusy) return;
      if (!texts().alt && !decorative.checked) return refuse("Describe the picture, or mark it as decorative.");
      if (!upload) return end({ ...chosen, ...texts() });
      if (upload.size > maxBytes) return refuse(TOO_LARGE, describe.querySelector(".give-up"));
      isBusy = true;
      refuse("", document.activeElement);
      $(".sending").hidden = false;
      const body = new FormData();
      body.append("image", upload, upload.name || "pasted.png");
      body.append("alt", texts().alt);
      body.append("credit", texts().credit);
      if (decorative.checked) body.append("decorative", "on");
      if (keepBoth) body.append("keep_both", "on");
      const answer = await send(body, (percent) => ($("#picture-progress").value = percent));
      isBusy = false;
      $(".sending").hidden = true;
      if (answer.data.picture) return end({ ...answer.data.picture, ...texts(), answer: answer.data });
      if (answer.data.signed_out) document.dispatchEvent(new CustomEvent("desk:signed-out"));
      existing = answer.data.there ?? null;
      for (const button of [$("[data-use]"), $("[data-keep]")]) button.hidden = !existing;
      refuse(describeFailure(answer), existing ? $("[data-use]") : answer.data.errors?.alt ? alt : describe.querySelector(".default"));
      if (!existing) return;
      const { address: src, width, height } = existing;
      $(".picture-preview").append(createElement("figure", {}, createElement("img", { src, width, height, alt: "" })));
    }

    choose.addEventListener("submit", (event) => {
      event.preventDefault();
      load(0);
    });
    more.addEventListener("click", () => load(from));
    grid.addEventListener("change", ({ target }) => {
      chosen = pictures.get(target.value);
      next.disabled = false;
      $("[data-chosen]").textContent = chosen.title;
    });
    grid.addEventListener("dblclick", () => chosen && showDescription());
    next.addEventListener("click", () => {
      upload = null;
      showDescription();
    });
    $(".drop input").addEventListener("change", ({ target }) => takeFile(target.files[0]));
    choose.addEventListener("dragover", (event) => canUpload && event.preventDefault());
    choose.addEventListener("drop", (event) => {
      event.preventDefault();
      if (canUpload) takeFile(event.dataTransfer.files[0]);
    });
    describe.addEventListener("submit", (event) => {
      event.preventDefault();
      insert();
    });
    $("[data-use]").addEventListener("click", () => end({ ...existing, ...texts(), credit: texts().credit || existing.credit }));
    $("[data-keep]").addEventListener("click", () => insert(true));
    $("[data-back]").addEventListener("click", () => {
      choose.hidden = false;
      describe.hidden = true;
      describe.querySelector("h2").removeAttribute("id");
      $('[data-step="choose"] h2').id = "picture-dialog-title";
      (grid.querySelector(":checked") ?? $("#picture-words")).focus();
    });
    decorative.addEventListener("change", () => (alt.disabled = decorative.checked));
    for (const button of dialog.querySelectorAll(".give-up")) button.addEventListener("click", () => !isBusy && end(null));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!isBusy) end(null);
    });
    dialog.showModal();
    if (file) return showDescription();
    load(0);
    $("#picture-words").focus();
  });
}

/** Returns the field beside the one for the title of a picture, such as that for its credit. */
function siblingOf(field, name) {
  if (/-picture$/.test(field.name)) return field.form.elements[field.name.replace(/picture$/, name)];
  return field.form.elements[`${field.name === "shown_picture" ? "picture" : field.name}_${name}`];
}

async function fill(field, button) {
  const row = field.closest(".field:has(> .margin), [data-row], fieldset, .aligned, form");
  const title = field.name === "lead" ? "Choose the lead picture" : "Choose a picture";
  const placed = await choosePicture({ title, hasCaption: Boolean(siblingOf(field, "caption")) });
  button.focus();
  if (!placed) return;
  field.value = placed.name;
  for (const name of ["alt", "caption", "credit"]) {
    const other = siblingOf(field, name);
    if (other) other.value = placed[name];
  }
  const decorative = siblingOf(field, "decorative");
  if (decorative) decorative.checked = placed.decorative;
  const { address: src, width, height } = placed;
  row.querySelector("img.thumbnail")?.remove();
  row.querySelector(".margin")?.append(createElement("img", { class: "thumbnail", src, width, height, alt: "" }));
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function prepare(root) {
  for (const field of root.querySelectorAll('input.name-combobox:is([list="picture-names"], [data-datalist="picture-names"])')) {
    if (field.disabled || field.parentElement.querySelector("[data-choose]")) continue;
    const button = createElement("button", { type: "button", class: "button secondary", "data-choose": "" }, "Choose picture");
    button.addEventListener("click", () => fill(field, button));
    field.parentElement.append(button);
    const page = field.closest(".column, fieldset");
    for (const other of page?.querySelectorAll("[data-without-script]") ?? []) if (other.value?.startsWith("picture:")) other.remove();
  }
}

if (chooseAddress) {
  prepare(document);
  document.addEventListener("rows:changed", (event) => prepare(event.target));
}
