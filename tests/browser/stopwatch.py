"""A stopwatch for tasks in a browser: it counts what a person does with the mouse and the keyboard, and waits for.

The counts come from the events that the browser dispatches, so nothing that a test does is left out: type text with
``page.keyboard.type``, not with ``fill``. The seconds follow the keystroke-level model; reading is left out.
"""

import time
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Locator, Page

SECONDS_PER = {"keys": 0.28, "pointings": 1.1, "presses": 0.1, "decisions": 1.35}

# A press is one of a mouse button, or of Enter or Space on a control or an option. Each press is a decision, and so is
# the begin of text in a field that no press led to. The counts are kept while one page follows another.
COUNT = """(() => {
  if (window.isCounting) return;
  window.isCounting = true;
  const NAMES = ["keys", "pointings", "presses", "decisions"];
  const read = () => JSON.parse(sessionStorage.getItem("stopwatch") ?? "{}");
  function add(changes) {
    const counts = read();
    for (const name of NAMES) counts[name] = (counts[name] ?? 0) + (changes[name] ?? 0);
    counts.isWriting = changes.isWriting ?? counts.isWriting ?? false;
    counts.last = Date.now();
    sessionStorage.setItem("stopwatch", JSON.stringify(counts));
  }
  const activates = ({ key, target }) =>
    (key === "Enter" && target.getAttribute("aria-activedescendant")) ||
    ((key === "Enter" || key === " ") && target.matches("a, button, summary, [type=checkbox], [type=radio], [type=file]"));
  addEventListener("pointerdown", (event) => {
    if (event.isTrusted) add({ pointings: 1, presses: 1, decisions: 1, isWriting: true });
  }, true);
  addEventListener("keydown", (event) => {
    if (!event.isTrusted || event.repeat) return;
    const isPress = activates(event), isText = event.key.length === 1 && !isPress;
    const isFirst = isText && !event.ctrlKey && !read().isWriting;
    add({
      keys: 1,
      presses: isPress ? 1 : 0,
      decisions: isPress || isFirst ? 1 : 0,
      isWriting: event.key === "Tab" || isPress ? false : isText ? true : undefined,
    });
  }, true);
})()"""


@dataclass(frozen=True, slots=True)
class Effort:
    """What a task cost: counts, and the seconds of each wait with the name of what was waited for."""

    presses: int
    keys: int
    pointings: int
    decisions: int
    waits: tuple[tuple[str, float], ...]

    @property
    def seconds(self) -> float:
        acting: float = sum(each * getattr(self, name) for name, each in SECONDS_PER.items())
        return acting + sum(seconds for _, seconds in self.waits)

    def __str__(self) -> str:
        waiting = sum(seconds for _, seconds in self.waits)
        return (
            f"{self.presses} presses, {self.seconds:.0f} seconds ({self.keys} keys, {self.pointings} pointings, "
            f"{self.decisions} decisions, {waiting:.1f} seconds of waiting)"
        )


class Stopwatch:
    """Counts from its creation what is done on a page, and on those that follow it in the same tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.waits: list[tuple[str, float]] = []
        page.context.add_init_script(COUNT)
        page.evaluate("sessionStorage.removeItem('stopwatch')")
        page.evaluate(COUNT)

    def wait_for(self, element: Locator, name: str, *, state: Literal["visible", "hidden"] = "visible") -> None:
        """Wait until an element is in this state, and record the time since the last press or key under ``name``."""
        element.wait_for(state=state)
        last = self._read_counts().get("last", 0) / 1_000
        self.waits.append((name, max(0.0, time.time() - last)))

    def stop(self) -> Effort:
        counts = self._read_counts()
        return Effort(**{name: counts.get(name, 0) for name in SECONDS_PER}, waits=tuple(self.waits))

    def _read_counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.page.evaluate("JSON.parse(sessionStorage.getItem('stopwatch') ?? '{}')")
        return counts
