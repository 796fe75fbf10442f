"""Values from the objects of a JSON list."""

import pytest

from newsroom.db.json_values import ValuesInList
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition
from tests.factories import make_published_story, make_question, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_the_values_of_a_key_are_read_without_the_objects():
    question = make_question(answers=1)
    question.answers.create(question="And in winter?", text="Not then.", position=5)
    editor = make_user()
    revisions.record_revision(question, by=editor, reason="Days")
    publishing.publish(question, by=editor)
    story = make_published_story()
    editions = Edition.objects.annotate(days=ValuesInList("fragments", "answers", "as_of"))
    assert editions.get(uid=question.uid).days == ["2026-11-09", None]
    assert editions.get(uid=story.uid).days == []
