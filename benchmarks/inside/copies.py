"""Copy the stories of a corpus within PostgreSQL, because publishing hundreds of thousands of stories takes hours."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from benchmarks.progress import Progress
from newsroom.redirects.models import Address
from newsroom.search.models import Mention, SearchDocument, Wording
from stories.models import (
    FAQ,
    Answer,
    Article,
    Byline,
    Citation,
    Document,
    Draft,
    Edition,
    EditionArticle,
    EditionContributor,
    EditionImage,
    EditionOutlet,
    EditionQuestion,
    EditionTopic,
    KeyFigure,
    RelatedStories,
    Revision,
    Section,
    SourceSummary,
    Story,
    StoryQuestion,
    Work,
    WorkImage,
    WorkTopic,
)

_COPIED: tuple[type[models.Model], ...] = (
    *(Document, Article, Work, Story, FAQ, Revision, Draft, Address, RelatedStories),
    *(Answer, Byline, Citation, KeyFigure, Section, StoryQuestion, WorkImage, WorkTopic),
    *(SourceSummary, SourceSummary.outlets.through, SourceSummary.articles.through),
    *(Edition, EditionArticle, EditionContributor, EditionImage, EditionOutlet, EditionQuestion, EditionTopic),
    *(SearchDocument, Wording, Mention),
)
# Larger than any key of the corpus that is copied.
_KEY_STEP = 10_000_000
# Each copy is this much older, in microseconds. It is not a round number, because no two documents of the search index may have
# the same key, which is such a time.
_TIME_STEP = 423_000_137
_EXPRESSIONS_BY_COLUMN = {
    "slug": "slug || '-' || copy_number",
    "url": "url || '?copy=' || copy_number",
    "digest": "encode(sha256((digest || copy_number)::bytea), 'hex')",
    **{
        column: f"{column} - copy_number * interval '{_TIME_STEP} microseconds'"
        for column in ("updated_at", "first_published_at", "live_from")
    },
    # No two questions may be nearly the same, so their long words differ.
    **{
        column: rf"regexp_replace({column}, '\m(\w{{5,}})', 'x' || copy_number || '\1', 'g')"
        for column in ("question", "folded_question", "headline", "title", "folded_title")
    },
}
_EXPRESSIONS: dict[tuple[type[models.Model], str], str] = {
    (SearchDocument, "id"): f"id - copy_number * {_TIME_STEP}::bigint",
    (SearchDocument, "edition"): f"edition + copy_number * {_KEY_STEP}",
    (Wording, "id"): f"id - copy_number * {_TIME_STEP}::bigint",
    (Mention, "document_id"): f"document_id - copy_number * {_TIME_STEP}::bigint",
    (Mention, "uid"): "uid",  # of a topic or an outlet
}
_CONDITIONS: dict[type[models.Model], str] = {
    Address: "kind IN ('story', 'question')",
    SearchDocument: "edition IS NOT NULL",
    Wording: "id IN (SELECT id FROM search_searchdocument WHERE edition IS NOT NULL)",
}


def copy_stories(times: str) -> dict[str, object]:
    """Add ``times`` copies of all stories and questions, with keys, uids and addresses of their own.

    The copies name the same topics, outlets and pictures. Return the number of rows added to each table.
    """
    progress = Progress()
    added: dict[str, object] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        # Triggers refuse editions that begin in the past, and would check each foreign key by itself.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for done, model in enumerate(_COPIED):
            progress.show(f"copying {model._meta.db_table}", done, len(_COPIED))
            with _without_indexes(cursor, model._meta.db_table):
                added[model._meta.db_table] = _copy_rows(cursor, model, int(times))
        for statement in connection.ops.sequence_reset_sql(no_style(), list(_COPIED)):
            cursor.execute(statement)
        progress.show("copying", len(_COPIED), len(_COPIED))
    progress.clear()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return added


@contextmanager
def _without_indexes(cursor: CursorWrapper, table: str) -> Iterator[None]:
    """Drop the indexes of a table that belong to no constraint, and create them again after the block.

    Creating an index from all rows takes a fraction of the time of adding the rows one by one.
    """
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %s::regclass AND NOT indisunique AND NOT indisexclusion",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
    for _, definition in indexes:
        cursor.execute(definition)


def _copy_rows(cursor: CursorWrapper, model: type[models.Model], times: int) -> int:
    """Copy the rows of a table, and return the number of new rows."""
    table = connection.ops.quote_name(model._meta.db_table)
    expressions = dict(_iter_expressions(cursor, model))
    columns = ", ".join(map(connection.ops.quote_name, expressions))
    condition = _CONDITIONS.get(model, "true")
    # The statement does not see the rows that it inserts. Names and expressions come from the models and this module.
    cursor.execute(
        f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {', '.join(expressions.values())}"  # noqa: S608
        f" FROM {table} CROSS JOIN generate_series(1, %s) AS copies (copy_number) WHERE {condition}",
        [times],
    )
    return int(cursor.rowcount)


def _iter_expressions(cursor: CursorWrapper, model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Yield each column of a table that is not generated, with the expression for its value in a copy."""
    fields = {field.column: field for field in model._meta.local_concrete_fields}
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
        [model._meta.db_table],
    )
    for (column,) in cursor.fetchall():
        name, field = connection.ops.quote_name(column), fields.get(column)
        if expression := _EXPRESSIONS.get((model, column)) or _EXPRESSIONS_BY_COLUMN.get(column):
            yield column, expression
        elif isinstance(field, models.UUIDField):
            yield column, f"md5({name}::text || copy_number)::uuid"
        elif field and (field.related_model in _COPIED or (field.primary_key and not field.is_relation)):
            yield column, f"{name} + copy_number * {_KEY_STEP}"
        else:
            yield column, name
