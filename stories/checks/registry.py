"""Every check of the house, by the kind of document that it reads."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getdoc

from stories.checks.context import Context
from stories.checks.findings import Finding, Findings, Fix, Level
from stories.checks.texts import place_of
from stories.documents import AnyDocument, Explainer

type Found = Iterator[tuple[str, str] | tuple[str, str, Fix]]
type Check[D] = Callable[[D, Context], Found]

_ORDER = tuple(Level)
# Findings of one check on one field. An editor mends these first; one override covers them all.
MOST_OF_ONE_FIELD = 50


@dataclass(frozen=True, slots=True)
class Registered:
    """A check as it is kept: ``sentence`` says for editors what it asks for, ``level`` is its own.

    One that ``is_overridable`` may be overridden with a reason and given another level by administrators; the others
    guard what the database, the page or the record cannot carry.
    """

    code: str
    sentence: str
    level: Level
    kind: str
    is_overridable: bool
    function: Check[AnyDocument]

    def level_in(self, context: Context) -> Level:
        """Return how much it weighs here."""
        return context.levels.get(self.code, self.level) if self.is_overridable else self.level


_checks: dict[str, Registered] = {}


def check[D: AnyDocument](
    code: str, *, level: Level, kind: str = "any", overridable: bool = True
) -> Callable[[Check[D]], Check[D]]:
    """Register a check under its id for one kind of document (``story``, ``question`` or ``any``).

    A check takes the document and the context and yields sentence and anchor, and a fix where there is one. Its docstring is the sentence
    by which editors know it. Raises ValueError for an id that is taken.
    """

    def register(function: Check[D]) -> Check[D]:
        if code in _checks:
            raise ValueError(f"Two checks are called {code}.")
        _checks[code] = Registered(
            code,
            getdoc(function) or code,
            level,
            kind,
            overridable,
            function,  # type: ignore[arg-type]  # `kind` keeps the types apart
        )
        return function

    return register


def registered() -> tuple[Registered, ...]:
    """Return every check, in the order of their families."""
    return tuple(_checks.values())


def findings(document: AnyDocument, context: Context) -> Findings:
    """Return what all checks find on ``document``, blockers first; the one function that every verb asks."""
    kind = "story" if isinstance(document, Explainer) else "question"
    found = [
        Finding(
            each.code, each.level_in(context), message, anchor, each.is_overridable, place_of(document, anchor), *fix
        )
        for each in _checks.values()
        if each.kind in {kind, "any"}
        for message, anchor, *fix in _first_of_each_field(each.function(document, context))
    ]
    return Findings(sorted(found, key=lambda finding: _ORDER.index(finding.level)))


def _first_of_each_field(found: Found) -> Found:
    told: Counter[str] = Counter()
    for each in dict.fromkeys(found):
        told[each[1]] += 1
        if told[each[1]] <= MOST_OF_ONE_FIELD:
            yield each
