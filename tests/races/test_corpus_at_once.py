"""Several processes publish batches of a corpus with the same topics and outlets at the same moment."""

import pytest

from newsroom.http import clock
from newsroom.search.models import SearchDocument
from stories.demo.corpus import generate
from stories.models import Edition
from tests.races.processes import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)
BATCH, BATCHES = 5, 4


def publish_batch(first, publisher):
    from newsroom.accounts.models import User

    generate.publish_batch("story", range(first, first + BATCH), by=User.objects.get(pk=publisher))


def test_each_batch_is_complete_and_each_name_is_indexed_once(editor, tmp_path):
    list(generate.publish_corpus(1, by=editor))
    generate.publish_batch("question", range(BATCH * BATCHES), by=editor)
    calls = [(1 + number * BATCH, editor.pk) for number in range(BATCHES)]
    assert run_concurrently(publish_batch, calls, media_root=tmp_path) == [("returned", None)] * BATCHES
    assert Edition.objects.live(clock.now()).stories().count() == 1 + BATCH * BATCHES
    names = list(SearchDocument.objects.filter(edition=None).values_list("kind", "uid"))
    assert len(names) == len(set(names)) > BATCHES
