"""Lists of entities from A to Z: one page of each kind, and the first entity of each initial character."""

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
_PUNCTUATION = "'\"-.,:;!?#$&()*+/@[]…¿¡ "


class Initial(Func):
    """A database function for the first character of a folded name, after any punctuation at its start.

    Its SQL has no parameters, so that an index can be built on it.
    """

    template = "substr(ltrim(%(expressions)s, '{}'), 1, 1)".format(_PUNCTUATION.replace("'", "''"))
    arity = 1
    output_field = CharField()


def initial_of(folded: str) -> str:
    """Return the result of ``Initial``, computed in Python."""
    return folded.lstrip(_PUNCTUATION)[:1]


def letter_of(folded: str) -> str:
    """Return the letter under which a folded name is listed: its first letter as a capital, in any script.

    Folding has already removed accents, so É is listed under E. All digits are listed together. A Hangul syllable is
    listed under its first consonant (Unicode Standard, 3.12). A name without letters or digits is listed under its
    first character.
    """
    first = next((character for character in folded if character.isalnum()), folded[:1])
    if first.isdecimal():
        return DIGITS
    return unicodedata.normalize("NFD", first)[:1].upper()


def sort_key(folded: str) -> tuple[str, str]:
    """Return the sort key of a folded name in a list from A to Z, in which digits come first."""
    letter = letter_of(folded)
    return "" if letter == DIGITS else letter, folded


_INITIAL = Initial("folded_name")
_ORDER = (_INITIAL, "folded_name")


@dataclass(frozen=True, slots=True)
class Alphabet[Entity: NamedEntity]:
    """The entities of some kinds, each kind from A to Z. ``public`` contains the entities that may be listed."""

    public: EntityQuerySet[Entity]
    kinds: Collection[str]

    def page(self, *, start: str, limit: int) -> QuerySet[Entity]:
        """Return the first ``limit`` entities of each kind from the name ``start`` on, and the next one, if any."""
        branches = [self.public.filter(kind=kind) for kind in self.kinds]
        if folded := fold(start):
            from_start = TupleGreaterThanOrEqual(Tuple(_INITIAL, F("folded_name")), (initial_of(folded), folded))
            branches = [branch.filter(from_start) for branch in branches]
        keys = select_first(branches, order=_ORDER, limit=limit + 1)
        return self.public.model._default_manager.filter(pk__in=keys).order_by("kind", *_ORDER)

    def first_of_each_letter(self) -> QuerySet[Entity]:
        """Return the first entity of each initial character for each kind, in order."""
        branches = [self.public.filter(kind=kind) for kind in self.kinds]
        return select_first_of_each(branches, Initial, "folded_name", then=["folded_name"]).order_by("kind", *_ORDER)
