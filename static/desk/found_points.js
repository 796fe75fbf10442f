// The points that the server finds in the passages of a story: how many there are, and a list in which the editor adds
// or dismisses each. An added point is a row of the form, like one that was typed. Without this script the list is a
// screen of its own.

import { addClaim, element, field, fillCell, NO_SUGGESTIONS } from "./agreement.js";
import { formValues, post } from "./draft_form.js";
import { announce } from "./typing.js";

const part = document.querySelector("[data-found-points]");
const status = part?.querySelector("[data-points-status]");
const review = part?.querySelector("[data-review]");
const list = part?.querySelector("[data-points]");

const ask = async () => (await post(part.dataset.foundPoints, formValues())).points;

function showCount(count) {
  status.textContent = count ? `Found in the passages: ${count} ${count === 1 ? "point" : "points"}.` : "";
  review.hidden = !count;
}

function fail(error) {
  status.textContent = error.reason === "signed-out" ? error.message : NO_SUGGESTIONS;
  review.hidden = false;
}

async function open() {
  let points;
  try {
    points = await ask();
  } catch (error) {
    return fail(error);
  }
  showCount(points.length);
  list.replaceChildren(...points.map(buildPoint));
  list.hidden = !points.length;
  if (points.length) list.querySelector("button").focus();
  else status.textContent = "No points found in the passages.";
}

/** Takes a point from the list, and returns the control to go on from. */
function remove(item) {
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.remove();
  showCount(list.children.length);
  list.hidden = !list.children.length;
  return next?.querySelector("button") ?? document.querySelector("#head-claims").closest("summary");
}

function add(item, { kind, cells }) {
  const claim = addClaim("", kind);
  for (const cell of cells) fillCell(claim, cell.outlet, cell);
  remove(item);
  announce(`Added with ${cells.length} outlets. Name the point, and save to keep it.`);
  field(claim, "claim").focus();
}

async function dismiss(item, { digest }) {
  try {
    await post(part.dataset.dismiss, { digest });
  } catch (error) {
    item.querySelector(".taken").textContent = error.reason === "signed-out" ? error.message : "This was not stored. Try again.";
    return;
  }
  const next = remove(item);
  announce("This point will not be proposed again.");
  next.focus();
}

function buildPoint(point) {
  const name = `${point.label}: ${point.cells.map(({ outlet, says }) => `${outlet} ${says}`).join(", ")}`;
  const item = element("li", { className: "looked-outlet" });
  const button = (words, act) => {
    const made = element("button", { type: "button", className: "button secondary", textContent: words });
    made.setAttribute("aria-label", `${words}: ${name}`);
    made.addEventListener("click", () => act(item, point));
    return made;
  };
  const cells = point.cells.map(({ outlet, says, before, marked, after }) =>
    element(
      "div",
      {},
      element("dt", {}, outlet, " ", element("span", { className: "says", textContent: says })),
      element("dd", { className: "sentence", dir: "auto" }, before, marked && element("mark", { textContent: marked }), after),
    ),
  );
  item.append(
    element("p", { className: "name", textContent: point.label }),
    element("dl", { className: "found-cells" }, ...cells),
    element("div", { className: "choices" }, button("Add", add), button("Not this", dismiss)),
    element("p", { className: "note taken" }),
  );
  return item;
}

if (part) {
  part.querySelector("[data-without-script]").hidden = true;
  review.addEventListener("click", open);
  // The points are counted when the editor comes to this part of the form, not for everybody who opens it.
  const observer = new IntersectionObserver(async ([entry]) => {
    if (!entry.isIntersecting) return;
    observer.disconnect();
    try {
      showCount((await ask()).length);
    } catch (error) {
      fail(error);
    }
  });
  observer.observe(part);
}
