"""Lists of entities from A to Z: for each kind as many as a page holds, and where its letters begin."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import CharField, F, Func, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThanOrEqual

from newsroom.db.keyset import select_first
from newsroom.db.loose_scan import select_first_of_each
from newsroom.entities.models import EntityQuerySet, NamedEntity
from newsroom.text.fold import fold

DIGITS = "0–9"
_BEFORE = "'\"-.,:;!?#$&()*+/@[]…¿¡ "


class Initial(Func):
    """A database function for the first character of a folded name that is not punctuation.

    It has no parameters, so that an index can be built on it.
    """

    template = "substr(ltrim(%(expressions)s, '{}'), 1, 1)".format(_BEFORE.replace("'", "''"))
    arity = 1
    output_field = CharField()


def initial_of(folded: str) -> str:
    """Return the same as ``Initial``, in Python."""
    return folded.lstrip(_BEFORE)[:1]


def letter_of(folded: str) -> str:
    """Return the letter under which a folded name is listed: its first one, as a capital, in any script.

    Accents are folded already, so É is listed under E. All digits are listed together. A Hangul syllable is listed
    under its first consonant (Unicode Standard, 3.12). A name without letters and digits is listed under its first
    character.
    """
    first = next((character for character in folded if character.isalnum()), folded[:1])
    if first.isdecimal():
        return DIGITS
    return unicodedata.normalize("NFD", first)[:1].upper()


def sort_key(folded: str) -> tuple[str, str]:
    """Return the sort key of a folded name in a list from A to Z: digits first, the names of a letter together."""
    letter = letter_of(folded)
    return "" if letter == DIGITS else letter, folded


_INITIAL = Initial("folded_name")
_ORDER = (_INITIAL, "folded_name")


@dataclass(frozen=True, slots=True)
class Alphabet[Thing: NamedEntity]:
    """The entities of some kinds, each kind from A to Z; ``public`` are the ones that may be listed."""

    public: EntityQuerySet[Thing]
    kinds: Collection[str]

    def page(self, *, start: str, most: int) -> QuerySet[Thing]:
        """Return the first ``most`` entities of each kind from the name ``start`` on, and one more if there is one."""
        walks = [self.public.filter(kind=kind) for kind in self.kinds]
        if folded := fold(start):
            onward = TupleGreaterThanOrEqual(Tuple(_INITIAL, F("folded_name")), (initial_of(folded), folded))
            walks = [walk.filter(onward) for walk in walks]
        keys = select_first(walks, order=_ORDER, limit=most + 1)
        return self.public.model._default_manager.filter(pk__in=keys).order_by("kind", *_ORDER)

    def first_of_each_letter(self) -> QuerySet[Thing]:
        """Return the first entity of each letter for each kind, in order. One index lookup for each."""
        parts = [self.public.filter(kind=kind) for kind in self.kinds]
        return select_first_of_each(parts, Initial, "folded_name", then=["folded_name"]).order_by("kind", *_ORDER)
