"""Levels of checks, which administrators set, and overrides, which a second person reviews."""

import pytest
from django.core.exceptions import ValidationError

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from stories import checks, publishing
from stories.checks import Level
from stories.models import CheckLevel, Override
from stories.publishing import overrides
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def override():
    """Return the override of a story that was published without a topic."""
    story = make_story(topics=())
    publishing.publish(story, by=make_user(), overrides={"topics.some topics": "The topic comes tomorrow."})
    return Override.objects.get()


def test_a_level_takes_effect_immediately_and_is_logged():
    admin = make_user(role="Administrator")
    assert overrides.set_levels({"topics.some": Level.HINT, "links.words": Level.WARNING}, by=admin) == ["topics.some"]
    publishing.publish(make_story(topics=()), by=make_user())
    event = Event.objects.get(verb="level set")
    assert (event.kind, event.by_name) == ("check", str(admin))
    assert (event.before["level"], event.after["level"]) == ("blocker", "hint")
    assert event.uid == overrides.get_check_uid("topics.some")


def test_a_level_can_be_set_back_to_its_default():
    admin = make_user(role="Administrator")
    overrides.set_levels({"topics.some": Level.HINT}, by=admin)
    assert overrides.set_levels({"topics.some": Level.BLOCKER}, by=admin) == ["topics.some"]
    assert checks.load_house_rules().levels == {"topics.some": Level.BLOCKER}


@pytest.mark.parametrize("code", ["headline.given", "no.such-check"])
def test_the_level_of_a_fixed_or_unknown_check_cannot_be_set(code):
    with pytest.raises(ValidationError):
        overrides.set_levels({code: Level.HINT}, by=make_user(role="Administrator"))
    assert not CheckLevel.objects.exists()


@pytest.mark.parametrize("role", ["Writer", "Editor", "Curator"])
def test_only_administrators_set_levels(role):
    with pytest.raises(NotAllowedError):
        overrides.set_levels({"topics.some": Level.HINT}, by=make_user(role=role))


def test_another_user_reviews_an_override_only_once(override):
    reviewer = make_user()
    overrides.review_override(override, by=reviewer, note=" It was right. ")
    override.refresh_from_db()
    assert (override.reviewed_by, override.review_note) == (reviewer, "It was right.")
    event = Event.objects.get(verb="override reviewed")
    assert event.uid == override.edition.uid
    assert event.reason == "It was right."
    with pytest.raises(ValidationError):
        overrides.review_override(override, by=make_user())


def test_a_user_cannot_review_their_own_override(override):
    with pytest.raises(NotAllowedError):
        overrides.review_override(override, by=override.by)
    assert not Override.objects.reviewed().exists()


@pytest.mark.parametrize("role", ["Writer", "Curator"])
def test_only_editors_review_overrides(override, role):
    with pytest.raises(NotAllowedError):
        overrides.review_override(override, by=make_user(role=role))
