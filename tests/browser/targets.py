"""Find the controls of an open page that a click or a tap in their middle does not reach."""

from playwright.sync_api import Locator, Page

from tests.conftest import FULL_LENGTH

# The height of the window for each width.
WINDOWS = {320: 640, 390: 844, 1280: 800}
# A closed page looks on every phone as on the narrowest.
WIDTHS_OF_PAGES = tuple(WINDOWS) if FULL_LENGTH else (320, 1280)

# Examines each control inside an element. Returns how many there are, and what covers the middle of which: scrolled to
# the middle, to the start and to the end of the window, and focused in order and in reverse order.
EXAMINE = """(root) => {
  const CONTROLS = `a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="button"],
    [tabindex="0"], [contenteditable="true"]`;
  const NATIVE = "a, button, input, select, textarea, summary";

  const describe = (element) => element?.outerHTML.replace(/\\s+/g, " ").slice(0, 90) ?? "nothing";
  const isShown = (element) => element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })
    && !element.matches(":disabled") && !element.closest("[inert], [aria-hidden='true']")
    && [...element.getClientRects()].some(({ width, height }) => width && height);
  // Whether only screen readers find an element.
  const isClipped = (element) => {
    const boxes = [...element.getClientRects()];
    const isTiny = boxes.length > 0 && boxes.every(({ width, height }) => width <= 1 && height <= 1);
    if (isTiny || getComputedStyle(element).clipPath === "inset(50%)") return true;
    return element.parentElement !== null && isClipped(element.parentElement);
  };
  // A person aims at the label of a control that only screen readers find.
  const findTarget = (control) => (isClipped(control) && control.labels?.[0]) || control;
  const isReached = (control, hit) => {
    const found = hit?.closest(CONTROLS) ?? null;
    if (found === control) return true;
    if (!found && [...(control.labels ?? [])].some((label) => label.contains(hit))) return true;
    // A region that is focused in order to scroll it contains other controls.
    return !control.matches(NATIVE) && control.contains(hit);
  };

  const faults = [];
  const examine = (control, place) => {
    for (const { x, y, width, height } of findTarget(control).getClientRects()) {
      // The middle of what is high is outside the window when its start or its end is in sight.
      if (width < 1 || height < 1 || (place !== "center" && height > innerHeight / 2)) continue;
      // Of a focused field of several lines, the browser shows the line of the cursor: the first.
      const down = place.endsWith("Tab") && control.matches("textarea") ? 12 : height / 2;
      const hit = document.elementFromPoint(x + width / 2, y + down);
      if (!isReached(control, hit)) faults.push(`${place}: ${describe(control)} is under ${describe(hit)}`);
    }
  };

  const controls = [...root.querySelectorAll(CONTROLS)].filter(isShown);
  const reachable = controls.filter((control) => {
    if (!isClipped(findTarget(control))) return true;
    control.focus();
    for (const animation of document.getAnimations()) animation.finish();
    if (!isClipped(control)) examine(control, "focused");
    else if (control.tabIndex >= 0) faults.push(`focused: ${describe(control)} is not seen`);
    control.blur();
    return false;
  });
  for (const block of ["center", "start", "end"]) {
    for (const control of reachable) {
      const inline = block === "center" ? "center" : "nearest";
      findTarget(control).scrollIntoView({ block, inline, behavior: "instant" });
      examine(control, block);
    }
  }
  for (const [place, all] of [["Tab", controls], ["Shift+Tab", controls.toReversed()]]) {
    for (const control of all) {
      control.focus();
      if (document.activeElement === control && !isClipped(control)) examine(control, place);
    }
    document.activeElement.blur();
  }
  scrollTo({ top: 0, left: 0, behavior: "instant" });
  return [controls.length, faults];
}"""
# Resolves when scripts have reacted to a new size of the window.
SETTLED = "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"


def find_missed(root: Locator) -> tuple[int, list[str]]:
    """Return the number of controls shown inside an element, and those that are missed in their middle."""
    count, faults = root.evaluate(EXAMINE)
    return count, faults


def find_missed_at_all_widths(page: Page, *, has_scripts: bool) -> tuple[int, dict[int, list[str]]]:
    """Return the number of controls of an open page, and what is wrong, keyed by the width of the window."""
    total, faults = 0, {}
    for width in WIDTHS_OF_PAGES:
        page.set_viewport_size({"width": width, "height": WINDOWS[width]})
        if has_scripts:
            page.evaluate(SETTLED)
        count, found = find_missed(page.locator("html"))
        total += count
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("it scrolls sideways")
        if found:
            faults[width] = found
    return total, faults
