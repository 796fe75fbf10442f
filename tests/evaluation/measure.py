"""Counts of what the algorithms get right on a half of an evaluation set."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from newsroom.text.figures.amounts import find_amounts
from newsroom.text.fold import fold_wording
from newsroom.text.forecast_sentences import read_outlook
from stories.documents.agreement import list_groups
from stories.documents.schema import Cell, Claim, NamedOutlet
from stories.workflow.agreement.finder import find_sentences
from stories.workflow.agreement.proposals import OutletText, Proposal, ProposedCell, propose_points
from stories.workflow.expiring_answers import propose_expiry

FOLDER = Path(__file__).parent

type Case = dict[str, Any]
type Marks = Iterator[tuple[str, bool]]


def read_cases(name: str, half: str) -> list[Case]:
    cases: list[Case] = tomllib.loads((FOLDER / f"{name}-{half}.toml").read_text(encoding="utf-8"))["case"]
    return cases


def mark_amounts(half: str) -> Marks:
    """Yield whether the amounts found at a phrase are exactly the marked one, or none where none is marked."""
    for case in read_cases("amounts", half):
        start = case["sentence"].index(case["phrase"])
        end = start + len(case["phrase"])
        found = [
            (amount.low, amount.high, amount.approximate, amount.unit)
            for amount in find_amounts(case["sentence"], case["language"])
            if amount.start < end and start < amount.end
        ]
        low, high = (Decimal(case[each]) if case[each] else None for each in ("low", "high"))
        yield case["id"], found == ([(low, high, case["approximate"], case["unit"])] if case["amount"] else [])


def mark_expiry(half: str) -> Marks:
    """Yield whether an editor would accept the proposed day, or the proposal of none."""
    for case in read_cases("expiry", half):
        as_of = date.fromisoformat(case["as_of"])
        day = propose_expiry(case["answer"], question=case["question"], as_of=as_of, language=case["language"]).day
        if case["expires_on"]:
            yield case["id"], day is not None and case["earliest"] <= str(day) <= case["latest"]
        else:
            yield case["id"], day is None


def read_outlooks(half: str) -> Iterator[tuple[Case, bool, str]]:
    """Yield each sentence, whether it is proposed as a forecast, and the last day that it names."""
    for case in read_cases("looking-ahead", half):
        outlook = read_outlook(case["sentence"], case["language"], said_on=date.fromisoformat(case["said_on"]))
        yield case, outlook.looks_ahead, str(outlook.due.last) if outlook.due else ""


def mark_proposed(half: str) -> Marks:
    """Yield whether a proposed sentence looks ahead."""
    return ((case["id"], case["looks_ahead"]) for case, proposed, _ in read_outlooks(half) if proposed)


def mark_found(half: str) -> Marks:
    """Yield whether a sentence that looks ahead is proposed."""
    return ((case["id"], proposed) for case, proposed, _ in read_outlooks(half) if case["looks_ahead"])


def mark_due(half: str) -> Marks:
    """Yield whether the day of a rightly proposed sentence is the marked one, or none where none is marked."""
    return (
        (case["id"], day == case["due_on"])
        for case, proposed, day in read_outlooks(half)
        if proposed and case["looks_ahead"]
    )


def read_found(name: str, half: str) -> Iterator[tuple[Case, list[bool]]]:
    """Yield each case of the finder, and for each sentence found whether it is the marked one.

    The value of a figure or a date must be at the marked one, too.
    """
    for case in read_cases(name, half):
        text, value = case["text"], case["value"]
        start = text.index(case["sentence"]) + case["sentence"].index(value) if case["answer"] else -1
        found = find_sentences(case["claim"], text, kind=case["kind"], unit=case["unit"], language=case["language"])
        yield (
            case,
            [
                each.start <= start < each.end
                and (
                    case["kind"] not in ("figure", "date")
                    or (each.value_start < start + len(value) and start < each.value_end)
                )
                for each in found
            ],
        )


def mark_sentences(name: str, best: int) -> Callable[[str], Marks]:
    """Return a measure of whether the marked sentence is among the ``best`` first ones."""
    return lambda half: ((case["id"], any(found[:best])) for case, found in read_found(name, half) if case["answer"])


def mark_silence(name: str) -> Callable[[str], Marks]:
    """Return a measure of whether nothing is found in a text without an answer."""
    return lambda half: ((case["id"], not found) for case, found in read_found(name, half) if not case["answer"])


def propose(case: Case) -> list[Proposal]:
    """Return the points that are proposed for a case of agreement, or for the articles about an event."""
    parts = case.get("passages") or case["articles"]
    texts = [OutletText(part["outlet"], part.get("language", case["language"]), part["text"]) for part in parts]
    title = case.get("story") or case["event"]
    return propose_points(texts, title=title, published=date.fromisoformat(case["published"]))


def describe_cell(cell: ProposedCell) -> dict[str, Any]:
    """Return a proposed cell in the form of a marked one, without its outlet."""
    low, high = ("" if end is None else str(end) for end in (cell.low, cell.high))
    return {
        "stance": cell.stance,
        "value": cell.value,
        "when": cell.when,
        "low": low,
        "high": high,
        "approximate": cell.approximate,
    }


def do_outlets_differ(kind: str, cells: list[dict[str, Any]]) -> bool:
    """Return whether the values are not all the same, or one is denied."""
    made = [
        Cell(
            uid=UUID(int=index),
            outlet=NamedOutlet(uid=None, name=str(index)),
            **{key: cell[key] for key in ("stance", "value", "low", "high", "approximate")},
            when=cell["when"] if kind == "date" else "",
        )
        for index, cell in enumerate(cells)
    ]
    groups = list_groups(Claim.model_validate({"uid": UUID(int=len(cells)), "claim": "-", "kind": kind, "cells": made}))
    return len(groups) > 1 or any(group.is_contradicted for group in groups)


def is_right(proposal: Proposal, claim: dict[str, Any]) -> bool:
    """Return whether every proposed cell is one of a marked claim, and the outlets differ exactly if those do."""
    marked = {cell["outlet"]: cell for cell in claim["cells"]}
    cells = [describe_cell(cell) for cell in proposal.cells]
    return (
        proposal.kind == claim["kind"]
        and all(
            cell.outlet in marked and has_value(proposal.kind, made, marked[cell.outlet])
            for cell, made in zip(proposal.cells, cells, strict=True)
        )
        and do_outlets_differ(claim["kind"], cells) == do_outlets_differ(claim["kind"], claim["cells"])
    )


def has_value(kind: str, cell: dict[str, Any], marked: dict[str, Any]) -> bool:
    """Return whether a cell has the stance and value of a marked one. Words may have more around the marked ones."""
    if cell["stance"] != marked["stance"]:
        return False
    match kind:
        case "figure":
            return all(to_decimal(cell[end]) == to_decimal(marked[end]) for end in ("low", "high"))
        case "date":
            return bool(cell["when"] == marked["when"])
        case _:
            return fold_wording(marked["value"]) in fold_wording(cell["value"])


def to_decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def iter_proposals(name: str, half: str, level: str) -> Iterator[tuple[Case, list[Proposal]]]:
    for case in read_cases(name, half):
        if case.get("level", "") == level:
            yield case, propose(case)


def mark_points(name: str, level: str = "") -> Callable[[str], Marks]:
    """Return a measure of whether a proposed point is a marked claim."""
    return lambda half: (
        (case["id"], any(is_right(each, claim) for claim in case["claims"]))
        for case, proposals in iter_proposals(name, half, level)
        for each in proposals
    )


def mark_claims(name: str, level: str = "") -> Callable[[str], Marks]:
    """Return a measure of whether a claim of two outlets or more is proposed."""
    return lambda half: (
        (case["id"], any(is_right(each, claim) for each in proposals))
        for case, proposals in iter_proposals(name, half, level)
        for claim in case["claims"]
        if len(claim["cells"]) > 1
    )


def mark_agreed(half: str) -> Marks:
    """Yield whether the outlets agree in a point that is proposed from whole articles."""
    for case, proposals in iter_proposals("articles", half, ""):
        for each in proposals:
            yield case["id"], not do_outlets_differ(each.kind, [describe_cell(cell) for cell in each.cells])


MEASURES: dict[str, Callable[[str], Marks]] = {
    "amounts-exact": mark_amounts,
    "expiry-accepted": mark_expiry,
    "looking-ahead-right": mark_proposed,
    "looking-ahead-found": mark_found,
    "looking-ahead-due": mark_due,
    "finder-passages-first": mark_sentences("finder-passages", 1),
    "finder-passages-in-two": mark_sentences("finder-passages", 2),
    "finder-passages-no-answer": mark_silence("finder-passages"),
    "finder-articles-first": mark_sentences("finder-articles", 1),
    "finder-articles-in-two": mark_sentences("finder-articles", 2),
    "finder-articles-no-answer": mark_silence("finder-articles"),
    "agreement-plain-right": mark_points("agreement", "plain"),
    "agreement-plain-found": mark_claims("agreement", "plain"),
    "agreement-hard-right": mark_points("agreement", "hard"),
    "agreement-hard-found": mark_claims("agreement", "hard"),
    "articles-agree": mark_agreed,
    "articles-right": mark_points("articles"),
    "articles-found": mark_claims("articles"),
}


def describe(measure: str, half: str) -> str:
    """Return how many of how many cases are right, in the words of the table in ``README.md``."""
    marks = [is_right for _, is_right in MEASURES[measure](half)]
    return f"{sum(marks)} of {len(marks)}"
