"""Changes of what must not change unnoticed: figures, dates, quotations, names, links, sources and images."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, zip_longest
from operator import itemgetter
from typing import NamedTuple

from newsroom.text.diff.align import Stretch
from newsroom.text.diff.pieces import Piece
from stories.documents.compare.comparison import MentionKind, Noted
from stories.documents.compare.mentions import Mention, find_mentions

_STRAIGHT = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’", "'"))


class _Change(NamedTuple):
    """A mention before and after; None on the side where it is absent.

    ``place`` is the index of the change among all changes of the text.
    """

    place: int
    what: MentionKind
    old: Mention | None
    new: Mention | None


def find_protected_changes(
    stretches: Sequence[Stretch],
    old: Sequence[Piece],
    new: Sequence[Piece],
    *,
    language: str,
    names: frozenset[str] = frozenset(),
) -> tuple[Noted, ...]:
    """Return the changed mentions in the order of the text.

    A mention that only moved together with the words beside it has not changed. Nor has one with other markup only.
    """
    lower = frozenset(piece.words for piece in (*old, *new) if piece.words.islower())
    before = _Side(
        old, find_mentions(old, language, lower, names), [stretch[1:3] for stretch in stretches if not stretch.same]
    )
    after = _Side(
        new, find_mentions(new, language, lower, names), [stretch[3:5] for stretch in stretches if not stretch.same]
    )
    same = {
        stretch.new_start + step: stretch.start + step
        for stretch in stretches
        if stretch.same
        for step in range(stretch.end - stretch.start)
    }
    changes = [change for change in _paired(before, after, same) if not _are_alike(change)]
    return tuple(
        Noted(what, one.name if one else "", other.name if other else "")
        for _, what, one, other in _without_moved(sorted(changes, key=itemgetter(0)), old, new)
    )


class _Side:
    """The mentions of one text, with the index of the first change that affects each of them."""

    def __init__(self, pieces: Sequence[Piece], mentions: list[Mention], changes: Sequence[tuple[int, int]]) -> None:
        self.touched: dict[Mention, int] = {}
        self.at: dict[tuple[MentionKind, int], Mention] = {}
        inside: dict[int, int] = {}
        between: dict[int, int] = {}
        for number, (start, end) in enumerate(changes):
            inside |= dict.fromkeys(range(start, end), number)
            if start == end:
                between[start] = number
        for mention in mentions:
            for place in range(mention.first, mention.last + 1):
                self.at[mention.kind, place] = mention
                if place in inside:
                    self.touched.setdefault(mention, inside[place])
                elif place in between and place > mention.first:
                    self.touched.setdefault(mention, between[place])


def _paired(before: _Side, after: _Side, same: Mapping[int, int]) -> Iterator[_Change]:
    """Yield each affected mention with its counterpart on the other side.

    The counterpart shares pieces with it, or else is the next of its kind at the same change.
    """
    back = {old: new for new, old in same.items()}
    done: set[Mention] = set()
    for mention, number in after.touched.items():
        if partner := _counterpart(mention, before, same):
            done |= {partner, mention}
            yield _Change(number, mention.kind, partner, mention)
    for mention, number in before.touched.items():
        if mention not in done and (partner := _counterpart(mention, after, back)):
            done |= {partner, mention}
            yield _Change(number, mention.kind, mention, partner)
    left: defaultdict[tuple[int, MentionKind], tuple[list[Mention], list[Mention]]] = defaultdict(lambda: ([], []))
    for side, touched in enumerate((before.touched, after.touched)):
        for mention, number in touched.items():
            if mention not in done:
                left[number, mention.kind][side].append(mention)
    for (number, what), (gone, came) in left.items():
        for one, other in zip_longest(gone, came):
            yield _Change(number, what, one, other)


def _counterpart(mention: Mention, other: _Side, same: Mapping[int, int]) -> Mention | None:
    places = (same[place] for place in range(mention.first, mention.last + 1) if place in same)
    return next((other.at[mention.kind, place] for place in places if (mention.kind, place) in other.at), None)


def _are_alike(change: _Change) -> bool:
    """Return whether only markup around the words changed, or straight quotation marks became curly."""
    one, other = change.old, change.new
    if one is None or other is None:
        return False
    return one.name.translate(_STRAIGHT) == other.name.translate(_STRAIGHT) and one.visible_text.translate(
        _STRAIGHT
    ) == other.visible_text.translate(_STRAIGHT)


def _without_moved(changes: list[_Change], old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[_Change]:
    """Yield the changes, except mentions that were removed in one place and added in another between the same words."""
    gone = _beside([change.old if not change.new else None for change in changes], old)
    came = _beside([change.new if not change.old else None for change in changes], new)
    moved = Counter(filter(None, gone)) & Counter(filter(None, came))
    for places in (gone, came):
        left = moved.copy()
        for number, beside in enumerate(places):
            if beside is not None and left[beside]:
                left[beside] -= 1
                places[number] = ()
    yield from (change for number, change in enumerate(changes) if () not in (gone[number], came[number]))


def _beside(mentions: Sequence[Mention | None], pieces: Sequence[Piece]) -> list[tuple[object, ...] | None]:
    """Return what identifies each mention: its kind, name and words, and the words before and after it."""
    before = list(accumulate(pieces, lambda word, piece: piece.words if piece.is_word else word, initial=""))
    after = list(accumulate(reversed(pieces), lambda word, piece: piece.words if piece.is_word else word, initial=""))
    return [
        (each.kind, each.name, each.visible_text, before[each.first], after[len(pieces) - 1 - each.last])
        if each
        else None
        for each in mentions
    ]
