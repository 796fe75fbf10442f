"""Translations: linking works in several languages, and showing the links to readers."""

import re
from datetime import timedelta

import pytest

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Change, Edition
from stories.publishing import review
from stories.publishing.editions.related import choose_related_of_recent
from stories.workflow import trash
from stories.workflow.translations import (
    NotATranslationError,
    UnderReviewError,
    link_translation,
    list_translations,
    unlink_translation,
)
from tests.factories import (
    edition_of,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db


def list_alternates(client, work, kind="stories"):
    """Return the addresses of the alternates of a work's page, keyed by language."""
    page = client.get(f"/{kind}/{work.slug}/").content.decode()
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="http://testserver([^"]+)"', page))


def test_all_translations_of_a_page_link_to_each_other(client, editor):
    english = make_published_story(slug="pier", by=editor)
    german = make_story(slug="mole", language="de")
    arabic = make_story(slug="rasif", language="ar")
    assert link_translation(german, english, by=editor) is False
    assert link_translation(arabic, german, by=editor) is False
    publishing.publish(german, by=editor)
    publishing.publish(arabic, by=editor)
    alternates = {
        "en": "/stories/pier/",
        "x-default": "/stories/pier/",
        "de": "/stories/mole/",
        "ar": "/stories/rasif/",
    }
    for work in (english, german, arabic):
        assert list_alternates(client, work) == alternates
    page = client.get("/stories/pier/").content.decode()
    assert '<a href="/stories/mole/" lang="de" hreflang="de" rel="alternate">Deutsch</a>' in page
    assert "English</a>" not in page


def test_linking_a_live_page_publishes_a_minor_edition_at_once(client, editor):
    english, german = make_published_story(slug="pier"), make_published_story(slug="mole", language="de")
    assert link_translation(german, english, by=editor) is True
    assert list_alternates(client, english).keys() == {"en", "de", "x-default"}
    edition = edition_of(german)
    assert (edition.change, edition.label) == (Change.MINOR, "2")
    assert edition.document_id == Edition.objects.get(work=german, number=1).document_id
    assert unlink_translation(german, by=editor) is True
    assert list_alternates(client, english) == list_alternates(client, german) == {}


def test_a_link_made_by_a_writer_is_shown_with_the_next_edition(client, writer, editor):
    english, german = make_published_story(slug="pier"), make_published_story(slug="mole", language="de")
    assert link_translation(german, english, by=writer) is False
    assert list_alternates(client, english) == {}
    german.sections.filter(kind="background").update(text="Neun Tonnen waren verlangt, seit vier Jahren schon.")
    revisions.record_revision(german, by=writer)
    publishing.publish(german, by=editor, change=make_update())
    assert list_alternates(client, english).keys() == {"en", "de", "x-default"}


def test_a_translation_that_is_not_live_is_not_shown(client, editor):
    english = make_published_story(slug="pier")
    draft, scheduled, withdrawn = (
        make_story(slug=slug, language=language) for slug, language in (("a", "de"), ("b", "es"), ("c", "ar"))
    )
    before = client.get("/stories/pier/").content
    for work in (draft, scheduled, withdrawn):
        link_translation(work, english, by=editor)
    publishing.schedule(scheduled, by=editor, at=clock.now() + timedelta(hours=1))
    publishing.publish(withdrawn, by=editor)
    publishing.withdraw(withdrawn, by=editor, notice="It was translated badly.")
    assert client.get("/stories/pier/").content == before


def test_translations_remain_linked_when_the_original_is_withdrawn(client, editor):
    english = make_published_story(slug="pier")
    german, arabic = (make_published_story(slug=slug, language=slug) for slug in ("de", "ar"))
    link_translation(german, english, by=editor)
    link_translation(arabic, english, by=editor)
    publishing.withdraw(english, by=editor, notice="Its source took the numbers back.")
    assert list_alternates(client, german) == {"ar": "/stories/ar/", "x-default": "/stories/ar/", "de": "/stories/de/"}


def test_questions_can_have_translations_too(client, editor):
    english, spanish = make_published_question(slug="may-they"), make_published_question(slug="pueden", language="es")
    link_translation(spanish, english, by=editor)
    assert list_alternates(client, spanish, "questions").keys() == {"en", "es", "x-default"}


