"""The same file comes in from several sides at the same moment."""

import pytest

from stories.models import Import, Story
from tests.races.processes import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


def bring_in(text):
    from newsroom.http import clock
    from stories import imports

    return imports.save_import(imports.prepare_import(text.encode(), name="a.txt", at=clock.now()), by=None).slug


def test_a_file_that_many_bring_in_at_once_comes_in_once(tmp_path):
    text = "What's happened\nThe gate closed.\nCommon questions\n-\nWhy did it close?\nThe tide was high.\n"
    assert at_once(bring_in, [(text,)] * MANY, place=tmp_path) == [("returned", "the-gate-closed")] * MANY
    assert (Story.objects.count(), Import.objects.count()) == (1, 1)
