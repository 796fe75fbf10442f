// Ticks a whole page of a list at once, and says how many are ticked. Without this script each row is ticked by hand.

const boxes = [...document.querySelectorAll("#changelist-form .action-select")];
const all = document.querySelector("#action-toggle");
const acrossPages = document.querySelector("[name=select_across]");

function showCount() {
  const ticked = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.closest("tr").classList.toggle("selected", box.checked);
  if (all) all.checked = ticked > 0 && ticked === boxes.length;
  const words = acrossPages?.checked ? "All matches selected" : ticked ? `${ticked} selected` : "";
  for (const note of document.querySelectorAll("[data-selection-count]")) note.textContent = words;
}

if (boxes.length) {
  if (all) {
    all.dataset.isEnhanced = "";
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      showCount();
    });
  }
  document.querySelector("#changelist-form").addEventListener("change", showCount);
  // The browser may put back what was ticked when somebody comes back to the page.
  addEventListener("pageshow", showCount);
}
