"""The *Front page* screen, on which editors give stories a place on the front page."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from newsroom.http import clock
from stories import publishing
from stories.models import FrontPlace
from stories.publishing import front_page
from stories.publishing.front_page import FrontPagePlace
from tests.factories import make_published_story
from tests.outcomes import find_summary, list_levels

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/front/"


def build_post(*keys, seen=None, **fields):
    """Return the POST data with the uid of a story for each place; None leaves a place empty."""
    body = {f"place-{number}-story": str(key or "") for number, key in enumerate(keys, start=1)}
    return {**body, "seen": front_page.get_arrangement_digest() if seen is None else seen, **fields}


def test_editors_have_a_link_to_the_screen_and_writers_do_not(editor_client, writer_client):
    assertContains(editor_client.get("/admin/"), f'href="{ADDRESS}"')
    assertNotContains(writer_client.get("/admin/"), f'href="{ADDRESS}"')


def test_the_screen_has_the_links_of_the_masthead(editor_client):
    assertContains(editor_client.get(ADDRESS), 'href="/admin/topics/topic/"')


def test_chosen_stories_are_stored_in_order_without_gaps(editor_client):
    first, second = make_published_story(), make_published_story()
    response = editor_client.post(ADDRESS, build_post(None, second.uid, None, first.uid), follow=True)
    assertRedirects(response, ADDRESS)
    assert list_levels(response) == ["success"]
    assert list(FrontPlace.objects.values_list("uid", flat=True)) == [second.uid, first.uid]
    assertContains(response, f'<option value="{second.uid}" selected>')


def test_an_end_is_entered_and_shown_in_the_newsrooms_time_zone(editor_client, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    story = make_published_story()
    times = {"place-1-day": "2999-07-01", "place-1-time": "09:30"}
    response = editor_client.post(ADDRESS, build_post(story.uid, **times), follow=True)
    assert FrontPlace.objects.get().until == datetime(2999, 7, 1, 7, 30, tzinfo=UTC)
    assertContains(response, 'value="09:30"')


def test_a_day_without_a_time_is_refused(editor_client):
    story = make_published_story()
    response = editor_client.post(ADDRESS, build_post(story.uid, **{"place-1-day": "2999-07-01"}))
    assert list(response.context["front_places"][0].errors) == ["time"]
    assert not FrontPlace.objects.exists()


def test_a_refusal_is_shown_at_its_place(editor_client):
    story = make_published_story()
    response = editor_client.post(ADDRESS, build_post(story.uid, None, story.uid))
    errors = [list(form.errors) for form in response.context["front_places"]]
    assert errors == [[], [], ["story"], *([[]] * (len(errors) - 3))]
    page = response.content.decode()
    assert page.index('class="errorlist') > page.index('id="place-3-label"')


def test_a_concurrent_arrangement_is_not_overwritten(editor, editor_client):
    first, second = make_published_story(), make_published_story()
    seen = front_page.get_arrangement_digest()
    front_page.arrange_front_page([FrontPagePlace(first.uid)], by=editor, seen_digest=seen)
    refused = editor_client.post(ADDRESS, build_post(second.uid, seen=seen))
    assert refused.context["problem"] == front_page.CHANGED_MEANWHILE
    assertContains(refused, 'class="errorlist" role="alert"')
    assert FrontPlace.objects.get().uid == first.uid


def test_a_withdrawn_story_is_marked_as_not_live(editor, editor_client):
    story = make_published_story(headline="Why it was taken back")
    front_page.arrange_front_page(
        [FrontPagePlace(story.uid, clock.now() + timedelta(days=1))],
        by=editor,
        seen_digest=front_page.get_arrangement_digest(),
    )
    publishing.withdraw(story, by=editor, notice="It did not hold.")
    response = editor_client.get(ADDRESS)
    first, *others = response.context["front_places"]
    assert (first.is_not_live, any(form.is_not_live for form in others)) == (True, False)
    assertContains(response, f'<option value="{story.uid}" selected>Why it was taken back (')
    assertContains(response, '<p class="count">', count=1)


def test_a_site_with_several_languages_shows_the_language_of_each_story(editor_client, settings):
    make_published_story(headline="Warum der Pier geschlossen ist", language="de")
    for languages, has_several in ((["de"], False), (["en-gb", "de"], True)):
        settings.SITE_LANGUAGES = languages
        response = editor_client.get(ADDRESS)
        assert ("Warum der Pier geschlossen ist (de)" in response.content.decode()) is has_several
        assert ("language" in find_summary(response)) is has_several
