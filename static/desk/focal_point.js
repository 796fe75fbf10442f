// Moves the focal point of a picture by click and by arrow keys, and draws each crop as pages will cut it. The two numbers of
// the form stay the truth: the cross writes them, and follows them.

const section = document.querySelector("[data-focal]");
const marker = section?.querySelector("[data-focal-marker]");
const fieldX = document.getElementById("id_focal_x");
const fieldY = document.getElementById("id_focal_y");

const clamp = (value) => Math.min(100, Math.max(0, Math.round(value)));
const read = (field) => clamp(Number(field.value) || 0);

/** Returns at which per cent a crop of `cut` out of `whole` begins so that it lies as near to `point` as it can. */
function cropPosition(whole, cut, point) {
  const rest = whole - cut;
  if (rest <= 0) return 50;
  const begins = Math.min(Math.max((whole * point) / 100 - cut / 2, 0), rest);
  return (begins / rest) * 100;
}

function draw() {
  const [x, y] = [read(fieldX), read(fieldY)];
  marker.style.insetInlineStart = `${x}%`;
  marker.style.insetBlockStart = `${y}%`;
  marker.setAttribute("aria-label", `Focal point: ${x} per cent from the left, ${y} from the top`);
  const [width, height] = [Number(section.dataset.width), Number(section.dataset.height)];
  for (const crop of document.querySelectorAll("[data-crop]")) {
    const ratio = Number(crop.dataset.ratioWidth) / Number(crop.dataset.ratioHeight);
    const left = cropPosition(width, Math.min(width, height * ratio), x);
    const top = cropPosition(height, Math.min(height, width / ratio), y);
    crop.style.objectPosition = `${left}% ${top}%`;
  }
}

let announceTimer;

function move(x, y) {
  fieldX.value = clamp(x);
  fieldY.value = clamp(y);
  draw();
  fieldX.dispatchEvent(new Event("input", { bubbles: true }));
  clearTimeout(announceTimer);
  announceTimer = setTimeout(() => (section.querySelector("[data-focal-status]").textContent = marker.getAttribute("aria-label")), 300);
}

if (marker && fieldX && fieldY) {
  for (const crop of document.querySelectorAll("[data-crop]")) {
    crop.style.aspectRatio = `${crop.dataset.ratioWidth} / ${crop.dataset.ratioHeight}`;
    crop.classList.add("is-live-crop");
    crop.src = crop.dataset.uncroppedImage;
  }
  marker.hidden = false;
  section.querySelector("[data-script-help]").hidden = false;
  const area = marker.parentElement;
  area.classList.add("is-enhanced");
  area.addEventListener("click", (event) => {
    if (event.target === marker) return;
    const box = area.querySelector("img").getBoundingClientRect();
    move(((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100);
    marker.focus();
  });
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  marker.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    move(read(fieldX) + step[0] * far, read(fieldY) + step[1] * far);
  });
  for (const field of [fieldX, fieldY]) field.addEventListener("input", draw);
  draw();
}
