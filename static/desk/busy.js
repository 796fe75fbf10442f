// Says that the server is still at work, where a form that was sent is not answered within two seconds.

const DELAY = 2_000; // milliseconds
let timer = null;
let message = null;

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const form = event.target;
  clearTimeout(timer);
  timer = setTimeout(() => {
    message ??= document.createElement("p");
    message.className = "busy-message";
    message.setAttribute("role", "status");
    form.append(message);
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", "Working");
    message.replaceChildren(bar, " Still working. There is no need to press the button again.");
  }, DELAY);
});

// A way back in history shows the page as it was left.
addEventListener("pageshow", () => {
  clearTimeout(timer);
  message?.remove();
});
