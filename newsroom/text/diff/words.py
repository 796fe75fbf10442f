"""Compare two texts, given as pieces with marks or as plain source, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Literal

from newsroom.text.diff.align import Stretch, align
from newsroom.text.diff.mark_labels import label_block, label_mark
from newsroom.text.diff.pieces import Piece
from newsroom.text.join import join_list
from newsroom.text.writing_systems import SENTENCE_ENDS

type Kind = Literal["same", "gone", "new"]

# A word includes the space after it, so that two successive changed words form one run. A punctuation mark does not: a
# text added after a full stop leaves the full stop unchanged.
TOKENS = re.compile(r"\w+(?:[’'‑-]\w+)*\s*|\s+|.", re.DOTALL)
# How many unchanged pieces are shown on each side of a change.
CONTEXT = 40
_MOST_BY_CHANCE = 2
_CLOSES = frozenset("”’\"'»)]")


@dataclass(frozen=True, slots=True)
class Run:
    """Words with the same marks that are in both texts (``same``), or only in the old (``gone``) or new one (``new``).

    ``marks`` are those of ``Piece``; plain text has none.
    """

    kind: Kind
    text: str
    marks: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """The address that the words link to, or an empty string."""
        return next((mark.removeprefix("link:") for mark in self.marks if mark.startswith("link:")), "")

    @property
    def begins_block(self) -> bool:
        """Whether this run is the beginning of a block or line instead of words."""
        return self.marks[:1] == ("block",)

    @property
    def block(self) -> str:
        """The label of the block that begins here, in the active language, or an empty string."""
        return label_block(self.marks) if self.begins_block else ""

    @property
    def marks_label(self) -> str:
        """The labels of the marks, such as “bold, link to https://…”, or an empty string."""
        return join_list(map(label_mark, self.marks)) if not self.begins_block else ""


@dataclass(frozen=True, slots=True)
class RunGroup:
    """Consecutive runs of the same kind.

    ``kind`` is that of the runs, or ``more`` in place of a long unchanged part; ``left_out`` is its number of words.
    """

    kind: Literal["same", "gone", "new", "more"]
    runs: tuple[Run, ...] = ()
    left_out: int = 0

    @property
    def lead(self) -> str:
        """The line break and bullet with which these words begin, or an empty string if they begin no block."""
        return self.runs[0].text if self.runs and self.runs[0].begins_block else ""

    @property
    def body(self) -> tuple[Run, ...]:
        """The runs after the lead."""
        return self.runs[1:] if self.lead or self.block else self.runs

    @property
    def block(self) -> str:
        """The label of the block that begins here if no word of it is included, otherwise an empty string."""
        return self.runs[0].block if self.runs and all(run.begins_block for run in self.runs) else ""


def compare_source(old: str, new: str) -> list[Run]:
    """Return the runs from ``old`` to ``new``.

    Without the ``new`` runs they make up the old text, without the ``gone`` ones the new text. The texts are compared
    as source, including white space, and not as readers see them.
    """
    before, after = TOKENS.findall(old), TOKENS.findall(new)
    runs: list[Run] = []
    for stretch in align(before, after):
        texts = "".join(before[stretch.start : stretch.end]), "".join(after[stretch.new_start : stretch.new_end])
        kinds: tuple[Kind, ...] = ("same",) if stretch.same else ("gone", "new")
        runs += [Run(kind, text) for kind, text in zip(kinds, texts, strict=False) if text]
    return runs


def compare_pieces(old: Sequence[Piece], new: Sequence[Piece]) -> list[Stretch]:
    """Return the stretches from ``old`` to ``new`` with as few changed pieces as possible."""
    return align([piece.key for piece in old], [piece.key for piece in new])


def adapt_for_reading(stretches: list[Stretch], old: Sequence[Piece], new: Sequence[Piece]) -> list[Stretch]:
    """Return the stretches adapted for reading.

    Rewritten parts of sentences are joined, and an added sentence begins at its own start. One or two words that
    two rewritten stretches share by chance count as rewritten as well.
    """
    joined: list[Stretch] = []
    words = [0, *accumulate(piece.is_word for piece in old)]
    for stretch in stretches:
        if not stretch.same and len(joined) > 1 and _is_chance(joined[-2], joined[-1], stretch, old, words):
            joined[-2:] = [Stretch(False, joined[-2].start, stretch.end, joined[-2].new_start, stretch.new_end)]
        else:
            joined.append(stretch)
    joined.append(Stretch(True, len(old), len(old), len(new), len(new)))
    openings = _openings(old), _openings(new)
    for place in range(1, len(joined) - 1):
        if not joined[place].same:
            three = joined[place - 1], joined[place], joined[place + 1]
            joined[place - 1 : place + 2] = _slid(*three, old, new, openings)
    return [stretch for stretch in joined if stretch.end > stretch.start or stretch.new_end > stretch.new_start]


