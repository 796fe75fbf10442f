"""Several processes import the same file at the same moment."""

import pytest

from stories.models import Import, Story
from tests.races.processes import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 4


def import_text(text):
    from newsroom.http import clock
    from stories import imports

    return imports.save_import(imports.prepare_import(text.encode(), name="a.txt", at=clock.now()), by=None).slug


def test_a_file_imported_several_times_at_once_creates_one_story(tmp_path):
    text = "What's happened\nThe gate closed.\nCommon questions\n-\nWhy did it close?\nThe tide was high.\n"
    assert (
        run_concurrently(import_text, [(text,)] * PROCESSES, media_root=tmp_path)
        == [("returned", "the-gate-closed")] * PROCESSES
    )
    assert (Story.objects.count(), Import.objects.count()) == (1, 1)
