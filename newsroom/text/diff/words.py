"""Compares two texts word by word. It knows pieces and their marks, and nothing of stories."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Literal

from newsroom.text.diff.align import Stretch, align
from newsroom.text.diff.mark_labels import named_block, named_mark
from newsroom.text.diff.pieces import Piece
from newsroom.text.join import join_list

type Kind = Literal["same", "gone", "new"]

# A word takes the space after it along, so that two changed words in a row are one run. A mark does not: what is added
# after a full stop leaves the full stop as it was.
TOKENS = re.compile(r"\w+(?:[’'‑-]\w+)*\s*|\s+|.", re.DOTALL)
_ENDS_SENTENCE = frozenset(".!?…。！？؟۔।")
# How many words that stand in both are told next to a change.
CONTEXT = 40
_MOST_BY_CHANCE = 2
_CLOSES = frozenset("”’\"'»)]")


@dataclass(frozen=True, slots=True)
class Run:
    """Words under the same marks that stand in both texts (``same``), only in the old (``gone``) or the new (``new``).

    ``marks`` are those of a Piece; none where plain text is compared.
    """

    kind: Kind
    text: str
    marks: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """Return the address that the words lead to, empty when they lead nowhere."""
        return next((mark.removeprefix("link:") for mark in self.marks if mark.startswith("link:")), "")

    @property
    def begins_block(self) -> bool:
        """Say whether this is no word but the beginning of a block or line."""
        return self.marks[:1] == ("block",)

    @property
    def block(self) -> str:
        """Return what begins here, in words of the active language; empty where nothing does."""
        return named_block(self.marks) if self.begins_block else ""

    @property
    def note(self) -> str:
        """Return what readers see of the marks in words: “bold, link to https://…”; empty where there is nothing to say."""
        return join_list(map(named_mark, self.marks)) if not self.begins_block else ""


@dataclass(frozen=True, slots=True)
class Words:
    """Runs that follow each other and are told alike.

    ``kind`` is that of the runs, or ``more``: words that stand in both, left out because they are many; ``left_out``
    counts them.
    """

    kind: Literal["same", "gone", "new", "more"]
    runs: tuple[Run, ...] = ()
    left_out: int = 0

    @property
    def lead(self) -> str:
        """Return the new line and bullet that these words begin with, empty where they begin no block."""
        return self.runs[0].text if self.runs and self.runs[0].begins_block else ""

    @property
    def said(self) -> tuple[Run, ...]:
        """Return the runs after the lead."""
        return self.runs[1:] if self.lead or self.block else self.runs

    @property
    def block(self) -> str:
        """Return the name of the block that begins here where no word of it stands here, else nothing."""
        return self.runs[0].block if self.runs and all(run.begins_block for run in self.runs) else ""


def differences(old: str, new: str) -> list[Run]:
    """Return the runs that lead from ``old`` to ``new``: without ``new`` runs they are ``old``, without ``gone`` ``new``.

    The texts are compared as they are, spaces and all: this is for sources, not for what readers see.
    """
    before, after = TOKENS.findall(old), TOKENS.findall(new)
    runs: list[Run] = []
    for stretch in align(before, after):
        texts = "".join(before[stretch.start : stretch.end]), "".join(after[stretch.begin : stretch.until])
        kinds: tuple[Kind, ...] = ("same",) if stretch.same else ("gone", "new")
        runs += [Run(kind, text) for kind, text in zip(kinds, texts, strict=False) if text]
    return runs


def compare(old: Sequence[Piece], new: Sequence[Piece]) -> list[Stretch]:
    """Return the stretches that lead from ``old`` to ``new``: as few changed pieces as possible."""
    return align([piece.key for piece in old], [piece.key for piece in new])


def readable(stretches: list[Stretch], old: Sequence[Piece], new: Sequence[Piece]) -> list[Stretch]:
    """Return the stretches as people read them: rewritten parts of sentences whole, added sentences from their start.

    One or two words that two rewritten stretches happen to share are told as rewritten too.
    """
    joined: list[Stretch] = []
    words = [0, *accumulate(piece.is_word for piece in old)]
    for stretch in stretches:
        if not stretch.same and len(joined) > 1 and _is_chance(joined[-2], joined[-1], stretch, old, words):
            joined[-2:] = [Stretch(False, joined[-2].start, stretch.end, joined[-2].begin, stretch.until)]
        else:
            joined.append(stretch)
    joined.append(Stretch(True, len(old), len(old), len(new), len(new)))
    openings = _openings(old), _openings(new)
    for place in range(1, len(joined) - 1):
        if not joined[place].same:
            three = joined[place - 1], joined[place], joined[place + 1]
            joined[place - 1 : place + 2] = _slid(*three, old, new, openings)
    return [stretch for stretch in joined if stretch.end > stretch.start or stretch.until > stretch.begin]


