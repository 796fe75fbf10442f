// Marks the section that is being read in the table of contents, and shows the contents in a sheet on phones. Folds “How we
// know” there, and opens whatever a link leads into. The page works without it.

const links = [...document.querySelectorAll(".contents a:not(.skip-contents)")];
const linkOfSection = new Map();
const sheet = document.querySelector(".contents-sheet");
const know = document.querySelector(".know");

function findTarget(hash) {
  return document.getElementById(decodeURIComponent(hash.slice(1)));
}

for (const link of links) {
  const section = findTarget(link.hash);
  if (section) {
    linkOfSection.set(section, link);
  }
}

function markCurrentLink() {
  const readingLine = window.innerHeight / 3;
  let current = null;
  for (const [section, link] of linkOfSection) {
    if (section.getBoundingClientRect().top <= readingLine) {
      current = link;
    }
  }
  for (const link of links) {
    if (link === current) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  }
}

if (linkOfSection.size > 1) {
  let isScheduled = false;
  addEventListener(
    "scroll",
    () => {
      if (!isScheduled) {
        isScheduled = true;
        requestAnimationFrame(() => {
          isScheduled = false;
          markCurrentLink();
        });
      }
    },
    { passive: true },
  );
  markCurrentLink();
}

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
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll(".know, .answered")) {
    fold.open = true;
  }
});

const contentsLink = document.querySelector(".jump a");
if (contentsLink && sheet.showPopover) {
  contentsLink.addEventListener("click", (event) => {
    event.preventDefault();
    const groups = document.querySelector(".groups").cloneNode(true);
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
