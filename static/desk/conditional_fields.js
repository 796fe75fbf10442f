// Shows a field only while the choice is made that asks for it, and lets a button say what it will do.
// Without this script every field is there, and the server asks for what is missing.

const chosen = (near, name) => near.closest("form").querySelector(`input[name="${CSS.escape(name)}"]:checked`)?.value;

function show() {
  for (const field of document.querySelectorAll("[data-asked-with]")) {
    field.hidden = chosen(field, field.dataset.askedWith) !== field.dataset.askedValue;
  }
  for (const button of document.querySelectorAll("[data-said-with]")) {
    button.dataset.saidNow ??= button.textContent;
    const isLater = chosen(button, button.dataset.saidWith) === "later";
    button.textContent = isLater ? button.dataset.saidLater : button.dataset.saidNow;
  }
}

document.addEventListener("change", show);
// The browser may put back what was chosen when somebody comes back to the page.
addEventListener("pageshow", show);
show();
