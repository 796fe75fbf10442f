"""Detection of changed mentions: figures, dates, quotations, names, links, sources and images."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, zip_longest
from operator import itemgetter
from typing import NamedTuple

from newsroom.text.diff.align import Stretch
from newsroom.text.diff.pieces import Piece
from stories.documents.compare.comparison import ChangedMention, MentionKind
from stories.documents.compare.mentions import Mention, find_mentions

_TO_STRAIGHT_MARKS = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’", "'"))


class _Change(NamedTuple):
    """A mention before (``old``) and after (``new``) a change. One of them is None if the mention was added or removed.

    ``change_number`` is the index of the change among all changes of the text.
    """

    change_number: int
    kind: MentionKind
    old: Mention | None
    new: Mention | None


def find_protected_changes(
    stretches: Sequence[Stretch],
    old: Sequence[Piece],
    new: Sequence[Piece],
    *,
    language: str,
    names: frozenset[str] = frozenset(),
) -> tuple[ChangedMention, ...]:
    """Return the changed mentions in the order of the text.

    A mention does not count as changed if it moved together with the words next to it. The same is true if only its
    markup or the style of its quotation marks changed. ``names`` are as in ``find_mentions``.
    """
    lower_case_words = frozenset(piece.words for piece in (*old, *new) if piece.words.islower())
    before = _TextSide(
        old,
        find_mentions(old, language, lower_case_words, names),
        [stretch[1:3] for stretch in stretches if not stretch.same],
    )
    after = _TextSide(
        new,
        find_mentions(new, language, lower_case_words, names),
        [stretch[3:5] for stretch in stretches if not stretch.same],
    )
    old_indices = {
        stretch.new_start + step: stretch.start + step
        for stretch in stretches
        if stretch.same
        for step in range(stretch.end - stretch.start)
    }
    changes = [change for change in _pair_mentions(before, after, old_indices) if not _are_alike(change)]
    return tuple(
        ChangedMention(kind, old_mention.name if old_mention else "", new_mention.name if new_mention else "")
        for _, kind, old_mention, new_mention in _drop_moved(sorted(changes, key=itemgetter(0)), old, new)
    )


class _TextSide:
    """The mentions of one text, with the index of the first change that affects each of them."""

    def __init__(self, pieces: Sequence[Piece], mentions: list[Mention], changes: Sequence[tuple[int, int]]) -> None:
        self.changed_at: dict[Mention, int] = {}
        self.mentions_by_index: dict[tuple[MentionKind, int], Mention] = {}
        inside: dict[int, int] = {}
        between: dict[int, int] = {}
        for change_number, (start, end) in enumerate(changes):
            inside |= dict.fromkeys(range(start, end), change_number)
            if start == end:
                between[start] = change_number
        for mention in mentions:
            for index in range(mention.first, mention.last + 1):
                self.mentions_by_index[mention.kind, index] = mention
                if index in inside:
                    self.changed_at.setdefault(mention, inside[index])
                elif index in between and index > mention.first:
                    self.changed_at.setdefault(mention, between[index])


def _pair_mentions(before: _TextSide, after: _TextSide, old_indices: Mapping[int, int]) -> Iterator[_Change]:
    """Yield each affected mention with its counterpart on the other side.

    The counterpart shares unchanged pieces with the mention. If there is none, the mention is paired with the next
    unpaired mention of its kind at the same change, or with None.
    """
    new_indices = {old: new for new, old in old_indices.items()}
    paired: set[Mention] = set()
    for mention, change_number in after.changed_at.items():
        if partner := _counterpart(mention, before, old_indices):
            paired |= {partner, mention}
            yield _Change(change_number, mention.kind, partner, mention)
    for mention, change_number in before.changed_at.items():
        if mention not in paired and (partner := _counterpart(mention, after, new_indices)):
            paired |= {partner, mention}
            yield _Change(change_number, mention.kind, mention, partner)
    unpaired: defaultdict[tuple[int, MentionKind], tuple[list[Mention], list[Mention]]] = defaultdict(lambda: ([], []))
    for side, changed_at in enumerate((before.changed_at, after.changed_at)):
        for mention, change_number in changed_at.items():
            if mention not in paired:
                unpaired[change_number, mention.kind][side].append(mention)
    for (change_number, kind), (removed, added) in unpaired.items():
        for old_mention, new_mention in zip_longest(removed, added):
            yield _Change(change_number, kind, old_mention, new_mention)


def _counterpart(mention: Mention, other_side: _TextSide, indices: Mapping[int, int]) -> Mention | None:
    other_indices = (indices[index] for index in range(mention.first, mention.last + 1) if index in indices)
    keys = ((mention.kind, index) for index in other_indices)
    return next((other_side.mentions_by_index[key] for key in keys if key in other_side.mentions_by_index), None)


def _are_alike(change: _Change) -> bool:
    """Return whether only the markup around the words or the style of quotation marks changed."""
    old_mention, new_mention = change.old, change.new
    if old_mention is None or new_mention is None:
        return False
    return old_mention.name.translate(_TO_STRAIGHT_MARKS) == new_mention.name.translate(
        _TO_STRAIGHT_MARKS
    ) and old_mention.visible_text.translate(_TO_STRAIGHT_MARKS) == new_mention.visible_text.translate(
        _TO_STRAIGHT_MARKS
    )


def _drop_moved(changes: list[_Change], old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[_Change]:
    """Yield the changes except those of moved mentions, which were removed and added between the same words."""
    removed = _fingerprints([change.old if not change.new else None for change in changes], old)
    added = _fingerprints([change.new if not change.old else None for change in changes], new)
    moved = Counter(filter(None, removed)) & Counter(filter(None, added))
    for places in (removed, added):
        remaining = moved.copy()
        for change_number, fingerprint in enumerate(places):
            if fingerprint is not None and remaining[fingerprint]:
                remaining[fingerprint] -= 1
                places[change_number] = ()
    yield from (
        change
        for change_number, change in enumerate(changes)
        if () not in (removed[change_number], added[change_number])
    )


def _fingerprints(mentions: Sequence[Mention | None], pieces: Sequence[Piece]) -> list[tuple[object, ...] | None]:
    """Return a key for each mention, and None for each None.

    The key consists of the kind, the name and the visible text, and of the words directly before and after the mention.
    """
    words_before = list(accumulate(pieces, lambda word, piece: piece.words if piece.is_word else word, initial=""))
    words_after = list(
        accumulate(reversed(pieces), lambda word, piece: piece.words if piece.is_word else word, initial="")
    )
    return [
        (each.kind, each.name, each.visible_text, words_before[each.first], words_after[len(pieces) - 1 - each.last])
        if each
        else None
        for each in mentions
    ]
