"""Parse the text in the search field of a list, query the index of drafts, and find the matching texts."""

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

# A shorter word is matched only as a whole, not as a prefix of other words.
_MIN_PREFIX_LENGTH = 3
MAX_HITS = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """The place of a matching text in a document, with a short excerpt."""

    place: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class DraftQuery:
    """A search query for drafts: words, phrases in quotation marks, and ``-`` before words that must not occur.

    The last word also matches as a prefix, unless it is very short or in quotation marks.
    """

    query: ParsedQuery
    languages: tuple[str, ...]
    prefix: str

    @classmethod
    def parse(cls, text: str, *, kind: str) -> Self:
        """Parse ``text``; its words will be stemmed in every language in which works of this kind are written."""
        parsed = ParsedQuery.parse(text)
        last = parsed.phrases[-1] if parsed.phrases else ()
        is_prefix = len(last) == 1 and parsed.text[-1:].isalnum() and len(last[0]) >= _MIN_PREFIX_LENGTH
        return cls(parsed, tuple(used_languages(kind)) if parsed else (), last[0] if is_prefix else "")

    def __bool__(self) -> bool:
        """Return whether the query contains words to find, not only words that must not occur."""
        return bool(self.query)

    def build_sql(self) -> tuple[str, list[object]]:
        """Return SQL, with its parameters, that selects the primary keys of matching works."""
        if connection.vendor == "sqlite":
            statement = 'SELECT rowid FROM "stories_draft_index" WHERE "stories_draft_index" MATCH %s'
            return statement, [self._build_sqlite_match()]
        # OFFSET 0 makes the planner use the index. The planner cannot estimate the number of matches, and would
        # otherwise test each work in the order of the list.
        statement = 'SELECT "work_id" FROM "stories_draft" WHERE "words" @@ %s::tsquery OFFSET 0'
        return statement, [self._build_tsquery()]

    def find_hits(self, document: AnyDocument) -> list[Hit]:
        """Return the first match in each place of a document, at most ``MAX_HITS`` in all."""
        hits: dict[str, Hit] = {}
        options = {"language": document.language, "prefix": self.prefix}
        for text in list_texts(document):
            if text.place not in hits and any(piece.is_hit for piece in mark_words(text.text, self.query, **options)):
                hits[text.place] = Hit(text.place, make_excerpt(text.text, self.query, **options, length=90))
            if len(hits) == MAX_HITS:
                break
        return list(hits.values())

    def _build_sqlite_match(self) -> str:
        required = [self._match_any_form(phrase, '"', " ", '" *') for phrase in self.query.phrases]
        excluded = " OR ".join(self._match_any_form(phrase, '"', " ", "") for phrase in self.query.excluded)
        return f"({' AND '.join(required)}) NOT ({excluded})" if excluded else " AND ".join(required)

    def _build_tsquery(self) -> str:
        required = [self._match_any_form(phrase, "'", "' <-> '", "':*") for phrase in self.query.phrases]
        excluded = [f"!{self._match_any_form(phrase, "'", "' <-> '", '')}" for phrase in self.query.excluded]
        return " & ".join([*required, *excluded])

    def _match_any_form(self, phrase: Phrase, quote: str, separator: str, prefix_end: str) -> str:
        """Return a condition that matches the phrase, as typed or stemmed in any of ``languages``.

        ``separator`` joins the words of a phrase. ``prefix_end`` follows a word that is matched as a prefix. If it is
        empty, no word is matched as a prefix.
        """
        forms = sorted({phrase, *(tuple(stem_word(word, tag) for word in phrase) for tag in self.languages)})
        alternatives = [f"({quote}{separator.join(form)}{quote})" for form in forms]
        if prefix_end and self.prefix and phrase == (self.prefix,):
            alternatives += [f"({quote}{mark}{self.prefix}{prefix_end})" for mark in ("", SPELLING_SEPARATOR)]
        return f"({(' OR ' if quote == '"' else ' | ').join(alternatives)})"


def build_similar_sql(groups: Sequence[Collection[str]], *, kind: str, limit: int) -> tuple[str, list[object]]:
    """Return SQL, with its parameters, for works of a kind whose drafts contain all stems of at least one group.

    It selects the primary keys of the ``limit`` most recently created works.
    """
    if connection.vendor == "sqlite":
        condition = " OR ".join(f"({' AND '.join(f'"{stem}"' for stem in group)})" for group in groups)
        statement = (
            'SELECT d."work_id" FROM "stories_draft_index" CROSS JOIN "stories_draft" AS d'
            ' ON d."work_id" = "stories_draft_index"."rowid" WHERE "stories_draft_index" MATCH %s AND d."kind" = %s'
            ' ORDER BY "stories_draft_index"."rowid" DESC LIMIT %s'
        )
        return statement, [condition, kind, limit]
    condition = " | ".join(f"({' & '.join(f"'{stem}'" for stem in group)})" for group in groups)
    # Without ``+ 0``, the planner would walk the primary key, which has the order of the result, instead of using the
    # word index.
    statement = 'SELECT "work_id" FROM "stories_draft" WHERE "words" @@ %s::tsquery AND "kind" = %s ORDER BY "work_id" + 0 DESC LIMIT %s'
    return statement, [condition, kind, limit]