def sides(
    stretches: list[Stretch], old: Sequence[Piece], new: Sequence[Piece]
) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Return what stood before, in words ``same`` and ``gone``, and what stands now, in words ``same`` and ``new``.

    Of what stands in both only the words next to a change are told, where it is long.
    """
    before, after = _Side(), _Side()
    for place, stretch in enumerate(stretches):
        if not stretch.same:
            before.add("gone", old[stretch.start : stretch.end])
            after.add("new", new[stretch.begin : stretch.until])
            continue
        length = stretch.end - stretch.start
        first = CONTEXT if place else 0
        last = CONTEXT if place < len(stretches) - 1 else 0
        hidden = old[stretch.start + first : stretch.end - last] if length > first + last + CONTEXT else ()
        for side, pieces in ((before, old[stretch.start : stretch.end]), (after, new[stretch.begin : stretch.until])):
            if hidden:
                side.add("same", pieces[:first])
                side.leave_out(sum(piece.is_word for piece in hidden))
                side.add("same", pieces[length - last :])
            else:
                side.add("same", pieces)
    return before.told(), after.told()


def _is_chance(one: Stretch, shared: Stretch, other: Stretch, old: Sequence[Piece], words: Sequence[int]) -> bool:
    """Say whether what two changes share is as little as any two texts do; ``words`` counts those before each place."""
    few = words[shared.end] - words[shared.start]
    if few > _MOST_BY_CHANCE or any(piece.begins_block for piece in old[shared.start : shared.end]):
        return False
    return all(few < min(words[each.end] - words[each.start], each.until - each.begin) for each in (one, other))


def _slid(
    head: Stretch,
    changed: Stretch,
    tail: Stretch,
    old: Sequence[Piece],
    new: Sequence[Piece],
    openings: tuple[Sequence[int], Sequence[int]],
) -> tuple[Stretch, Stretch, Stretch]:
    """Return the three with what only came or only went moved to where a block or sentence begins, if it can be."""
    if changed.start != changed.end and changed.begin != changed.until:
        return head, changed, tail
    came = changed.start == changed.end
    side, opens = (new, openings[1]) if came else (old, openings[0])
    first, last = (changed.begin, changed.until) if came else (changed.start, changed.end)
    best, steps = opens[first], 0
    for way, most in ((-1, head.end - head.start), (1, tail.end - tail.start)):
        for step in range(0, way * most, way):
            one, other = (first + step - 1, last + step - 1) if way < 0 else (first + step, last + step)
            if side[one].key != side[other].key:
                break
            if opens[first + step + way] > best:
                best, steps = opens[first + step + way], step + way
    return (
        head._replace(end=head.end + steps, until=head.until + steps),
        Stretch(False, *(place + steps for place in changed[1:])),
        tail._replace(start=tail.start + steps, begin=tail.begin + steps),
    )


def _openings(pieces: Sequence[Piece]) -> list[int]:
    """Return for each place how well something new begins there: with a block (2), a sentence (1), or inside one (0)."""
    found: list[int] = []
    is_after_sentence = True
    for piece in pieces:
        found.append(2 if piece.begins_block else int(is_after_sentence))
        if piece.words not in _CLOSES:
            is_after_sentence = piece.begins_block or piece.words in _ENDS_SENTENCE
    return found


class _Side:
    """Gathers one side, run by run; a space between two runs belongs to the one that did not change."""

    def __init__(self) -> None:
        self._words: list[Words] = []
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
        self._words.append(Words("more", left_out=count))

    def told(self) -> tuple[Words, ...]:
        self._end_words()
        return tuple(self._words)

    def _end_run(self) -> None:
        if text := "".join(self._texts):
            self._runs.append(Run(self._kind, text, self._marks))
        self._texts = []

    def _end_words(self) -> None:
        self._end_run()
        for kind, runs in groupby(self._runs, key=lambda run: run.kind):
            self._words.append(Words(kind, tuple(runs)))
        self._runs = []
