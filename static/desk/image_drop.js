// Pictures pasted into a text or dropped on one: what they show is asked for at once, then they are sent, and stand in
// the text and among the pictures of the work.

import { canUpload, choosePicture, createElement } from "./picture_dialog.js";
import { makeReference } from "./references.js";
import { addRow as addEmptyRow } from "./rows.js";
import { announce, replaceRange } from "./typing.js";

const section = document.querySelector('[data-rows="pictures"]');
const MAX_PICTURES = 10; // at once

function addRow(placed) {
  const row = addEmptyRow(section, { focus: false });
  const field = (name) => row.querySelector(`[name$="-${name}"]`);
  field("picture").value = placed.name;
  field("alt").value = placed.alt;
  field("caption").value = placed.caption;
  field("credit").value = placed.credit;
  field("decorative").checked = placed.decorative;
  const margin = row.querySelector(".name");
  margin.textContent = placed.title;
  margin.after(createElement("img", { class: "thumbnail", src: placed.address, width: placed.width, height: placed.height, alt: "" }));
  // The server has named the row of a new picture in the Markdown for it.
  const [, uid] = /picture:([0-9a-f-]+)/.exec(placed.answer?.image_code ?? "") ?? [];
  if (uid) field("row").value = uid;
  field("alt").dispatchEvent(new Event("input", { bubbles: true }));
  return makeReference("picture", placed.short_name, field("row").value);
}

function place(field, placed, at) {
  const reference = addRow(placed);
  const { value } = field;
  const from = Math.min(at, value.length);
  const end = value.indexOf("\n", from) < 0 ? value.length : value.indexOf("\n", from);
  const before = value.slice(0, end);
  const after = value.slice(end);
  const above = !before.trim() || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = !after.trim() || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  replaceRange(field, `${above}![](${reference})${below}`, end, end);
}

function insert(field, placed, at) {
  place(field, placed, at);
  if (placed.answer) field.closest(".markdownx").dispatchEvent(new CustomEvent("markdownx.fileUploadEnd", { detail: [placed.answer] }));
}

async function insertPictures(field, files) {
  const pictures = files.filter((file) => file.type.startsWith("image/")).slice(0, MAX_PICTURES);
  if (!pictures.length) return announce("Only pictures can be dropped here.");
  if (!canUpload || !section) return announce("Pictures can’t be added here.");
  let count = 0;
  for (const [position, file] of pictures.entries()) {
    const { selectionStart: start, selectionEnd: end } = field;
    const placed = await choosePicture({ file, count: pictures.length > 1 ? ` (${position + 1} of ${pictures.length})` : "" });
    field.focus();
    field.setSelectionRange(start, end);
    if (!placed) continue;
    insert(field, placed, end);
    count += 1;
  }
  announce(count ? `${count === 1 ? "Picture inserted. It is" : `${count} pictures inserted. They are`} listed under Pictures in the text.` : "No picture inserted.");
}

/** Chooses a picture from the library, or uploads one, and places it behind the cursor. */
async function choosePictureFor(field) {
  if (!section) return announce("Pictures can’t be added here.");
  const { selectionStart: start, selectionEnd: end } = field;
  const placed = await choosePicture({ title: "Choose a picture for the text" });
  field.focus();
  field.setSelectionRange(start, end);
  if (!placed) return;
  insert(field, placed, end);
  announce("Picture inserted. It is listed under Pictures in the text.");
}

document.addEventListener("desk:choose-pictures", ({ target }) => choosePictureFor(target));

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
  event.dataTransfer.dropEffect = field && canUpload && section ? "copy" : "none";
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
