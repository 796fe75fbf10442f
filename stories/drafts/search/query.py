"""Reads what an editor typed into the search field of a list, asks the index of drafts, and says where hits stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from django.db import connection

from newsroom.search.analysis import stem
from newsroom.search.highlight import Piece, excerpt, marked
from newsroom.search.index.tokens import SPELT
from newsroom.search.query.parse import ParsedQuery, Phrase
from stories.documents import AnyDocument
from stories.drafts.search.texts import parts_of
from stories.models.list_queryset import languages_of

# A word of fewer letters is only looked for as it is, not as the beginning of others.
SHORTEST_BEGINNING = 3
MOST_SAID = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something that was looked for stands, with a few words around it."""

    where: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an editor looks for in drafts: words, phrases in quotation marks, and ``-`` before what is not wanted.

    The last word counts as the beginning of one, unless it stands in quotation marks.
    """

    wanted: ParsedQuery
    languages: tuple[str, ...]
    beginning: str

    @classmethod
    def read(cls, text: str, *, kind: str) -> Self:
        """Read what was typed, in the stems of every language in which works of this kind are written. Never raises."""
        wanted = ParsedQuery.read(text)
        last = wanted.phrases[-1] if wanted.phrases else ()
        is_open = len(last) == 1 and wanted.text[-1:].isalnum() and len(last[0]) >= SHORTEST_BEGINNING
        return cls(wanted, tuple(languages_of(kind)) if wanted else (), last[0] if is_open else "")

    def __bool__(self) -> bool:
        """Say whether there is anything to look for."""
        return bool(self.wanted)

    def statement(self) -> tuple[str, list[object]]:
        """Return SQL, with its values, for the keys of the works that answer."""
        if connection.vendor == "sqlite":
            return 'SELECT rowid FROM "stories_draft_index" WHERE "stories_draft_index" MATCH %s', [self._for_sqlite()]
        # The offset keeps the planner, which knows nothing of the words, from trying each work in the order of a list.
        found = 'SELECT "work_id" FROM "stories_draft" WHERE "words" @@ %s::tsquery OFFSET 0'
        return found, [self._for_postgresql()]

    def hits(self, document: AnyDocument) -> list[Hit]:
        """Return where what is looked for stands in a document, each place once, at most ``MOST_SAID`` of them."""
        found: dict[str, Hit] = {}
        how = {"language": document.language, "begun": self.beginning}
        for part in parts_of(document):
            if part.where not in found and any(piece.hit for piece in marked(part.text, self.wanted, **how)):
                found[part.where] = Hit(part.where, excerpt(part.text, self.wanted, **how, length=90))
            if len(found) == MOST_SAID:
                break
        return list(found.values())

    def _for_sqlite(self) -> str:
        every = [self._any(phrase, '"', " ", '" *') for phrase in self.wanted.phrases]
        none = " OR ".join(self._any(phrase, '"', " ", "") for phrase in self.wanted.without)
        return f"({' AND '.join(every)}) NOT ({none})" if none else " AND ".join(every)

    def _for_postgresql(self) -> str:
        every = [self._any(phrase, "'", "' <-> '", "':*") for phrase in self.wanted.phrases]
        none = [f"!{self._any(phrase, "'", "' <-> '", '')}" for phrase in self.wanted.without]
        return " & ".join([*every, *none])

    def _any(self, phrase: Phrase, quote: str, joint: str, begins: str) -> str:
        """Return the phrase in the stems of each language, one of which has to stand there."""
        forms = sorted({phrase, *(tuple(stem(word, tag) for word in phrase) for tag in self.languages)})
        alternatives = [f"({quote}{joint.join(form)}{quote})" for form in forms]
        if begins and self.beginning and phrase == (self.beginning,):
            alternatives += [f"({quote}{mark}{self.beginning}{begins})" for mark in ("", SPELT)]
        return f"({(' OR ' if quote == '"' else ' | ').join(alternatives)})"


def holding(groups: Sequence[Collection[str]], *, kind: str, limit: int) -> tuple[str, list[object]]:
    """Return SQL, with its values, for the keys of works of a kind whose drafts hold all stems of one of the groups.

    They are the last begun of them, at most ``limit``.
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
    # Never in the order of the key, so that the index of words is asked.
    statement = 'SELECT "work_id" FROM "stories_draft" WHERE "words" @@ %s::tsquery AND "kind" = %s ORDER BY "work_id" + 0 DESC LIMIT %s'
    return statement, [together, kind, limit]
