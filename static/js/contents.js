// Marks the section that is being read in the table of contents, and shows the contents in a sheet on phones. Folds “How we
// know” there, and opens whatever a link leads into. The page works without it.

const links = [...document.querySelectorAll(".contents a:not(.skip-contents)")];
const sheet = document.querySelector(".contents-sheet");
const know = document.querySelector(".know");

function findTarget(hash) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null; // a malformed address
  }
}

function markCurrentLink() {
  const current = links.findLast((link) => findTarget(link.hash)?.getBoundingClientRect().top <= innerHeight / 3);
  for (const link of links) {
    link.ariaCurrent = link === current ? "true" : null;
  }
}

// Browsers send at most one of these events for each frame.
addEventListener("scroll", markCurrentLink, { passive: true });
markCurrentLink();

function openAround(element) {
  for (let fold = element; (fold = fold?.closest("article details:not([open])")); fold = fold.parentElement) {
    fold.open = true;
  }
}

if (know && matchMedia("(max-width: 45.99rem)").matches) {
  know.open = know.contains(findTarget(location.hash));
}
openAround(findTarget(location.hash));
addEventListener("hashchange", () => openAround(findTarget(location.hash)));
// A link to the fragment that is in the address already causes no other event.
document.addEventListener("click", ({ target }) => openAround(findTarget(target.closest("a")?.hash ?? "")), true);
addEventListener("beforeprint", () => document.querySelectorAll(".know, .answered").forEach((fold) => (fold.open = true)));

const contentsLink = document.querySelector(".jump a");
if (contentsLink && sheet.showPopover) {
  contentsLink.addEventListener("click", (event) => {
    event.preventDefault();
    const groups = document.querySelector(".groups").cloneNode(true);
    groups.removeAttribute("id");
    for (const label of groups.querySelectorAll(".label")) {
      label.id = `sheet-${label.id}`;
      label.nextElementSibling.setAttribute("aria-labelledby", label.id);
    }
    sheet.replaceChildren(groups);
    sheet.showPopover({ source: contentsLink });
    (sheet.querySelector("[aria-current]") ?? sheet.querySelector("a")).focus();
  });
  sheet.addEventListener("click", ({ target }) => target.closest("a") && sheet.hidePopover());
}
