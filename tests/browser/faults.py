"""What may be wrong with an open page, whoever it is for."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

MOST_SHIFT = 0.002
# Collects every shift of the layout, whoever caused it.
SHIFTS = """
    window.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shifts += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""


def faults_of(page: Page, width: int) -> list[str]:
    """Return what is wrong with an open page in a window of that width: rules of axe, and words that stick out."""
    found = [
        f"{rule['id']}: {rule['nodes'][0]['html']}"
        for rule in Axe().run(page, options={"runOnly": RULES}).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("it scrolls sideways")
    return found
