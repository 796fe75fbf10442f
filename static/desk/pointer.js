// What moves or is replaced between press and release of the mouse gets no click: such changes wait for the release.

let isPressed = false;
let waiting = [];

/** Calls `action` now or, while the button of the mouse is down, after the click that follows its release. */
export function whenReleased(action) {
  if (isPressed) waiting.push(action);
  else action();
}

function release() {
  isPressed = false;
  const actions = waiting;
  waiting = [];
  for (const action of actions) action();
}

// Other buttons open menus, which may swallow the release.
document.addEventListener("pointerdown", ({ button }) => (isPressed = button === 0), true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => isPressed && setTimeout(release), true);
