"""What was indexed before pages were tagged by minutes is found among the newest all the same."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from newsroom.search.index.tokens import moment_tags
from tests.newsroom.search.making import name, page

pytestmark = pytest.mark.django_db
MIGRATION = import_module("newsroom.search.migrations.0010_minutes")


def tokens() -> dict[int, set[str]]:
    """Return the tokens of each document, by its key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, tsvector_to_array(words) FROM search_searchdocument")
        return {key: set(words) for key, words in cursor.fetchall()}


def test_documents_get_the_tags_that_they_would_get_today():
    pages = [page("Pier", days=days) for days in (0, 0.01, 0.5, 40)]
    name("topic", "Harbours")
    before = tokens()
    tags = {tag for each in pages for tag in moment_tags(each.updated_at) if not tag.startswith("month")}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_searchdocument SET words = ts_delete(words, %s::text[])", [list(tags)])
    assert set.union(*tokens().values()).isdisjoint(tags)

    with connection.schema_editor() as editor:
        MIGRATION.lay(apps, editor)

    assert tokens() == before
