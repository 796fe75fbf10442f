// Opens the small form that a button or a link names, and asks for what it requires. Without this script the button
// saves and the link leads to a page with the same form.

function open(event) {
  const control = event.target.closest?.("[data-opens-dialog]");
  const dialog = control && document.getElementById(control.dataset.opensDialog);
  if (!dialog || event.metaKey || event.ctrlKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  dialog.showModal();
  dialog.querySelector("select, textarea")?.focus();
}

function showError(field) {
  const part = field.closest(".form-part");
  const id = `${field.id}-error`;
  const list = document.getElementById(id) ?? Object.assign(document.createElement("ul"), { id, className: "errorlist" });
  list.replaceChildren(Object.assign(document.createElement("li"), { textContent: field.dataset.required }));
  part.append(list);
  part.classList.add("has-errors");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  field.focus();
}

document.addEventListener("click", (event) => {
  open(event);
  const dialog = event.target.closest?.("dialog.small-form");
  if (dialog && event.target.closest("[data-closes-dialog]")) {
    dialog.close();
  }
  if (dialog && event.target.closest("[type=submit]")) {
    const empty = [...dialog.querySelectorAll("[data-required]")].find((field) => !field.value.trim());
    if (empty) {
      event.preventDefault();
      showError(empty);
    }
  }
});
