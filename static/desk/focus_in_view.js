// What has the focus of the keyboard stays in sight when something above it grows, such as a preview that arrives: the
// bar at the foot of a phone would cover it.

const TALL = 160; // pixels; a text that is taller shows its own cursor

const content = document.querySelector("#content");
if (content) {
  new ResizeObserver(() => {
    const focused = document.activeElement;
    const bar = document.querySelector(".submit-row");
    if (!bar || !focused?.matches(":focus-visible") || !content.contains(focused) || bar.contains(focused)) return;
    const { top, bottom, height } = focused.getBoundingClientRect();
    const edge = bar.getBoundingClientRect().top;
    if (height < TALL && top < innerHeight && bottom > edge) focused.scrollIntoView({ block: "nearest", behavior: "instant" });
  }).observe(content);
}
