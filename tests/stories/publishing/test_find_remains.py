"""Erased content that is found in a database, here in that of the site."""

from datetime import timedelta

import pytest

from newsroom.audit.models import Erasure
from newsroom.http import clock
from stories.publishing.erase.find_remains import find_remains
from tests.factories import make_story

pytestmark = pytest.mark.django_db


def test_an_erasure_counts_only_if_it_was_finished_before_the_restore_began():
    story, now = make_story(), clock.now()
    Erasure.objects.create(kind=story.kind, uid=story.uid, scope="work", reason="File 12.", closed_at=now)
    assert list(find_remains("default", now)) == []
    [fault] = find_remains("default", now + timedelta(seconds=1))
    assert f"(work of story {story.uid})" in fault
