// Copies the address of a part when its link is pressed, and a citation when its button is. Without it links are links.

const { copyLabel, copiedLabel, linkCopiedLabel } = document.querySelector("[data-copied-label]").dataset;
const heard = document.createElement("p");
heard.className = "visually-hidden";
heard.role = "status";
document.body.append(heard);

async function take(text, shown, done) {
  const words = shown.textContent;
  if (words === done) {
    return;
  }
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return; // The browser keeps its clipboard to itself.
  }
  shown.textContent = heard.textContent = done;
  setTimeout(() => {
    shown.textContent = words;
    heard.textContent = "";
  }, 2000);
}

if (navigator.clipboard) {
  for (const link of document.querySelectorAll("a.anchor")) {
    link.addEventListener("click", () => take(link.href, link.firstElementChild, linkCopiedLabel));
  }
  for (const citation of document.querySelectorAll(".citation")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = copyLabel;
    button.setAttribute("aria-describedby", citation.previousElementSibling.id);
    button.addEventListener("click", () => take(citation.textContent, button, copiedLabel));
    citation.after(button);
  }
}
