// Sections that fold to their headings. What somebody folded stays folded in this tab; what has an error opens.

const FOLDED = `desk-folded:${location.pathname}`;

/** The sections of the form, in the order of the page. */
export const listParts = () => [...document.querySelectorAll(".desk-form [data-part]")].filter((part) => !part.closest(".is-removed"));

const foldOf = (part) => part.querySelector(":scope > details");

/** Names a section the same after a save, when its row may have another number. */
function nameOf(part) {
  return part.querySelector(":scope > details > .row-body input[name$='-row']")?.value ?? part.id;
}

const isHidden = (sheet) => !sheet.matches(":popover-open") && getComputedStyle(sheet).display === "none";

/** Opens what hides an element, and closes the sheets that would cover it. */
export function reveal(element) {
  for (const sheet of document.querySelectorAll(":popover-open")) if (!sheet.contains(element)) sheet.hidePopover();
  const sheet = element?.closest("[popover]");
  if (sheet && isHidden(sheet)) sheet.showPopover();
  for (let fold = element?.closest("details:not([open])"); fold; fold = fold.closest("details:not([open])")) fold.open = true;
}

/** Opens a section. */
export function openPart(part) {
  const fold = part.matches("[data-part]") && foldOf(part);
  if (fold) fold.open = true;
}

/** Folds or opens all sections; one that has an error stays open. */
export function foldAll(isFolded) {
  for (const part of listParts()) {
    const fold = foldOf(part);
    if (fold) fold.open = !isFolded || Boolean(part.querySelector(".has-errors, .errorlist"));
  }
}

function remember() {
  const folded = listParts().filter((part) => foldOf(part)?.open === false);
  sessionStorage.setItem(FOLDED, JSON.stringify(folded.map(nameOf)));
}

function restore() {
  const folded = new Set(JSON.parse(sessionStorage.getItem(FOLDED) ?? "[]"));
  for (const part of listParts()) {
    if (folded.has(nameOf(part)) && !part.querySelector(".has-errors, .errorlist")) foldOf(part).open = false;
  }
}

if (document.querySelector(".desk-form [data-part]")) {
  restore();
  // The event does not bubble.
  document.addEventListener("toggle", ({ target }) => target.parentElement?.matches("[data-part]") && remember(), true);
}

const control = (prefix, name) => document.getElementById(`id_${prefix}-${name}`);

// A heading says what is typed as the heading, or which kind of section was chosen.
document.addEventListener("input", ({ target }) => {
  const prefix = /^(\w+-\d+)-(?:heading|kind|name)$/.exec(target.name ?? "")?.[1];
  const heading = prefix && document.querySelector(`[data-heading-fields="${CSS.escape(prefix)}"]`);
  if (!heading) return;
  const typed = control(prefix, "heading") ?? control(prefix, "name");
  const words = typed.value.trim() || control(prefix, "kind")?.selectedOptions?.[0].text || typed.placeholder;
  if (words) heading.textContent = words;
});

// An empty field shows the heading that readers see, which is that of the kind.
function showUsualHeading({ target }) {
  const select = target.matches("[data-row]") ? target.querySelector('select[name$="-kind"]') : target;
  const prefix = /^(sections-\d+)-kind$/.exec(select?.name ?? "")?.[1];
  if (prefix) control(prefix, "heading").placeholder = select.value === "free" ? "" : select.selectedOptions[0].text;
}

document.addEventListener("input", showUsualHeading);
document.addEventListener("rows:changed", showUsualHeading);