def test_impossible_translations_are_refused_with_a_reason(editor):
    english, german = make_story(language="en"), make_story(language="de")
    link_translation(german, english, by=editor)
    for work, original, reason in (
        (english, english, "its own translation"),
        (english, german, "its own translation"),
        (make_question(language="es"), english, "a question of a question"),
        (make_story(language="EN"), english, "in the same language"),
        (make_story(language="de"), english, "in the same language"),
        (english, make_story(language="ar"), "translations of its own"),
    ):
        with pytest.raises(NotATranslationError, match=reason):
            link_translation(work, original, by=editor)


def test_works_in_the_trash_and_users_who_may_not_edit_are_refused(editor, curator):
    english, german = make_story(), make_story(language="de")
    with pytest.raises(NotAllowedError):
        link_translation(german, english, by=curator)
    trash.move_to_trash(english, by=editor)
    with pytest.raises(publishing.InvalidStateError):
        link_translation(german, english, by=editor)


def test_a_writer_cannot_change_the_translations_of_a_work_in_review_or_approved(client, writer, editor, settings):
    german, spanish = (make_published_story(slug=language, language=language) for language in ("de", "es"))
    english = make_story(slug="pier")
    link_translation(english, spanish, by=writer)
    number = revisions.record_revision(english, by=writer).number
    settings.REQUIRE_APPROVAL = True
    review.send_for_review(english, by=writer)
    changes = (lambda: link_translation(english, german, by=writer), lambda: unlink_translation(english, by=writer))
    for change in changes:
        with pytest.raises(UnderReviewError, match="in review"):
            change()
    review.approve(english, by=editor, revision_number=number)
    for change in changes:
        with pytest.raises(UnderReviewError, match="approved"):
            change()
    assert english.translation_group == spanish.uid
    assert Event.objects.about(english.uid).with_verb("linked as a translation").count() == 1
    assert not Event.objects.about(english.uid).with_verb("unlinked as a translation").exists()
    publishing.publish(english, by=editor)
    assert list_alternates(client, english).keys() == {"en", "es", "x-default"}
    assert list_alternates(client, german) == {}


def test_a_writer_can_link_a_work_after_cancelling_its_review(writer, editor):
    english, german = make_story(), make_story(language="de")
    revisions.record_revision(german, by=writer)
    review.send_for_review(german, by=writer)
    review.end_review(german, by=writer)
    link_translation(german, english, by=writer)
    review.send_for_review(german, by=writer)
    unlink_translation(german, by=editor)
    german.refresh_from_db()
    assert german.translation_group is None


def test_linking_and_unlinking_are_logged_once(editor):
    english, german = make_story(headline="Why the pier is closed"), make_story(language="de")
    link_translation(german, english, by=editor)
    link_translation(german, english, by=editor)
    unlink_translation(german, by=editor)
    events = Event.objects.filter(uid=german.uid, verb__endswith="linked as a translation")
    assert [(event.verb, event.after) for event in events.order_by("pk")] == [
        ("linked as a translation", {"of": "Why the pier is closed"}),
        ("unlinked as a translation", {}),
    ]


def test_the_translations_of_a_work_are_listed_with_the_original_first(editor):
    english, german, arabic = make_story(), make_story(language="de"), make_story(language="ar")
    link_translation(german, english, by=editor)
    link_translation(arabic, german, by=editor)
    assert [work.pk for work in list_translations(arabic)] == [english.pk, german.pk]
    assert [work.pk for work in list_translations(english)] == [arabic.pk, german.pk]


def test_related_stories_are_not_in_another_language(client, editor, four_languages):
    topic = make_topic()
    english, other = (make_published_story(slug=slug, topics=(topic,)) for slug in ("pier", "gates"))
    german = make_published_story(slug="mole", language="de", topics=(topic,))
    french = make_published_story(slug="jetee", language="fr", topics=(topic,))
    link_translation(french, english, by=make_user())
    choose_related_of_recent(clock.now())
    related = client.get(f"/stories/{english.slug}/").content.decode().partition('id="related"')[2]
    assert f"/stories/{other.slug}/" in related
    assert f"/stories/{german.slug}/" not in related
    assert f"/stories/{french.slug}/" not in related
