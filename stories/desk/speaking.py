"""In which order the outlets of a passage are said: one that does not depend on how they were entered."""

from collections.abc import Iterable, Sequence

from newsroom.text.fold import fold
from stories.documents import NamedOutlet
from stories.models import Outlet


def in_canonical_order(text: str, outlets: Iterable[Outlet], proposed: Iterable[str]) -> tuple[NamedOutlet, ...]:
    """Return the outlets of a passage in the one order: by first mention in its text, then by name."""
    known = [(NamedOutlet(uid=outlet.uid, name=outlet.name), outlet.folded_names()) for outlet in outlets]
    return by_mention(text, [*known, *as_proposed(proposed)])


def as_proposed(names: Iterable[str]) -> list[tuple[NamedOutlet, list[str]]]:
    """Return outlets that are only proposed, each with the folded name it goes by."""
    return [(NamedOutlet(uid=None, name=name), [fold(name)]) for name in names]


def by_mention(text: str, outlets: Iterable[tuple[NamedOutlet, Sequence[str]]]) -> tuple[NamedOutlet, ...]:
    """Return outlets, each given with the folded names it goes by, as ``in_canonical_order`` does."""
    folded = fold(text)

    def place(entry: tuple[NamedOutlet, Sequence[str]]) -> tuple[int, str]:
        outlet, names = entry
        return min((found for name in names if (found := folded.find(name)) >= 0), default=len(folded)), outlet.name

    return tuple(outlet for outlet, _ in sorted(outlets, key=place))
