// Marks in the contents the part that is being read. The page is whole without it.

const links = [...document.querySelectorAll(".contents a")];
const places = new Map();

for (const link of links) {
  const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (place) {
    places.set(place, link);
  }
}

function mark() {
  const line = window.innerHeight / 3;
  let current = null;
  for (const [place, link] of places) {
    if (place.getBoundingClientRect().top <= line) {
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

if (places.size > 1) {
  let waiting = false;
  addEventListener(
    "scroll",
    () => {
      if (!waiting) {
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          mark();
        });
      }
    },
    { passive: true },
  );
  mark();
}

// A menu closes when something else is touched.
for (const details of document.querySelectorAll(".menu")) {
  document.addEventListener("click", (event) => {
    if (!details.contains(event.target)) {
      details.open = false;
    }
  });
}
