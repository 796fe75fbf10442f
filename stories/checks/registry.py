"""The registry of checks, and the function that runs them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getdoc

from stories.checks.context import CheckContext
from stories.checks.findings import Finding, Findings, Fix, Level, NewSection
from stories.checks.texts import describe_place
from stories.documents import AnyDocument, Explainer

type RawFindings = Iterator[tuple[str, str] | tuple[str, str, Fix | NewSection]]
type Check[D] = Callable[[D, CheckContext], RawFindings]

_ORDER = tuple(Level)
# The maximum number of findings that one check reports for one field. Further findings are not shown until some of
# these are corrected.
MAX_FINDINGS_PER_FIELD = 50


@dataclass(frozen=True, slots=True)
class RegisteredCheck:
    """A registered check. ``sentence`` describes its rule to editors; ``level`` is its default level.

    If ``is_overridable`` is true, users with the permission may override a finding of the check with a reason, and
    administrators may set its level. The other checks prevent the publication of documents that the database, the page
    or the audit log cannot handle. ``permission`` is what settles its findings, such as the right to confirm names, or
    empty if any editor of the page can.
    """

    code: str
    sentence: str
    level: Level
    kind: str
    is_overridable: bool
    function: Check[AnyDocument]
    permission: str = ""

    def get_level(self, context: CheckContext) -> Level:
        """Return the level of the check in this context."""
        if self.permission in context.lacking:
            return Level.NOTE
        return context.levels.get(self.code, self.level) if self.is_overridable else self.level


_checks: dict[str, RegisteredCheck] = {}


def check[D: AnyDocument](
    code: str, *, level: Level, kind: str = "any", overridable: bool = True, permission: str = ""
) -> Callable[[Check[D]], Check[D]]:
    """Register a check under a code, for one kind of document (``story`` or ``question``) or for ``any``.

    The decorated function takes the document and the context. It yields a message and an anchor for each finding, and a
    fix or the missing section if there is one. Its docstring is shown to editors as the rule. ``level``,
    ``overridable`` and ``permission`` are the values of ``level``, ``is_overridable`` and ``permission`` in
    ``RegisteredCheck``. Raise ValueError if the code is already taken.
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
            function,  # type: ignore[arg-type]  # `run_checks` selects the checks by `kind`
            permission,
        )
        return function

    return register


def list_checks() -> tuple[RegisteredCheck, ...]:
    """Return all checks, in the order of registration."""
    return tuple(_checks.values())


def list_settling_permissions() -> set[str]:
    """Return the permissions that settle findings of checks."""
    return {each.permission for each in _checks.values()} - {""}


def run_checks(document: AnyDocument, context: CheckContext) -> Findings:
    """Run all checks for this kind of document and return their findings, blockers first."""
    kind = "story" if isinstance(document, Explainer) else "question"
    findings = [
        Finding(
            each.code,
            each.get_level(context),
            message,
            anchor,
            each.is_overridable,
            describe_place(document, anchor),
            fix=next((each for each in act if isinstance(each, Fix)), None),
            new_section=next((each for each in act if isinstance(each, NewSection)), None),
        )
        for each in _checks.values()
        if each.kind in {kind, "any"}
        for message, anchor, *act in _limit_per_field(each.function(document, context))
    ]
    return Findings(sorted(findings, key=lambda finding: _ORDER.index(finding.level)))


def _limit_per_field(findings: RawFindings) -> RawFindings:
    count_by_anchor: Counter[str] = Counter()
    for each in dict.fromkeys(findings):
        count_by_anchor[each[1]] += 1
        if count_by_anchor[each[1]] <= MAX_FINDINGS_PER_FIELD:
            yield each
