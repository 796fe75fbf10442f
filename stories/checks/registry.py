"""Every check of the house, by the kind of document that it reads."""

from collections.abc import Callable, Iterator

from stories.checks.finding import Finding, Findings, Level
from stories.documents import AnyDocument, Explainer

type Check[D] = Callable[[D], Iterator[tuple[str, str]]]

_ORDER = tuple(Level)
_checks: list[tuple[str, Level, str, Check[AnyDocument]]] = []


def check[D: AnyDocument](code: str, *, level: Level, kind: str = "any") -> Callable[[Check[D]], Check[D]]:
    """Register a check under its id for one kind of document (``story``, ``question`` or ``any``).

    A check takes the document and yields pairs of sentence and anchor.
    """

    def register(function: Check[D]) -> Check[D]:
        _checks.append((code, level, kind, function))  # type: ignore[arg-type]  # `kind` keeps the types apart
        return function

    return register


def findings(document: AnyDocument) -> Findings:
    """Return what all checks find on ``document``, blockers first; the one function that every verb asks."""
    kind = "story" if isinstance(document, Explainer) else "question"
    found = [
        Finding(code, level, message, anchor)
        for code, level, wanted, function in _checks
        if wanted in {kind, "any"}
        for message, anchor in function(document)
    ]
    return Findings(sorted(found, key=lambda finding: _ORDER.index(finding.level)))
