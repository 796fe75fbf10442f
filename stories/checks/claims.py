"""Checks of the points of a story: each compares two outlets with their sources, and marks in the text agree with it."""

import re
from collections.abc import Iterator

from newsroom.text.markdown.links import UID
from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.checks.texts import list_texts
from stories.documents import Cell, Claim, Explainer
from stories.documents.cell_values import find_group, read_amounts

MIN_OUTLETS = 2
_MARK = re.compile(rf"\[(?P<words>[^\[\]]*)\]\(claim:(?P<uid>{UID})\)", re.IGNORECASE | re.ASCII)


@check("claims.outlets", level=Level.BLOCKER, kind="story")
def points_compare_outlets(document: Explainer, context: CheckContext) -> RawFindings:
    """Each point of “Agreement” compares at least two outlets."""
    for claim in document.claims:
        if len(claim.cells) < MIN_OUTLETS:
            yield (
                f"“{claim.claim}” compares fewer than two outlets. Add one, or remove the point.",
                f"claims.{claim.uid}.claim",
            )


@check("claims.silent", level=Level.BLOCKER, kind="story")
def silence_has_an_article_and_a_day(document: Explainer, context: CheckContext) -> RawFindings:
    """An outlet that does not mention a point has the article that was read, and the day."""
    for _, cell, anchor in _iter_cells(document):
        if cell.stance == "silent" and (cell.source is None or cell.as_of is None):
            yield (
                f"“{cell.outlet.name} does not mention it” needs the article that was read, and the day.",
                f"{anchor}.{'source' if cell.source is None else 'as_of'}",
            )


@check("claims.source", level=Level.WARNING, kind="story")
def outlets_of_points_have_sources(document: Explainer, context: CheckContext) -> RawFindings:
    """Each outlet of a point has a source."""
    for claim, cell, anchor in _iter_cells(document):
        if cell.source is None and cell.stance != "silent":
            yield f"{cell.outlet.name} has no source in “{claim.claim}”.", f"{anchor}.source"


@check("claims.marked", level=Level.WARNING, kind="story")
def marks_agree_with_their_points(document: Explainer, context: CheckContext) -> RawFindings:
    """Words that are marked as a point belong to a point of the story, and an outlet gives their figure."""
    claims = {str(claim.uid): claim for claim in document.claims}
    for text, anchor in list_texts(document):
        for mark in _MARK.finditer(text):
            words = mark["words"]
            claim = claims.get(mark["uid"].lower())
            if claim is None:
                yield f"“{words}” is marked as a point that is not in “Agreement”.", anchor
            elif claim.kind == "figure" and not _is_given(words, claim, document.language):
                yield f"“{words}” is marked as “{claim.claim}”, but no outlet gives that figure.", anchor


def _iter_cells(document: Explainer) -> Iterator[tuple[Claim, Cell, str]]:
    for claim in document.claims:
        for cell in claim.cells:
            yield claim, cell, f"claims.{claim.uid}.cells.{cell.uid}"


def _is_given(words: str, claim: Claim, language: str) -> bool:
    """Return whether an outlet gives the figure in ``words``, or whether they have none."""
    amounts = read_amounts(words, language)
    return not (amounts.low or amounts.high) or find_group(claim, words, language) > 0
