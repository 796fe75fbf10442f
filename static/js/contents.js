// Marks the section that is being read in the table of contents. The page works without it.

const links = [...document.querySelectorAll(".contents a")];
const linkOfSection = new Map();

for (const link of links) {
  const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
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
