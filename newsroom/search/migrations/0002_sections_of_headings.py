"""Store the headings of stories with the kinds of their sections, because new documents have no section tokens.

Documents that are already indexed retain their section tokens, which the previous release reads. ``manage.py reindex``
removes them. On SQLite, new documents still have section tokens, and this migration changes nothing.
"""

from collections.abc import Iterator
from itertools import pairwise, takewhile

from django.apps.registry import Apps
from django.db import migrations, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from newsroom.search.analysis import fold_words, stem_words
from newsroom.search.backends.postgresql import format_tsvector
from newsroom.search.index.tokens import GAP, SEPARATOR

BATCH_SIZE = 500
# Tokens of two parts begin with one of these or, if they are section tokens, with the kind of a section.
_OTHER_PREFIXES = ["title", "lead", "kind", "topic", "source", "month", "day", "hour", "minute"]
_SELECT = """
    SELECT w.id, d.language, w.heading_words, w.text, ARRAY(
        SELECT lexeme || ' ' || array_to_string(positions, ' ') FROM unnest(d.words)
        WHERE lexeme LIKE '%%·%%' AND split_part(lexeme, '·', 1) <> ALL(%s)
    )
    FROM search_wording AS w JOIN search_searchdocument AS d ON d.id = w.id
    WHERE w.id > %s ORDER BY w.id LIMIT %s
"""
# These statements change a row only if it still has the words that were read, because an edition may have been indexed
# again under the same key in the meantime.
_UPDATE_HEADINGS = "UPDATE search_wording SET heading_words = %s WHERE id = %s AND heading_words = %s"
_ADD_TOKENS = """
    UPDATE search_searchdocument AS d SET words = d.words || %s::tsvector FROM search_wording AS w
    WHERE d.id = %s AND w.id = d.id AND w.heading_words = %s AND w.text = %s
"""
type Row = tuple[int, str, str, str, list[str]]


def forwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add a line for each heading, with the kind of its section, if the section tokens contain the heading."""
    for connection, batch in _iter_batches(editor):
        rows = [
            ("\n".join([f"\t{heading_words}", *lines]), key, heading_words)
            for key, _, heading_words, _, tokens in batch
            if "\t" not in heading_words and (lines := list(_find_headings(tokens, heading_words)))
        ]
        _execute_many(connection, _UPDATE_HEADINGS, rows)


def backwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Write the headings into one line, and add the section tokens to the documents that have none."""
    for connection, batch in _iter_batches(editor):
        headings, vectors = [], []
        for key, language, heading_words, text, tokens in batch:
            lines = [line.partition("\t") for line in heading_words.split("\n")]
            if "\t" in heading_words:
                stems = dict.fromkeys(stem for _, _, words in lines for stem in words.split())
                headings.append((f" {' '.join(stems)} ", key, heading_words))
            if not tokens and (section_tokens := list(_iter_section_tokens(lines, text, language))):
                vectors.append((format_tsvector(section_tokens), key, heading_words, text))
        _execute_many(connection, _ADD_TOKENS, vectors)
        _execute_many(connection, _UPDATE_HEADINGS, headings)


def _iter_section_tokens(headings: list[tuple[str, str, str]], text: str, language: str) -> Iterator[str]:
    """Yield the words of sections in order, each with the kind of its section, and a gap after each part."""
    texts = [line.partition("\t") for line in text.split("\n")]
    parts = [
        *((kind, words.split()) for kind, _, words in headings),
        *((kind, stem_words(fold_words(words), language)) for kind, _, words in texts),
    ]
    for kind, stems in parts:
        if kind:
            yield from (f"{kind}{SEPARATOR}{stem}" for stem in stems)
            yield GAP


def _iter_batches(editor: BaseDatabaseSchemaEditor) -> Iterator[tuple[BaseDatabaseWrapper, list[Row]]]:
    """Yield the connection with each batch of rows, in a separate transaction. On SQLite, yield nothing."""
    connection, last = editor.connection, 0
    while connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute(_SELECT, [_OTHER_PREFIXES, last, BATCH_SIZE])
                batch = cursor.fetchall()
            if not batch:
                return
            yield connection, batch
        last = batch[-1][0]


def _execute_many(connection: BaseDatabaseWrapper, statement: str, rows: list[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _find_headings(tokens: list[str], heading_words: str) -> Iterator[str]:
    """Yield a line for each heading: the kind of its section, a tab, and its stems with spaces around them.

    A text at the beginning of a section counts as a heading if all its words occur in headings. It is found either way.
    """
    positions: dict[str, dict[int, str]] = {}
    for token in tokens:
        lexeme, *numbers = token.split()
        kind, _, stem = lexeme.partition(SEPARATOR)
        positions.setdefault(kind, {}).update(dict.fromkeys(map(int, numbers), stem))
    heading_stems = set(heading_words.split())
    for kind, stems in positions.items():
        ordered = sorted(stems)
        # Between two parts there is a position without a token. The headings of a kind come before its texts.
        starts = [0, *(index for index, (a, b) in enumerate(pairwise(ordered), 1) if b > a + 1), len(ordered)]
        parts = [[stems[number] for number in ordered[a:b]] for a, b in pairwise(starts)]
        # The number of texts does not show where headings end, because frequent words have no positions in later texts.
        for part in takewhile(heading_stems.issuperset, parts):
            yield f"{kind}\t {' '.join(part)} "


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards, hints={"rows": "batches"})]
