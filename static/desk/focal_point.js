// Moves the focal point of a picture by click and by arrow keys, and draws each crop as pages will cut it. The two numbers of
// the form stay the truth: the cross writes them, and follows them.

const part = document.querySelector("[data-focal]");
const cross = part?.querySelector("[data-cross]");
const across = document.getElementById("id_focal_x");
const down = document.getElementById("id_focal_y");

const held = (value) => Math.min(100, Math.max(0, Math.round(value)));
const read = (field) => held(Number(field.value) || 0);

/** Returns at which per cent a crop of `cut` out of `whole` begins so that it lies as near to `point` as it can. */
function position(whole, cut, point) {
  const rest = whole - cut;
  if (rest <= 0) return 50;
  const begins = Math.min(Math.max((whole * point) / 100 - cut / 2, 0), rest);
  return (begins / rest) * 100;
}

function draw() {
  const [x, y] = [read(across), read(down)];
  cross.style.insetInlineStart = `${x}%`;
  cross.style.insetBlockStart = `${y}%`;
  cross.setAttribute("aria-label", `Focal point: ${x} per cent from the left, ${y} from the top`);
  const [width, height] = [Number(part.dataset.width), Number(part.dataset.height)];
  for (const crop of document.querySelectorAll("[data-crop]")) {
    const ratio = Number(crop.dataset.across) / Number(crop.dataset.down);
    const left = position(width, Math.min(width, height * ratio), x);
    const top = position(height, Math.min(height, width / ratio), y);
    crop.style.objectPosition = `${left}% ${top}%`;
  }
}

let telling;

function move(x, y) {
  across.value = held(x);
  down.value = held(y);
  draw();
  across.dispatchEvent(new Event("input", { bubbles: true }));
  clearTimeout(telling);
  telling = setTimeout(() => (part.querySelector("[data-says]").textContent = cross.getAttribute("aria-label")), 300);
}

if (cross && across && down) {
  for (const crop of document.querySelectorAll("[data-crop]")) {
    crop.style.aspectRatio = `${crop.dataset.across} / ${crop.dataset.down}`;
    crop.classList.add("live");
    crop.src = crop.dataset.whole;
  }
  cross.hidden = false;
  part.querySelector("[data-scripted]").hidden = false;
  const stage = cross.parentElement;
  stage.classList.add("scripted");
  stage.addEventListener("click", (event) => {
    if (event.target === cross) return;
    const box = stage.querySelector("img").getBoundingClientRect();
    move(((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100);
    cross.focus();
  });
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  cross.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    move(read(across) + step[0] * far, read(down) + step[1] * far);
  });
  for (const field of [across, down]) field.addEventListener("input", draw);
  draw();
}
