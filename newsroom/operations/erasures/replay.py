"""Repeat erasures on a restored database, which may be older than the erasures."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from newsroom.operations.erasures.lines import Line, list_effective

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    """The outcome of repeating one erasure."""

    ERASED = "erased"
    ABSENT = "absent"  # the database did not contain what was erased
    RECORDED = "recorded"  # the database already contains this erasure and its effects
    UNKNOWN = "unknown"  # the line does not say precisely enough what was erased
    FAILED = "failed"


type Replay = Callable[[Line], tuple[Outcome, str]]
type Finish = Callable[[], object]
type Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class _Scope:
    replay: Replay
    finish: Finish | None


@dataclass(frozen=True, slots=True)
class Report:
    """The result of repeating erasures.

    ``counts`` contains the number of erasures for each outcome. ``sentences`` describe what requires the attention of
    an operator. ``files`` are the digests of erased originals, which must not be copied from a backup.
    """

    counts: dict[Outcome, int]
    sentences: tuple[str, ...]
    files: frozenset[str]

    @property
    def is_complete(self) -> bool:
        """Whether all erasures are in effect, except those whose line is not precise enough."""
        return not self.counts[Outcome.FAILED]


_scopes: dict[str, _Scope] = {}


def register(scope: str, replay: Replay, *, finish: Finish | None = None) -> None:
    """Register the function that repeats the erasures of a given scope on the current database.

    ``replay(line)`` returns the outcome, and a sentence for the operator or "". It must not need a user account, must
    not delete files, and must record each erasure, so that it is repeated only once. ``finish`` is called once after
    all erasures have been repeated, even if several scopes share it.
    """
    _scopes[scope] = _Scope(replay, finish)


def replay_all(lines: Iterable[Line], *, on_progress: Progress | None = None) -> Report:
    """Repeat each erasure that has not failed, in the order in which they began, and report the outcomes.

    An erasure that the database already contains is not repeated, so this may be called again. If one erasure cannot be
    repeated, the others still are. Files are not deleted. Media must be copied to the restored site afterwards, without
    ``Report.files``.
    """
    effective = list_effective(lines)
    counts = Counter(dict.fromkeys(Outcome, 0))
    sentences: list[str] = []
    files: set[str] = set()
    for number, line in enumerate(effective, start=1):
        outcome, sentence = _replay(line)
        counts[outcome] += 1
        if sentence:
            sentences.append(sentence)
        if outcome != Outcome.RECORDED:
            files.update(line.files)
        if on_progress is not None:
            on_progress(number, len(effective))
    # Called even if all erasures were recorded, because an earlier run may have been killed before it finished.
    used = dict.fromkeys(_scopes[line.scope].finish for line in effective if line.scope in _scopes)
    for finish in used:
        if finish is not None:
            finish()
    return Report(dict(counts), tuple(sentences), frozenset(files))


def _replay(line: Line) -> tuple[Outcome, str]:
    name = f"Erasure {line.id} ({line.scope} of {line.kind} {line.uid})"
    scope = _scopes.get(line.scope)
    if scope is None:
        return Outcome.FAILED, f"{name} cannot be repeated: this release does not know its scope."
    try:
        return scope.replay(line)
    except Exception as error:
        logger.exception("An erasure could not be repeated.")
        return Outcome.FAILED, f"{name} could not be repeated: {type(error).__name__}. See the log."
