"""Render the points on which a story compares outlets, with the difference between the outlets as a fixed code."""

from newsroom.text.markdown import citation_id, render_citation
from stories.documents import Cell, Claim
from stories.documents.agreement import find_difference, list_groups, write_brief
from stories.documents.render.citation_numbers import SourceNumbering
from stories.documents.render.fragments import CellFragment, ClaimFragment
from stories.documents.render.parts import render_short_text


def render_claim(claim: Claim, position: int, *, numbering: SourceNumbering) -> ClaimFragment:
    """Return the claim at ``position``, counted from 1. Its sources continue the numbering."""
    anchor = f"claim-{position}"
    groups = list_groups(claim)
    grouped = [(number, cell) for number, group in enumerate(groups, start=1) for cell in group.cells]
    others = [(0, cell) for stance in ("unclear", "silent") for cell in claim.cells if cell.stance == stance]
    cells = tuple(
        _render_cell(cell, group, anchor=f"{anchor}-{place}", numbering=numbering)
        for place, (group, cell) in enumerate((*grouped, *others), start=1)
    )
    return ClaimFragment(
        uid=claim.uid,
        claim=claim.claim,
        difference=find_difference(claim),
        brief=write_brief(claim),
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
        when=cell.when,
        source=numbers[0] if numbers else None,
        citation_html=render_citation(numbers[0], citation_id(anchor, 1)) if numbers else "",
        quotation=cell.quotation,
        attributed_to=cell.attributed_to,
        as_of=cell.as_of,
    )
