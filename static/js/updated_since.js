// Marks the stories on the front page that were updated since this browser last showed them, as since_visit.js remembers.

function parse(value) {
  try {
    return JSON.parse(value) ?? {};
  } catch {
    return {}; // Something else wrote this value.
  }
}

function readVisits() {
  try {
    const visits = Object.entries(localStorage).filter(([key]) => key.startsWith("read-"));
    return new Map(visits.map(([, value]) => parse(value)).map(({ path, updated }) => [path, updated]));
  } catch {
    return new Map(); // The browser stores nothing.
  }
}

const visits = readVisits();
const { updatedLabel } = document.querySelector("[data-updated-label]")?.dataset ?? {};
for (const card of document.querySelectorAll("[data-updated]")) {
  if (Number(card.dataset.updated) > visits.get(card.querySelector("a").pathname)) {
    const mark = document.createElement("span");
    mark.className = "updated strong marked";
    mark.textContent = updatedLabel;
    card.querySelector(".counts").append(mark);
  }
}
