"""Parse what an editor types into the search field of a list, query the index of drafts, and locate hits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from django.db import connection

from newsroom.search.analysis import stem_word
from newsroom.search.highlight import Piece, make_excerpt, mark_words
from newsroom.search.index.tokens import SPELLING_SEPARATOR
from newsroom.search.query.parse import ParsedQuery, Phrase
from stories.documents import AnyDocument
from stories.drafts.search.texts import list_texts
from stories.models.list_queryset import used_languages

# A word with fewer letters is only matched as a whole, not as the beginning of other words.
SHORTEST_BEGINNING = 3
MOST_HITS = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A part of a document that matches, with a short excerpt."""

    place: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of drafts: words, phrases in quotation marks, and ``-`` before what must not occur.

    The last word also matches the beginnings of words, unless it is in quotation marks.
    """

    query: ParsedQuery
    languages: tuple[str, ...]
    prefix: str

    @classmethod
    def parse(cls, text: str, *, kind: str) -> Self:
        """Parse the text, with stems for every language in which works of this kind are written. Never raise."""
        wanted = ParsedQuery.parse(text)
        last = wanted.phrases[-1] if wanted.phrases else ()
        is_open = len(last) == 1 and wanted.text[-1:].isalnum() and len(last[0]) >= SHORTEST_BEGINNING
        return cls(wanted, tuple(used_languages(kind)) if wanted else (), last[0] if is_open else "")

    def __bool__(self) -> bool:
        """Return whether there is anything to search for."""
        return bool(self.query)

    def build_sql(self) -> tuple[str, list[object]]:
        """Return SQL with its parameters that selects the primary keys of matching works."""
        if connection.vendor == "sqlite":
            return 'SELECT rowid FROM "stories_draft_index" WHERE "stories_draft_index" MATCH %s', [self._for_sqlite()]
        # OFFSET 0 keeps the planner, which cannot estimate the words, from testing each work in the order of the list.
        found = 'SELECT "work_id" FROM "stories_draft" WHERE "words" @@ %s::tsquery OFFSET 0'
        return found, [self._for_postgresql()]

    def find_hits(self, document: AnyDocument) -> list[Hit]:
        """Return the parts of a document that match, each once, at most ``MOST_SAID``."""
        found: dict[str, Hit] = {}
        how = {"language": document.language, "prefix": self.prefix}
        for part in list_texts(document):
            if part.place not in found and any(piece.is_hit for piece in mark_words(part.text, self.query, **how)):
                found[part.place] = Hit(part.place, make_excerpt(part.text, self.query, **how, length=90))
            if len(found) == MOST_HITS:
                break
        return list(found.values())

    def _for_sqlite(self) -> str:
        every = [self._any(phrase, '"', " ", '" *') for phrase in self.query.phrases]
        none = " OR ".join(self._any(phrase, '"', " ", "") for phrase in self.query.excluded)
        return f"({' AND '.join(every)}) NOT ({none})" if none else " AND ".join(every)

    def _for_postgresql(self) -> str:
        every = [self._any(phrase, "'", "' <-> '", "':*") for phrase in self.query.phrases]
        none = [f"!{self._any(phrase, "'", "' <-> '", '')}" for phrase in self.query.excluded]
        return " & ".join([*every, *none])

    def _any(self, phrase: Phrase, quote: str, joint: str, begins: str) -> str:
        """Return a condition that matches the phrase in the stems of any language."""
        forms = sorted({phrase, *(tuple(stem_word(word, tag) for word in phrase) for tag in self.languages)})
        alternatives = [f"({quote}{joint.join(form)}{quote})" for form in forms]
        if begins and self.prefix and phrase == (self.prefix,):
            alternatives += [f"({quote}{mark}{self.prefix}{begins})" for mark in ("", SPELLING_SEPARATOR)]
        return f"({(' OR ' if quote == '"' else ' | ').join(alternatives)})"


def build_similar_sql(groups: Sequence[Collection[str]], *, kind: str, limit: int) -> tuple[str, list[object]]:
    """Return SQL with its parameters for works of a kind whose drafts contain all stems of one of the groups.

    It selects the primary keys of the most recently created of them, at most ``limit``.
    """
    if connection.vendor == "sqlite":
        together = " OR ".join(f"({' AND '.join(f'"{stem}"' for stem in group)})" for group in groups)
        statement = (
            'SELECT d."work_id" FROM "stories_draft_index" CROSS JOIN "stories_draft" AS d'
            ' ON d."work_id" = "stories_draft_index"."rowid" WHERE "stories_draft_index" MATCH %s AND d."kind" = %s'
            ' ORDER BY "stories_draft_index"."rowid" DESC LIMIT %s'
        )
        return statement, [together, kind, limit]
    together = " | ".join(f"({' & '.join(f"'{stem}'" for stem in group)})" for group in groups)
    # The expression ``+ 0`` keeps the planner from using the primary key for the order instead of the index of words.
    statement = 'SELECT "work_id" FROM "stories_draft" WHERE "words" @@ %s::tsquery AND "kind" = %s ORDER BY "work_id" + 0 DESC LIMIT %s'
    return statement, [together, kind, limit]
