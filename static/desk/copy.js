// A button that copies what stands in a field. Without this script the field is there to be selected and copied by hand.

for (const button of document.querySelectorAll("[data-copy-source]")) {
  const field = document.getElementById(button.dataset.copySource);
  const status = button.parentElement.querySelector("[data-copy-status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = "Copied.";
    } catch {
      status.textContent = "Selected. Press Ctrl+C to copy it, or Cmd+C on a Mac.";
    }
  });
}
