// Copies the address of a section when its link is pressed, and a citation when its button is. Adds a button that opens
// the device's own sheet for sharing the page, or else copies its address. Links work without it.

const tools = document.querySelector(".reader-tools");
const labelled = [...document.querySelectorAll("[data-link-copied-label]")].map(({ dataset }) => dataset);
const { copyLabel, copiedLabel, linkCopiedLabel, shareLabel } = Object.assign({}, ...labelled);
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

function makeButton(label, onClick) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", () => onClick(button));
  return button;
}

function sharePage(button) {
  const url = location.origin + location.pathname;
  if (navigator.share) {
    navigator.share({ title: document.title, url }).catch(() => {}); // Somebody closed the sheet.
  } else {
    copyText(url, button, linkCopiedLabel);
  }
}

if (navigator.clipboard) {
  for (const link of document.querySelectorAll("a.anchor")) {
    link.addEventListener("click", () => copyText(link.href, link.firstElementChild, linkCopiedLabel));
  }
  for (const citation of document.querySelectorAll(".citation")) {
    const button = makeButton(copyLabel, () => copyText(citation.textContent, button, copiedLabel));
    button.setAttribute("aria-describedby", citation.previousElementSibling.id);
    citation.after(button);
  }
}
if (tools && (navigator.share || navigator.clipboard)) {
  const button = makeButton(shareLabel, sharePage);
  button.className = "action";
  tools.append(button);
}
