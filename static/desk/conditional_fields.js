// Shows a field only while the choice is made that asks for it, and lets a button say what it will do.
// Without this script every field is there, and the server asks for what is missing.

const chosenValue = (near, name) => near.closest("form").querySelector(`input[name="${CSS.escape(name)}"]:checked`)?.value;

function update() {
  for (const field of document.querySelectorAll("[data-shown-if-field]")) {
    field.hidden = chosenValue(field, field.dataset.shownIfField) !== field.dataset.shownIfValue;
  }
  for (const button of document.querySelectorAll("[data-label-field]")) {
    button.dataset.labelNow ??= button.textContent;
    const isLater = chosenValue(button, button.dataset.labelField) === "later";
    button.textContent = isLater ? button.dataset.labelLater : button.dataset.labelNow;
  }
}

document.addEventListener("change", update);
// The browser may put back what was chosen when somebody comes back to the page.
addEventListener("pageshow", update);
update();
