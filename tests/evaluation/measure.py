"""Counts of what the algorithms get right on a half of an evaluation set."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from newsroom.text.figures.amounts import find_amounts
from newsroom.text.forecast_sentences import read_outlook
from stories.workflow.agreement.finder import find_sentences
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
}


def describe(measure: str, half: str) -> str:
    """Return how many of how many cases are right, in the words of the table in ``README.md``."""
    marks = [is_right for _, is_right in MEASURES[measure](half)]
    return f"{sum(marks)} of {len(marks)}"
