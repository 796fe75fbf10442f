"""Checks of an open page: accessibility, width and layout shift."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Only violations are reported, by their HTML: axe then describes no other element and builds no selectors. It does not
# fetch the stylesheets again, which none of these rules needs.
OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
    "selectors": False,
    "preload": False,
}

AXE = Axe().axe_script
RUN_AXE = """async ([within, options]) => {
  const { violations } = await axe.run(within ?? document, options);
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}"""

MAX_SHIFT = 0.002
# A script that adds up all layout shifts, including those after user input.
SHIFTS = """
    window.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shifts += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""


def find_faults(page: Page, width: int, *, within: str | None = None) -> list[str]:
    """Return the violations that axe finds on an open page, and a fault if the page is wider than ``width`` pixels.

    With ``within``, a CSS selector, axe looks only at what it selects.
    """
    # A page that is examined in several widths or schemes gets the half megabyte of axe once.
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    faults: list[str] = page.evaluate(RUN_AXE, [within, OPTIONS])
    if page.evaluate("document.documentElement.scrollWidth") > width:
        faults.append("it scrolls sideways")
    return faults
