// Copies the address of a section when its link is pressed, and a citation when its button is. Links work without it.

const { copyLabel, copiedLabel, linkCopiedLabel } = document.querySelector("[data-copied-label]").dataset;
const status = document.createElement("p");
status.className = "visually-hidden";
status.role = "status";
document.body.append(status);

async function copyText(text, control, doneLabel) {
  const label = control.textContent;
  if (label === doneLabel) {
    return;
  }
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return; // The browser denies access to its clipboard.
  }
  control.textContent = status.textContent = doneLabel;
  setTimeout(() => {
    control.textContent = label;
    status.textContent = "";
  }, 2000);
}

if (navigator.clipboard) {
  for (const link of document.querySelectorAll("a.anchor")) {
    link.addEventListener("click", () => copyText(link.href, link.firstElementChild, linkCopiedLabel));
  }
  for (const citation of document.querySelectorAll(".citation")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = copyLabel;
    button.setAttribute("aria-describedby", citation.previousElementSibling.id);
    button.addEventListener("click", () => copyText(citation.textContent, button, copiedLabel));
    citation.after(button);
  }
}
