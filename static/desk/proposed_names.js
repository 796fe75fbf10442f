// Proposed names are decided on in the rows that use them. Other people’s drafts with the name change too.

import { form, post, RequestError } from "./draft_form.js";
import { removeRow } from "./rows.js";
import { announce } from "./typing.js";

const FIELDS = { topic: '[name$="-name"]', outlet: '[name$="-outlet_names"], [name$="-outlet_name"]' };
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
let isBusy = false;

const sameName = ({ what, proposedName }) =>
  [...form.querySelectorAll("[data-proposed-name]")].filter(
    ({ dataset }) => dataset.what === what && fold(dataset.proposedName) === fold(proposedName),
  );

/** Puts the decided name in the place of the proposed one, in every field that holds it; "" removes it. */
function replaceName({ what, proposedName }, name) {
  for (const field of form.querySelectorAll(FIELDS[what])) {
    const several = field.name.endsWith("s");
    const names = several ? field.value.split(";").map((each) => each.trim()) : [field.value.trim()];
    if (!names.some((each) => fold(each) === fold(proposedName))) continue;
    // An article keeps a rejected name until somebody corrects it.
    if (!name && !several && what === "outlet") continue;
    const row = field.closest("[data-row]");
    const before = field.value;
    if (!name && what === "topic") removeRow(row, true, { focus: false });
    else field.value = names.map((each) => (fold(each) === fold(proposedName) ? name : each)).filter(Boolean).join("; ");
    // A name that is confirmed as it was written leaves nothing to save.
    if (field.value !== before) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function showError(box, message) {
  const words = box.querySelector("[role=alert]") ?? Object.assign(document.createElement("p"), { className: "errorlist" });
  words.setAttribute("role", "alert");
  words.textContent = message;
  box.append(words);
}

async function decide(box, decision) {
  if (isBusy) return;
  isBusy = true;
  const { what, proposedName, address, work } = box.dataset;
  const base = form.elements.base_revision;
  try {
    const answer = await post(address, {
      what,
      name: proposedName,
      decision,
      kind: box.querySelector("[data-kind]").value,
      into: box.querySelector("[data-merge-fields] input").value,
      work,
      revision: base?.value ?? "",
    });
    // The decision is a revision of its own, which this form already shows.
    if (answer.revision && base) base.value = answer.revision;
    for (const other of sameName(box.dataset)) {
      const done = Object.assign(document.createElement("p"), { className: "note", textContent: answer.said, tabIndex: -1 });
      other.replaceWith(done);
      if (other === box) done.focus();
    }
    replaceName({ what, proposedName }, answer.name);
    document.dispatchEvent(new CustomEvent("desk:refresh"));
    announce(answer.said);
  } catch (error) {
    showError(box, error instanceof RequestError ? error.message : "Nothing was changed. Try again.");
  } finally {
    isBusy = false;
  }
}

for (const box of document.querySelectorAll("[data-proposed-name]")) {
  for (const hidden of box.querySelectorAll("[data-with-script]")) hidden.hidden = false;
  for (const shown of box.querySelectorAll("[data-without-script]")) shown.remove();
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-proposed-name] button");
  if (!button) return;
  const box = button.closest("[data-proposed-name]");
  if (button.dataset.decide) return decide(box, button.dataset.decide);
  const fields = box.querySelector("[data-merge-fields]");
  fields.hidden = !fields.hidden;
  button.setAttribute("aria-expanded", String(!fields.hidden));
  if (!fields.hidden) fields.querySelector("input").focus();
});
