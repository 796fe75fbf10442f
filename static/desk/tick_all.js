// Ticks all answers of the list at once, and says how many are ticked. Without this script each is ticked by hand.

const boxes = [...document.querySelectorAll("[name=ticked][type=checkbox]")];
const label = document.querySelector("[data-tick-all]");
const note = document.querySelector("[data-ticked-count]");

function showCount() {
  const ticked = boxes.filter((box) => box.checked).length;
  label.querySelector("input").checked = ticked > 0 && ticked === boxes.length;
  if (ticked) note.textContent = `${ticked} ticked`;
}

if (boxes.length && label) {
  label.hidden = false;
  label.addEventListener("change", () => {
    for (const box of boxes) box.checked = label.querySelector("input").checked;
    note.textContent = "None ticked";
    showCount();
  });
  for (const box of boxes) box.addEventListener("change", showCount);
  // The browser may put back what was ticked when somebody comes back to the page.
  addEventListener("pageshow", showCount);
}
