"""Render the points on which a story compares outlets, with the difference between the outlets as a fixed code."""

import re
from uuid import UUID

from newsroom.text.markdown import citation_id, render_citation
from stories.documents import Cell, Claim, Explainer
from stories.documents.agreement import compare
from stories.documents.cell_values import find_group
from stories.documents.render.citation_numbers import SourceNumbering
from stories.documents.render.fragments import CellFragment, ClaimFragment
from stories.documents.render.paragraphs import text_without_citations
from stories.documents.render.parts import render_short_text

_MARK = re.compile(r'<span data-to="claim:(?P<uid>[0-9a-f-]{36})">(?P<words>.*?)</span>', re.DOTALL)


def number_marks(html: str, document: Explainer) -> str:
    """Return a rendered text with the number of the group whose value is marked on each mark of a claim.

    Marks without their claim, or whose value no outlet gives, stay as they are.
    """
    claims = {claim.uid: claim for claim in document.claims}

    def number_mark(mark: re.Match[str]) -> str:
        claim = claims.get(UUID(mark["uid"]))
        group = find_group(claim, text_without_citations(mark["words"]), document.language) if claim else 0
        return mark[0].replace('">', f'" data-group="{group}">', 1) if group else mark[0]

    return _MARK.sub(number_mark, html) if claims and "claim:" in html else html


def render_claim(claim: Claim, position: int, *, numbering: SourceNumbering) -> ClaimFragment:
    """Return the claim at ``position``, counted from 1. Its sources continue the numbering."""
    anchor = f"claim-{position}"
    comparison = compare(claim)
    grouped = [(number, cell) for number, group in enumerate(comparison.groups, start=1) for cell in group.cells]
    others = [(0, cell) for stance in ("unclear", "silent") for cell in claim.cells if cell.stance == stance]
    cells = tuple(
        _render_cell(cell, group, anchor=f"{anchor}-{place}", numbering=numbering)
        for place, (group, cell) in enumerate((*grouped, *others), start=1)
    )
    return ClaimFragment(
        uid=claim.uid,
        claim=claim.claim,
        kind=claim.kind,
        unit=claim.unit,
        difference=comparison.difference,
        brief=comparison.brief,
        values=comparison.values,
        as_of=claim.as_of,
        note_html=render_short_text(claim.note, anchor=anchor, numbering=numbering) if claim.note else "",
        cells=cells,
    )


def _render_cell(cell: Cell, group: int, *, anchor: str, numbering: SourceNumbering) -> CellFragment:
    numbers = numbering.number_citations(f"[@{cell.source}]", anchor=anchor) if cell.source else ()
    return CellFragment(
        outlet=cell.outlet,
        stance=cell.stance,
        group=group,
        value=cell.value,
        low=cell.low,
        high=cell.high,
        approximate=cell.approximate,
        when=cell.when,
        source=numbers[0] if numbers else None,
        citation_html=render_citation(numbers[0], citation_id(anchor, 1)) if numbers else "",
        quotation=cell.quotation,
        attributed_to=cell.attributed_to,
        as_of=cell.as_of,
    )
