// Adds a button that opens the device's own sheet for sharing the page, or else copies its address.

const tools = document.querySelector(".reader-tools");
const { shareLabel, linkCopiedLabel } = tools.dataset;
const url = location.origin + location.pathname;
const button = document.createElement("button");
button.type = "button";
button.className = "action";
button.textContent = shareLabel;
const status = document.createElement("p");
status.className = "visually-hidden";
status.role = "status";

async function copyAddress() {
  await navigator.clipboard.writeText(url);
  button.textContent = status.textContent = linkCopiedLabel;
  setTimeout(() => {
    button.textContent = shareLabel;
    status.textContent = "";
  }, 2000);
}

button.addEventListener("click", async () => {
  try {
    await (navigator.share ? navigator.share({ title: document.title, url }) : copyAddress());
  } catch {
    // Somebody closed the sheet, or the browser denies access to its clipboard.
  }
});

if (navigator.share || navigator.clipboard) {
  tools.append(button, status);
}
