"""The list of outlets, by kind and name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from newsroom.db.statements import PreparedQuery
from newsroom.entities.alphabet import Alphabet, sort_key
from newsroom.entities.counts import Count, MentionCounter
from newsroom.outlets.models import Outlet, OutletKind
from newsroom.page_cache.dependencies import QUESTIONS, STORIES, PageDependencies
from newsroom.text.writing_systems import script_of
from topics.pages import record_dependencies

KINDS: dict[str, Promise] = {
    OutletKind.NEWSPAPER: _("Newspapers"),
    OutletKind.BROADCASTER: _("Broadcasters"),
    OutletKind.AGENCY: _("News agencies"),
    OutletKind.MAGAZINE: _("Magazines"),
    OutletKind.ONLINE: _("Online"),
    OutletKind.TRADE: _("Trade press"),
}


# The maximum number of outlets of each kind on the page of all kinds, and on the page of one kind.
MAX_OF_EACH_KIND = 100
MAX_OF_ONE_KIND = 200


@dataclass(frozen=True, slots=True)
class OutletWithCount:
    """An outlet with the number of live stories that name it, and the script of its name."""

    outlet: Outlet
    stories: Count
    script: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The outlets of one kind. ``following`` is the query string of the next page, or empty."""

    name: str
    rows: list[OutletWithCount]
    following: str


@dataclass(frozen=True, slots=True)
class OutletList:
    """The outlets that live editions name, by kind and name.

    ``kind_name`` is the name of the kind to which the list is restricted, or empty.
    """

    shelves: list[Shelf]
    kind_name: str
    at: datetime

    @classmethod
    def load(cls, *, kind: str, start: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the outlets of every kind, or the outlets of ``kind`` from the name ``start`` on.

        This takes one query, two more if ``dependencies`` is given, and more if other outlets were merged into some of
        these. Raise Http404 for an unknown kind.
        """
        if kind and kind not in KINDS:
            raise Http404
        record_dependencies(dependencies, STORIES, QUESTIONS)
        counter = MentionCounter("story", at)
        if kind:
            kinds, limit = [kind], MAX_OF_ONE_KIND
            alphabet = Alphabet(Outlet.objects.public(at), kinds)
            outlets = list(counter.annotate(alphabet.page(start=start, limit=limit)))
        else:
            kinds, limit = list(KINDS), MAX_OF_EACH_KIND
            outlets = _OF_EACH_KIND(at=at)
        counts = counter.count(outlets)
        shelves = []
        for kind_code in kinds:
            of_kind = [outlet for outlet in outlets if outlet.kind == kind_code]
            of_kind.sort(key=lambda outlet: sort_key(outlet.folded_name))
            following = ""
            if len(of_kind) > limit:
                following = f"?{urlencode({'kind': kind_code, 'from': of_kind.pop().folded_name})}"
            rows = [OutletWithCount(outlet, counts[outlet.pk], script_of(outlet.folded_name)) for outlet in of_kind]
            shelves.append(Shelf(str(KINDS[kind_code]), rows, following))
        return cls([shelf for shelf in shelves if shelf.rows], str(KINDS[kind]) if kind else "", at)


def _of_each_kind(at: datetime) -> QuerySet[Outlet]:
    alphabet = Alphabet(Outlet.objects.public(at), list(KINDS))
    return MentionCounter("story", at).annotate(alphabet.page(start="", limit=MAX_OF_EACH_KIND))


_OF_EACH_KIND = PreparedQuery(_of_each_kind)
