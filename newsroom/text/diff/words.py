"""Compare two texts, given as pieces with marks or as plain source, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Literal

from newsroom.text.diff.align import Stretch, align
from newsroom.text.diff.mark_labels import label_block, label_mark
from newsroom.text.diff.pieces import NUMBER_SEPARATORS, Piece
from newsroom.text.join import join_list
from newsroom.text.writing_systems import SENTENCE_ENDS

type Kind = Literal["same", "gone", "new"]

# A word includes the space after it, so that two successive changed words form one run. A punctuation mark does not, so
# that text added after a full stop leaves the full stop unchanged. A number with separators, such as 1,600, 9.5 or
# 03:40, is one word.
TOKENS = re.compile(rf"\w+(?:(?:[’'‑-]|(?<=\d)[{NUMBER_SEPARATORS}](?=\d))\w+)*\s*|\s+|.", re.DOTALL)
# The number of unchanged pieces shown on each side of a change.
CONTEXT = 40
_MAX_CHANCE_WORDS = 2
_CLOSING_MARKS = frozenset("”’\"'»)]")


@dataclass(frozen=True, slots=True)
class Run:
    """Words with the same marks: in both texts (``same``), only in the old (``gone``) or only in the new one (``new``).

    ``marks`` are the marks of a ``Piece``; plain text has none.
    """

    kind: Kind
    text: str
    marks: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """The address that the words link to, with the title of the link if it has one, or an empty string."""
        return next((mark.removeprefix("link:") for mark in self.marks if mark.startswith("link:")), "")

    @property
    def begins_block(self) -> bool:
        """Whether this run contains no words, but is the beginning of a block or line."""
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

    ``kind`` is the kind of the runs, or ``more`` for a long unchanged part that is left out. ``left_out`` is the number
    of words in that part.
    """

    kind: Literal["same", "gone", "new", "more"]
    runs: tuple[Run, ...] = ()
    left_out: int = 0

    @property
    def lead(self) -> str:
        """The start of the block that begins here, such as a line break and a bullet, or an empty string if none does."""
        return self.runs[0].text if self.runs and self.runs[0].begins_block else ""

    @property
    def body(self) -> tuple[Run, ...]:
        """The runs after the lead."""
        return self.runs[1:] if self.lead or self.block else self.runs

    @property
    def block(self) -> str:
        """The label of the block that begins here if the group contains no words, otherwise an empty string."""
        return self.runs[0].block if self.runs and all(run.begins_block for run in self.runs) else ""


def compare_source(old: str, new: str) -> list[Run]:
    """Return the runs from ``old`` to ``new``.

    All runs but ``new`` ones make up the old text, and all but ``gone`` ones the new text. The texts are compared as
    source, including white space, and not as readers see them.
    """
    before, after = TOKENS.findall(old), TOKENS.findall(new)
    runs: list[Run] = []
    for stretch in align(before, after):
        texts = "".join(before[stretch.start : stretch.end]), "".join(after[stretch.new_start : stretch.new_end])
        kinds: tuple[Kind, ...] = ("same",) if stretch.same else ("gone", "new")
        runs += [Run(kind, text) for kind, text in zip(kinds, texts, strict=False) if text]
    return runs


def compare_pieces(old: Sequence[Piece], new: Sequence[Piece]) -> list[Stretch]:
    """Return the stretches from ``old`` to ``new``, aligned by the keys of the pieces."""
    return align([piece.key for piece in old], [piece.key for piece in new])


def adapt_for_reading(stretches: list[Stretch], old: Sequence[Piece], new: Sequence[Piece]) -> list[Stretch]:
    """Return the stretches adapted for reading.

    At most two unchanged words between two longer changes count as changed, because they may match by chance.
    Where possible, a change that adds or removes a sentence begins at the start of that sentence.
    """
    joined: list[Stretch] = []
    word_counts = [0, *accumulate(piece.is_word for piece in old)]
    for stretch in stretches:
        if not stretch.same and len(joined) > 1 and _is_chance_match(joined[-2], joined[-1], stretch, old, word_counts):
            joined[-2:] = [Stretch(False, joined[-2].start, stretch.end, joined[-2].new_start, stretch.new_end)]
        else:
            joined.append(stretch)
    joined.append(Stretch(True, len(old), len(old), len(new), len(new)))
    openings = _rate_openings(old), _rate_openings(new)
    for place in range(1, len(joined) - 1):
        if not joined[place].same:
            neighbours = joined[place - 1], joined[place], joined[place + 1]
            joined[place - 1 : place + 2] = _align_to_opening(*neighbours, old, new, openings)
    return [stretch for stretch in joined if stretch.end > stretch.start or stretch.new_end > stretch.new_start]


