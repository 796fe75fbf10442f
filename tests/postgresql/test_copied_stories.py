"""Copies of the stories of a corpus are read, found and changed as the stories themselves are."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from benchmarks.inside import edits
from benchmarks.inside.copies import copy_stories
from newsroom.http import clock
from newsroom.search.models import SearchDocument
from stories.models import FAQ, Citation, Edition, Revision, Story

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def corpus(editor) -> None:
    call_command("make_corpus", stories=2, by=editor.username, stdout=StringIO(), stderr=StringIO())
    copy_stories("2")


def test_every_copy_has_an_address_of_its_own_and_is_indexed(corpus, client):
    editions = Edition.objects.live(clock.now()).stories()
    slugs = set(editions.values_list("slug", flat=True))
    assert len(slugs) == 6
    assert {client.get(reverse("story", args=[slug])).status_code for slug in slugs} == {200}
    indexed = SearchDocument.objects.filter(kind="story").values_list("edition", flat=True)
    assert set(indexed) == set(editions.values_list("pk", flat=True))


def test_a_copy_has_citations_and_a_document_and_is_published_again(corpus, client, editor):
    assert Citation.objects.filter(work=Story.objects.latest("pk"), article__url__endswith="?copy=2").exists()
    assert not Revision.objects.exclude(document__body__isnull=False).exists()
    for copy in (Story.objects.latest("pk"), FAQ.objects.latest("pk")):
        edits.save(copy, "Seven lamps", by=editor)
        edits.publish(copy, by=editor)
        assert "Seven lamps" in client.get(reverse(copy.kind, args=[copy.slug])).text
