"""The screen on which editors say what stands first on the front page."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from newsroom.http import clock
from stories import publishing
from stories.models import FrontPlace
from stories.publishing import front_page
from stories.publishing.front_page import FrontPagePlace
from tests.factories import make_published_story

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/front/"


def sent(*keys, seen=None, **fields):
    """Return what the form sends: a story for each place, none where it is None."""
    body = {f"place-{number}-story": str(key or "") for number, key in enumerate(keys, start=1)}
    return {**body, "seen": front_page.get_arrangement_digest() if seen is None else seen, **fields}


def test_the_home_of_an_editor_leads_there_and_that_of_a_writer_does_not(editor_client, writer_client):
    assertContains(editor_client.get("/admin/"), f'href="{ADDRESS}"')
    assertNotContains(writer_client.get("/admin/"), f'href="{ADDRESS}"')


def test_the_screen_has_the_links_of_the_masthead(editor_client):
    assertContains(editor_client.get(ADDRESS), 'href="/admin/topics/topic/"')


def test_chosen_stories_are_kept_in_their_order_and_open_places_are_closed_up(editor_client):
    one, two = make_published_story(), make_published_story()
    response = editor_client.post(ADDRESS, sent(None, two.uid, None, one.uid), follow=True)
    assertRedirects(response, ADDRESS)
    assertContains(response, "The front page is arranged.")
    assert list(FrontPlace.objects.values_list("uid", flat=True)) == [two.uid, one.uid]
    assertContains(response, f'<option value="{two.uid}" selected>')


def test_an_end_is_kept_and_shown_by_the_clocks_of_the_newsroom(editor_client, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    story = make_published_story()
    times = {"place-1-day": "2999-07-01", "place-1-time": "09:30"}
    response = editor_client.post(ADDRESS, sent(story.uid, **times), follow=True)
    assert FrontPlace.objects.get().until == datetime(2999, 7, 1, 7, 30, tzinfo=UTC)
    assertContains(response, 'value="09:30"')


def test_a_day_without_a_time_is_asked_about(editor_client):
    story = make_published_story()
    response = editor_client.post(ADDRESS, sent(story.uid, **{"place-1-day": "2999-07-01"}))
    assertContains(response, "Say at what time.")
    assert not FrontPlace.objects.exists()


def test_what_the_verb_refuses_stands_at_its_place(editor_client):
    story = make_published_story()
    response = editor_client.post(ADDRESS, sent(story.uid, None, story.uid))
    page = response.content.decode()
    assert page.index("This story has a place already.") > page.index("Place 3")


def test_what_somebody_else_arranged_meanwhile_is_not_overwritten(editor, editor_client):
    one, two = make_published_story(), make_published_story()
    seen = front_page.get_arrangement_digest()
    front_page.arrange_front_page([FrontPagePlace(one.uid)], by=editor, seen=seen)
    assertContains(editor_client.post(ADDRESS, sent(two.uid, seen=seen)), "a moment ago")
    assert FrontPlace.objects.get().uid == one.uid


def test_a_placed_story_that_was_withdrawn_is_told_as_not_seen(editor, editor_client):
    story = make_published_story(headline="Why it was taken back")
    front_page.arrange_front_page(
        [FrontPagePlace(story.uid, clock.now() + timedelta(days=1))],
        by=editor,
        seen=front_page.get_arrangement_digest(),
    )
    publishing.withdraw(story, by=editor, notice="It did not hold.")
    response = editor_client.get(ADDRESS)
    assertContains(response, "Why it was taken back (not live)")
    assertContains(response, "Readers do not see it now.")


def test_where_the_site_has_several_languages_each_story_says_its_own(editor_client, settings):
    settings.SITE_LANGUAGES = ["en-gb", "de"]
    make_published_story(headline="Warum der Pier geschlossen ist", language="de")
    response = editor_client.get(ADDRESS)
    assertContains(response, "Warum der Pier geschlossen ist (de)")
    assertContains(response, "A story stands on the front page of its language.")
