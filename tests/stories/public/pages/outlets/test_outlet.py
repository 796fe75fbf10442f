"""The page of an outlet: its passages in each story, with a day that is named."""

import re

import pytest

from stories import publishing
from stories.drafts import revisions
from tests.factories import make_outlet, make_published_story, make_update

pytestmark = pytest.mark.django_db


def test_the_day_of_a_story_is_named_as_that_of_its_publication_or_of_its_update(client, editor, set_time):
    outlet = make_outlet()
    story = make_published_story(by=editor, outlets=(outlet, make_outlet()))
    address = f"/sources/{outlet.slug}/"
    assert re.search(r'<p class="day">Published <time', client.get(address).content.decode())
    set_time.go(days=2)
    story.sections.filter(kind="background").update(text="The limit was nine tonnes from the first day on.")
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=make_update())
    assert re.search(r'<p class="day">Updated <time', client.get(address).content.decode())