def split_sides(
    stretches: list[Stretch], old: Sequence[Piece], new: Sequence[Piece]
) -> tuple[tuple[RunGroup, ...], tuple[RunGroup, ...]]:
    """Return the old side, with ``same`` and ``gone`` words, and the new side, with ``same`` and ``new`` words.

    Of a long unchanged part, only the ``CONTEXT`` pieces next to each change are included.
    """
    before, after = _SideBuilder(), _SideBuilder()
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
    return before.finish(), after.finish()


def _is_chance_match(
    before: Stretch, shared: Stretch, after: Stretch, old: Sequence[Piece], word_counts: Sequence[int]
) -> bool:
    """Return whether there are so few words between two changes that these words may match by chance.

    ``word_counts`` contains the number of words before each index of ``old``.
    """
    shared_words = word_counts[shared.end] - word_counts[shared.start]
    if shared_words > _MAX_CHANCE_WORDS or any(piece.begins_block for piece in old[shared.start : shared.end]):
        return False
    return all(
        shared_words < min(word_counts[each.end] - word_counts[each.start], each.new_end - each.new_start)
        for each in (before, after)
    )


def _align_to_opening(
    head: Stretch,
    changed: Stretch,
    tail: Stretch,
    old: Sequence[Piece],
    new: Sequence[Piece],
    openings: tuple[Sequence[int], Sequence[int]],
) -> tuple[Stretch, Stretch, Stretch]:
    """Return the stretches, with a pure addition or removal moved to the start of a block or sentence if possible."""
    if changed.start != changed.end and changed.new_start != changed.new_end:
        return head, changed, tail
    is_addition = changed.start == changed.end
    side, ratings = (new, openings[1]) if is_addition else (old, openings[0])
    first, last = (changed.new_start, changed.new_end) if is_addition else (changed.start, changed.end)
    best, steps = ratings[first], 0
    for direction, max_steps in ((-1, head.end - head.start), (1, tail.end - tail.start)):
        for step in range(0, direction * max_steps, direction):
            at_start, at_end = (first + step - 1, last + step - 1) if direction < 0 else (first + step, last + step)
            if side[at_start].key != side[at_end].key:
                break
            if ratings[first + step + direction] > best:
                best, steps = ratings[first + step + direction], step + direction
    return (
        head._replace(end=head.end + steps, new_end=head.new_end + steps),
        Stretch(False, *(place + steps for place in changed[1:])),
        tail._replace(start=tail.start + steps, new_start=tail.new_start + steps),
    )


def _rate_openings(pieces: Sequence[Piece]) -> list[int]:
    """Return a number for each piece: 2 if it begins a block or line, 1 if it begins a sentence, otherwise 0."""
    ratings: list[int] = []
    is_after_sentence = True
    for piece in pieces:
        ratings.append(2 if piece.begins_block else int(is_after_sentence))
        if piece.words not in _CLOSING_MARKS:
            is_after_sentence = piece.begins_block or piece.words in SENTENCE_ENDS
    return ratings


class _SideBuilder:
    """Builder for one side, run by run. A space between a changed and an unchanged run belongs to the unchanged run."""

    def __init__(self) -> None:
        self._groups: list[RunGroup] = []
        self._runs: list[Run] = []
        self._kind: Kind = "same"
        self._marks: tuple[str, ...] = ()
        self._run_texts: list[str] = []
        self._is_opening = True

    def add(self, kind: Kind, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            space = "" if piece.glued or self._is_opening else " "
            shown = piece.shown if self._run_texts or self._groups else piece.shown.lstrip("\n")
            if (self._kind, self._marks) != (kind, piece.marks):
                if not (self._kind != "same" and kind == "same"):
                    self._run_texts.append(space)
                    space = ""
                self._end_run()
            self._run_texts += (space, shown)
            self._kind, self._marks = kind, piece.marks
            self._is_opening = piece.begins_block

    def leave_out(self, count: int) -> None:
        self._end_group()
        self._groups.append(RunGroup("more", left_out=count))

    def finish(self) -> tuple[RunGroup, ...]:
        self._end_group()
        return tuple(self._groups)

    def _end_run(self) -> None:
        if text := "".join(self._run_texts):
            self._runs.append(Run(self._kind, text, self._marks))
        self._run_texts = []

    def _end_group(self) -> None:
        self._end_run()
        for kind, runs in groupby(self._runs, key=lambda run: run.kind):
            self._groups.append(RunGroup(kind, tuple(runs)))
        self._runs = []
