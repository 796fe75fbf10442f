// Shows a field only while the choice that asks for it is made and the box that it needs is ticked. Also lets a button
// say what it will do.
// Without this script every field is there, and the server asks for what is missing.

const chosenValue = (near, name) => near.closest("form").querySelector(`input[name="${CSS.escape(name)}"]:checked`)?.value;

function update() {
  for (const field of document.querySelectorAll("[data-shown-if-field]")) {
    const { shownIfField, shownIfValue, shownWith } = field.dataset;
    field.hidden = chosenValue(field, shownIfField) !== shownIfValue || (shownWith && !chosenValue(field, shownWith));
  }
  for (const button of document.querySelectorAll("[data-label-field]")) {
    button.dataset.labelNow ??= button.textContent;
    const isLater = chosenValue(button, button.dataset.labelField) === "later";
    button.textContent = isLater ? button.dataset.labelLater : button.dataset.labelNow;
  }
}

// Puts the chosen change into the words of the correction, unless somebody has edited them.
function propose(radio) {
  const prefix = radio.name.slice(0, -"correction".length);
  const form = radio.closest("form");
  const fields = [
    [form.elements[`${prefix}was_wrong`], "data-was-wrong"],
    [form.elements[`${prefix}is_right`], "data-is-right"],
  ];
  const options = [...form.elements[radio.name]].map((each) => each.closest("label"));
  for (const [field, attribute] of fields) {
    const words = options.map((option) => option.querySelector(`[${attribute}]`).textContent);
    if (!field.value || words.includes(field.value)) {
      field.value = radio.closest("label").querySelector(`[${attribute}]`).textContent;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

// Lets the reply to a reader follow what is right, as long as the reply quotes it.
function updateReply(field) {
  const { reply } = field.form.elements;
  const before = field.dataset.before ?? field.defaultValue;
  if (before && reply?.value.includes(before)) {
    reply.value = reply.value.replace(before, () => field.value);
    reply.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.dataset.before = field.value;
}

document.addEventListener("change", ({ target }) => {
  update();
  if (target.name === "is_right") {
    updateReply(target);
  }
  if (target.closest("label")?.querySelector("[data-was-wrong]")) {
    propose(target);
  }
});
// The browser may put back what was chosen when somebody comes back to the page.
addEventListener("pageshow", update);
update();
