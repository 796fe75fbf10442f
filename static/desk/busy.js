// Says that the server is still at work, where a form that was sent is not answered within two seconds.

const PATIENCE = 2_000; // milliseconds
let waiting = null;
let told = null;

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const form = event.target;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    told ??= document.createElement("p");
    told.className = "working";
    told.setAttribute("role", "status");
    form.append(told);
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", "At work");
    told.replaceChildren(bar, " Still at work. Nothing has to be pressed again.");
  }, PATIENCE);
});

// A way back in history shows the page as it was left.
addEventListener("pageshow", () => {
  clearTimeout(waiting);
  told?.remove();
});
