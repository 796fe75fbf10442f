"""Checks that each figure of *In figures* has a source and says what it counts, and that there are two to six."""

from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.documents import Explainer

MIN_FIGURES = 2
MAX_FIGURES = 6


@check("figures.source", level=Level.BLOCKER, kind="story")
def figures_have_sources(document: Explainer, context: CheckContext) -> RawFindings:
    """Each figure of “In figures” has a source."""
    for figure in document.figures:
        if figure.source is None:
            yield f"Choose a source for the figure “{figure.value}”.", f"figures.{figure.uid}.source"


@check("figures.counts", level=Level.BLOCKER, kind="story")
def figures_count_something(document: Explainer, context: CheckContext) -> RawFindings:
    """Each figure of “In figures” says what it counts."""
    for figure in document.figures:
        if not figure.counts.strip():
            yield f"Add what the figure “{figure.value}” counts.", f"figures.{figure.uid}.counts"


@check("figures.number", level=Level.HINT, kind="story")
def number_of_figures(document: Explainer, context: CheckContext) -> RawFindings:
    """“In figures” has two to six figures."""
    number = len(document.figures)
    if number and not MIN_FIGURES <= number <= MAX_FIGURES:
        yield f"“In figures” has {number} {'figure' if number == 1 else 'figures'}. Use two to six.", "figures"