def split_sides(
    stretches: list[Stretch], old: Sequence[Piece], new: Sequence[Piece]
) -> tuple[tuple[RunGroup, ...], tuple[RunGroup, ...]]:
    """Return the old side, with words ``same`` and ``gone``, and the new side, with words ``same`` and ``new``.

    Of a long unchanged part, only the ``CONTEXT`` pieces next to each change are included.
    """
    before, after = _Side(), _Side()
    for place, stretch in enumerate(stretches):
        if not stretch.same:
            before.add("gone", old[stretch.start : stretch.end])
            after.add("new", new[stretch.new_start : stretch.new_end])
            continue
        length = stretch.end - stretch.start
        first = CONTEXT if place else 0
        last = CONTEXT if place < len(stretches) - 1 else 0
        hidden = old[stretch.start + first : stretch.end - last] if length > first + last + CONTEXT else ()
        for side, pieces in (
            (before, old[stretch.start : stretch.end]),
            (after, new[stretch.new_start : stretch.new_end]),
        ):
            if hidden:
                side.add("same", pieces[:first])
                side.leave_out(sum(piece.is_word for piece in hidden))
                side.add("same", pieces[length - last :])
            else:
                side.add("same", pieces)
    return before.told(), after.told()


def _is_chance(one: Stretch, shared: Stretch, other: Stretch, old: Sequence[Piece], words: Sequence[int]) -> bool:
    """Return whether two changes share so few words that it may be chance.

    ``words`` holds the number of words before each index of ``old``.
    """
    few = words[shared.end] - words[shared.start]
    if few > _MOST_BY_CHANCE or any(piece.begins_block for piece in old[shared.start : shared.end]):
        return False
    return all(few < min(words[each.end] - words[each.start], each.new_end - each.new_start) for each in (one, other))


def _slid(
    head: Stretch,
    changed: Stretch,
    tail: Stretch,
    old: Sequence[Piece],
    new: Sequence[Piece],
    openings: tuple[Sequence[int], Sequence[int]],
) -> tuple[Stretch, Stretch, Stretch]:
    """Return the stretches with a pure addition or removal moved to the start of a block or sentence, if possible."""
    if changed.start != changed.end and changed.new_start != changed.new_end:
        return head, changed, tail
    came = changed.start == changed.end
    side, opens = (new, openings[1]) if came else (old, openings[0])
    first, last = (changed.new_start, changed.new_end) if came else (changed.start, changed.end)
    best, steps = opens[first], 0
    for way, most in ((-1, head.end - head.start), (1, tail.end - tail.start)):
        for step in range(0, way * most, way):
            one, other = (first + step - 1, last + step - 1) if way < 0 else (first + step, last + step)
            if side[one].key != side[other].key:
                break
            if opens[first + step + way] > best:
                best, steps = opens[first + step + way], step + way
    return (
        head._replace(end=head.end + steps, new_end=head.new_end + steps),
        Stretch(False, *(place + steps for place in changed[1:])),
        tail._replace(start=tail.start + steps, new_start=tail.new_start + steps),
    )


def _openings(pieces: Sequence[Piece]) -> list[int]:
    """Return for each piece what begins with it: a block (2), a sentence (1), or neither (0)."""
    found: list[int] = []
    is_after_sentence = True
    for piece in pieces:
        found.append(2 if piece.begins_block else int(is_after_sentence))
        if piece.words not in _CLOSES:
            is_after_sentence = piece.begins_block or piece.words in SENTENCE_ENDS
    return found


class _Side:
    """Builder of one side, run by run; a space between two runs belongs to the unchanged one."""

    def __init__(self) -> None:
        self._words: list[RunGroup] = []
        self._runs: list[Run] = []
        self._kind: Kind = "same"
        self._marks: tuple[str, ...] = ()
        self._texts: list[str] = []
        self._is_opening = True

    def add(self, kind: Kind, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            space = "" if piece.glued or self._is_opening else " "
            shown = piece.shown if self._texts or self._words else piece.shown.lstrip("\n")
            if (self._kind, self._marks) != (kind, piece.marks):
                if not (self._kind != "same" and kind == "same"):
                    self._texts.append(space)
                    space = ""
                self._end_run()
            self._texts += (space, shown)
            self._kind, self._marks = kind, piece.marks
            self._is_opening = piece.begins_block

    def leave_out(self, count: int) -> None:
        self._end_words()
        self._words.append(RunGroup("more", left_out=count))

    def told(self) -> tuple[RunGroup, ...]:
        self._end_words()
        return tuple(self._words)

    def _end_run(self) -> None:
        if text := "".join(self._texts):
            self._runs.append(Run(self._kind, text, self._marks))
        self._texts = []

    def _end_words(self) -> None:
        self._end_run()
        for kind, runs in groupby(self._runs, key=lambda run: run.kind):
            self._words.append(RunGroup(kind, tuple(runs)))
        self._runs = []
