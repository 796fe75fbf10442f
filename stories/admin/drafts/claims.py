"""Read the points that a submitted form compares, each with its outlets."""

from collections.abc import Container, Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from newsroom.text.fold import fold
from stories.admin.drafts.posted import Row, SubmittedForm, index_by_uid
from stories.documents import Cell, Claim, Explainer, NamedOutlet
from stories.documents.cell_values import Amounts, fill_amounts, fill_moment, parse_amount, parse_moment
from stories.documents.schema.claims import DIFFERENCES, KINDS, STANCES, WITHOUT_VALUE
from stories.documents.schema.values import outlet_key
from stories.drafts.typed_names import FoundNames

_VALUES = ("value", "low", "high", "when")


def build_claims(
    submitted: SubmittedForm, base: Explainer, known: FoundNames, numbers: set[int], language: str
) -> Iterator[Claim]:
    """Yield the points in order; ``numbers`` are those of the sources on the form. An outlet has one cell in a point."""
    if "claims" not in submitted.formsets:
        yield from base.claims
        return
    saved = index_by_uid(base.claims)
    cells: dict[str, list[Row]] = {}
    for row in submitted.rows("cells"):
        cells.setdefault(row.line("parent"), []).append(row)
    for row in submitted.rows("claims"):
        old = saved.get(row.uid)
        kind = _choose(row.line("kind"), KINDS, old.kind if old else "figure")
        before = index_by_uid(old.cells) if old else {}
        built = {
            outlet_key(cell.outlet): cell
            for each in reversed(cells.get(row.line("row"), []))
            if (cell := _build_cell(each, before, known, numbers, language=language, kind=kind, as_of=row.day("as_of")))
        }
        if old or built or not row.is_empty:
            yield Claim.model_validate(
                {
                    "uid": row.uid,
                    "claim": row.line("claim")[:300],
                    "kind": kind,
                    "unit": row.line("unit")[:100],
                    "as_of": row.day("as_of"),
                    "brief": row.line("brief")[:300],
                    "difference": _choose(row.line("difference"), DIFFERENCES, ""),
                    "note": row.text("note"),
                    "cells": tuple(reversed(built.values())),
                }
            )


def _build_cell(
    row: Row,
    saved: dict[UUID, Cell],
    known: FoundNames,
    numbers: set[int],
    *,
    language: str,
    kind: str,
    as_of: date | None,
) -> Cell | None:
    """Return a cell, or None if the row is an empty one; ``as_of`` is the day of its point.

    A value that it cannot have is left out.
    """
    old = saved.get(row.uid)
    if old is None and row.is_empty and row.line("stance") in ("", "says"):
        return None
    name = row.line("outlet_name")[:200]
    outlet = known.outlets.get(fold(name))
    stance = _choose(row.line("stance"), STANCES, "says")
    value, amounts, when = "", Amounts(), ""
    if stance not in WITHOUT_VALUE:
        value, when = row.line("value")[:300], parse_moment(row.line("when")) or ""
        amounts = Amounts(
            parse_amount(row.line("low")) or "", parse_amount(row.line("high")) or "", row.is_checked("approximate")
        )
        before = old.value if old else ""
        if kind == "figure":
            amounts = fill_amounts(value, amounts, before=before, language=language)
        elif kind == "date":
            when = fill_moment(value, when, before=before, language=language, as_of=row.day("as_of") or as_of)
        if amounts.low and amounts.high and Decimal(amounts.low) > Decimal(amounts.high):
            amounts = amounts._replace(high="")
    return Cell.model_validate(
        {
            "uid": row.uid,
            "outlet": NamedOutlet(uid=outlet.uid, name=outlet.name) if outlet else NamedOutlet(uid=None, name=name),
            "stance": stance,
            "value": value,
            **amounts._asdict(),
            "when": when,
            "source": next((number for number in row.numbers("source") if number in numbers), None),
            "quotation": row.line("quotation")[:300],
            "attributed_to": row.line("attributed_to")[:200],
            "as_of": row.day("as_of"),
        }
    )


def list_unread_values(submitted: SubmittedForm) -> Iterator[str]:
    """Yield what is typed for outlets and has no place in a document, such as a moment that is none."""
    for row in submitted.rows("cells"):
        if row.line("stance") in WITHOUT_VALUE:
            yield from (row.line(name) for name in _VALUES)
            continue
        yield from (row.line(name) for name in ("low", "high") if parse_amount(row.line(name)) is None)
        if parse_moment(row.line("when")) is None:
            yield row.line("when")


def _choose(code: str, codes: Container[str], usual: str) -> str:
    return code if code in codes else usual
