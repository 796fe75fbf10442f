// Disclosures of the main navigation: Esc closes the innermost one and returns to its button, a press elsewhere closes it.

const open = () => [...document.querySelectorAll("details[data-closes][open]")];
// A part that the style sheet always shows has no button to return to.
const button = (details) => details.querySelector("summary");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const details = open().findLast((each) => each.contains(document.activeElement) && button(each).offsetParent);
  if (!details) return;
  details.open = false;
  button(details).focus();
  event.preventDefault();
});
document.addEventListener("click", ({ target }) => {
  for (const details of open()) if (!details.contains(target)) details.open = false;
});
document.addEventListener("focusin", ({ target }) => {
  for (const details of open()) if (!details.contains(target)) details.open = false;
});
