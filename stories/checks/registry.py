"""The registry of checks, by the kind of document that they read."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getdoc

from stories.checks.context import CheckContext
from stories.checks.findings import Finding, Findings, Fix, Level
from stories.checks.texts import describe_place
from stories.documents import AnyDocument, Explainer

type Found = Iterator[tuple[str, str] | tuple[str, str, Fix]]
type Check[D] = Callable[[D, CheckContext], Found]

_ORDER = tuple(Level)
# How many findings of one check on one field are reported. An editor corrects these first; one override covers all.
MOST_PER_FIELD = 50


@dataclass(frozen=True, slots=True)
class RegisteredCheck:
    """A registered check; ``sentence`` tells editors what it demands, and ``level`` is its default level.

    If it ``is_overridable``, users may override it with a reason, and administrators may set its level. The other
    checks protect what the database, the page or the audit log cannot handle.
    """

    code: str
    sentence: str
    level: Level
    kind: str
    is_overridable: bool
    function: Check[AnyDocument]

    def get_level(self, context: CheckContext) -> Level:
        """Return the level that applies in this context."""
        return context.levels.get(self.code, self.level) if self.is_overridable else self.level


_checks: dict[str, RegisteredCheck] = {}


def check[D: AnyDocument](
    code: str, *, level: Level, kind: str = "any", overridable: bool = True
) -> Callable[[Check[D]], Check[D]]:
    """Register a check under a code for one kind of document (``story``, ``question`` or ``any``).

    The function takes the document and the context, and yields message and anchor, with a fix if there is one. Its
    docstring is the sentence that editors read. Raise ValueError if the code is taken.
    """

    def register(function: Check[D]) -> Check[D]:
        if code in _checks:
            raise ValueError(f"Two checks are called {code}.")
        _checks[code] = RegisteredCheck(
            code,
            getdoc(function) or code,
            level,
            kind,
            overridable,
            function,  # type: ignore[arg-type]  # `kind` keeps the types apart
        )
        return function

    return register


def list_checks() -> tuple[RegisteredCheck, ...]:
    """Return all checks, in the order of their families."""
    return tuple(_checks.values())


def run_checks(document: AnyDocument, context: CheckContext) -> Findings:
    """Return the findings of all checks on ``document``, blockers first; every verb calls this function."""
    kind = "story" if isinstance(document, Explainer) else "question"
    found = [
        Finding(
            each.code,
            each.get_level(context),
            message,
            anchor,
            each.is_overridable,
            describe_place(document, anchor),
            *fix,
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
        if told[each[1]] <= MOST_PER_FIELD:
            yield each
