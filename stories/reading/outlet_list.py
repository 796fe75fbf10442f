"""The list of outlets: by what they are and then by name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsroom.names.letters import in_order
from stories.models.outlet import Outlet, OutletKind
from stories.reading.outlets import stories_citing

KINDS: dict[str, Promise] = {
    OutletKind.NEWSPAPER: _("Newspapers"),
    OutletKind.BROADCASTER: _("Broadcasters"),
    OutletKind.AGENCY: _("News agencies"),
    OutletKind.MAGAZINE: _("Magazines"),
    OutletKind.ONLINE: _("Online"),
    OutletKind.TRADE: _("Trade press"),
}


@dataclass(frozen=True, slots=True)
class OutletCounted:
    """An outlet with the number of live stories that cite it."""

    outlet: Outlet
    stories: int


@dataclass(frozen=True, slots=True)
class OutletList:
    """Every outlet that a live edition names, by what it is and then by name."""

    kinds: list[tuple[str, list[OutletCounted]]]
    at: datetime

    @classmethod
    def load(cls, *, at: datetime) -> Self:
        """Return the outlets. Two queries."""
        public = sorted(Outlet.objects.public(at), key=lambda outlet: in_order(outlet.folded_name))
        numbers = stories_citing([outlet.pk for outlet in public], at=at)
        kinds: dict[str, list[OutletCounted]] = {kind: [] for kind in KINDS}
        for outlet in public:
            kinds[outlet.kind].append(OutletCounted(outlet, numbers.get(outlet.pk, 0)))
        return cls([(str(KINDS[kind]), rows) for kind, rows in kinds.items() if rows], at)
