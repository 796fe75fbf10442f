"""Publishing and withdrawing: what readers see, who may do it, and what is refused."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.http.clock import FOREVER
from newsroom.media.models import Image
from newsroom.redirects.models import Address
from stories import publishing
from stories.checks.changes import NEEDS_NOTE
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Edition, EditionKind, EditionTopic, Outlet, Story
from stories.publishing.erase import erase_work
from stories.workflow import trash
from tests.factories import (
    edition_of,
    make_article,
    make_image,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
)
from topics.models import Topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def reword(story, headline, editor):
    story.headline = headline
    story.save()
    revisions.record_revision(story, by=editor)


def test_an_edition_does_not_change_with_the_draft(editor):
    story = make_story()
    edition = publishing.publish(story, by=editor)
    reword(story, "Why the north pier stays closed until spring", editor)
    live = Edition.objects.live(timezone.now()).get(work=story)
    assert live == edition
    assert live.title == "Why the north pier of Port Lisle is closed to lorries"
    assert (live.number, live.change, live.live_until) == (1, Change.FIRST, FOREVER)


def test_publishing_again_ends_the_previous_edition_at_the_same_instant(editor):
    story = make_published_story(topics=(make_topic(),))
    reword(story, "Why the north pier stays closed until spring", editor)
    second = publishing.publish(story, by=editor, change=make_update("A date is known."))
    first = Edition.objects.get(work=story, number=1)
    assert first.live_until == second.live_from
    assert list(EditionTopic.objects.filter(edition=first).values_list("live_until", flat=True)) == [second.live_from]
    assert (second.change, second.note, second.first_published_at) == (
        Change.UPDATE,
        "A date is known.",
        first.first_published_at,
    )


def test_publishing_an_unchanged_draft_is_refused(editor):
    story = make_published_story()
    with pytest.raises(publishing.NothingNewError):
        publishing.publish(story, by=editor)
    assert Edition.objects.filter(work=story).count() == 1


@pytest.mark.parametrize("role", ["writer", "curator"])
def test_only_editors_publish_and_withdraw(role, request):
    user = request.getfixturevalue(role)
    draft, live = make_story(), make_published_story()
    with pytest.raises(NotAllowedError):
        publishing.publish(draft, by=user)
    with pytest.raises(NotAllowedError):
        publishing.withdraw(live, by=user, notice="Wrong.")
    assert not Edition.objects.filter(work=draft).exists()


def test_an_inactive_editor_cannot_publish(editor):
    editor.is_active = False
    editor.save()
    with pytest.raises(NotAllowedError):
        publishing.publish(make_story(), by=editor)


def test_a_story_with_an_unconfirmed_headline_cannot_be_published(editor):
    story = make_story(headline_confirmed=False)
    with pytest.raises(publishing.NotReadyError) as refusal:
        publishing.publish(story, by=editor)
    assert [finding.anchor for found in refusal.value.findings.values() for finding in found] == ["headline_confirmed"]
    assert not Edition.objects.exists()


def test_a_story_and_its_questions_are_published_together_or_not_at_all(editor):
    good, bad = make_question(), make_question(answers=0)
    story = make_story(questions=(good, bad))
    with pytest.raises(publishing.NotReadyError):
        publishing.publish(story, by=editor, with_questions=[good, bad])
    assert not Edition.objects.exists()
    publishing.publish(story, by=editor, with_questions=[good])
    times = set(Edition.objects.values_list("live_from", flat=True))
    assert Edition.objects.count() == 2
    assert len(times) == 1


def test_a_question_can_be_published_with_an_unchanged_story(editor):
    question = make_question()
    story = make_story(questions=(question,))
    first = publishing.publish(story, by=editor)
    assert publishing.publish(story, by=editor, with_questions=[question]) == first
    assert Edition.objects.live(timezone.now()).filter(work=question).exists()


@pytest.mark.parametrize("change", [Change.FIRST, Change.RETURN, Change.WITHDRAWAL, Change.EXPIRY])
def test_an_unsuitable_kind_of_change_counts_as_an_update_and_needs_a_note(editor, change):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    with pytest.raises(publishing.NotReadyError) as refusal:
        publishing.publish(story, by=editor, change=ChangeNote(change))
    (findings,) = refusal.value.findings.values()
    assert [(finding.code, finding.message) for finding in findings] == [("change.note", NEEDS_NOTE[Change.UPDATE])]
    assert publishing.publish(story, by=editor, change=ChangeNote(change, "It opens.")).change == Change.UPDATE


def test_a_question_that_is_passed_twice_is_published_once(editor):
    question = make_question()
    story = make_story(questions=(question,))
    publishing.publish(story, by=editor, with_questions=[question, question])
    assert Edition.objects.filter(work=question).count() == 1


@pytest.mark.parametrize(
    "verb", ["publish", "schedule", "withdraw", "schedule_expiry", "republish", "cancel_schedule", "replace_revision"]
)
def test_every_verb_refuses_a_work_that_was_erased_meanwhile(editor, administrator, verb):
    later = timezone.now() + timedelta(days=1)
    arguments = {"schedule": {"at": later}, "withdraw": {"notice": "Gone."}, "republish": {"note": "Back."}}
    arguments["schedule_expiry"] = arguments["schedule"] | arguments["withdraw"]
    story = make_story()
    stale = publishing.schedule(story, by=editor, at=later)
    if verb not in {"cancel_schedule", "replace_revision"}:
        stale = Story.objects.get(pk=story.pk)
    erase_work(story, by=administrator, reason="A court said so.")
    with pytest.raises(publishing.InvalidStateError, match="has been erased"):
        getattr(publishing, verb)(stale, by=editor, **arguments.get(verb, {}))


def test_new_and_changed_questions_are_listed_until_they_are_published(editor):
    question = make_question()
    story = make_story(questions=(question,))
    assert publishing.list_changed_questions(story, at=timezone.now()) == [question]
    publishing.publish(story, by=editor, with_questions=[question])
    assert publishing.list_changed_questions(story, at=timezone.now()) == []
    question.introduction = "Another introduction."
    question.save()
    revisions.record_revision(question, by=editor)
    assert publishing.list_changed_questions(story, at=timezone.now()) == [question]


def test_a_withdrawn_page_is_replaced_by_its_notice_and_can_return(editor):
    story = make_published_story()
    notice = publishing.withdraw(story, by=editor, notice="The survey turned out to be of another pier.")
    now = timezone.now()
    assert not Edition.objects.live(now).filter(work=story).exists()
    assert Edition.objects.in_force(now).get(work=story) == notice
    assert notice.kind == EditionKind.NOTICE
    returned = publishing.publish(story, by=editor, change=make_update("It was of this pier after all."))
    assert (returned.number, returned.change) == (3, Change.RETURN)
    assert returned.first_published_at == Edition.objects.get(work=story, number=1).first_published_at


@pytest.mark.parametrize("is_published", [True, False])
def test_withdrawing_needs_a_page_and_a_reason(is_published, editor):
    story = make_published_story() if is_published else make_story()
    notice = " " if is_published else "Never mind."
    with pytest.raises(publishing.InvalidStateError):
        publishing.withdraw(story, by=editor, notice=notice)


def test_entities_and_images_are_public_only_while_an_edition_names_them(editor):
    topic, outlet, image = make_topic(), make_outlet(), make_image()
    story = make_story(
        topics=(topic,), outlets=(outlet,), articles=(make_article(outlet=outlet),), lead_image=image, lead_alt="A pier"
    )
    rows = ((Topic, topic), (Outlet, outlet), (Image, image))
    assert not any(model.objects.public(timezone.now()).filter(pk=row.pk).exists() for model, row in rows)
    edition = publishing.publish(story, by=editor)
    before = edition.live_from - timedelta(microseconds=1)
    for model, row in rows:
        assert model.objects.public(edition.live_from).filter(pk=row.pk).exists()
        assert not model.objects.public(before).filter(pk=row.pk).exists()
    publishing.withdraw(story, by=editor, notice="Wrong pier.")
    assert not any(model.objects.public(timezone.now()).filter(pk=row.pk).exists() for model, row in rows)


def test_the_image_of_a_public_topic_is_public(editor):
    image = make_image()
    topic = make_topic(picture=image)
    publishing.publish(make_story(topics=(topic,)), by=editor)
    assert image in Image.objects.public(timezone.now())


def test_publishing_claims_the_addresses_of_the_work_its_topics_and_its_outlets(editor):
    topic, outlet = make_topic(slug="port-lisle"), make_outlet(slug="courier")
    story = make_story(slug="north-pier", topics=(topic,), outlets=(outlet,))
    publishing.publish(story, by=editor)
    assert Address.objects.owner_uid("story", "north-pier") == story.uid
    assert Address.objects.owner_uid("topic", "port-lisle") == topic.uid
    assert Address.objects.owner_uid("source", "courier") == outlet.uid


def test_a_former_address_of_another_page_cannot_be_published(editor):
    make_published_story(slug="old-pier")
    first = edition_of(make_published_story(slug="pier")).work
    first.slug = "new-pier"
    first.save()
    story = make_story(slug="pier")
    with pytest.raises(publishing.InvalidStateError, match="belongs to another page"):
        publishing.publish(story, by=editor)
    assert not Edition.objects.filter(work=story).exists()


def test_publishing_and_withdrawing_write_audit_entries_with_the_name_of_the_user(editor):
    story = make_story()
    publishing.publish(story, by=editor, change=make_update("First words."))
    publishing.withdraw(story, by=editor, notice="Wrong pier.")
    events = [(event.verb, event.by_name, event.reason) for event in Event.objects.about(story.uid)]
    assert events == [("withdrawn", "editor", "Wrong pier."), ("published", "editor", "First words.")]


def test_the_database_refuses_two_editions_at_the_same_time(editor):
    edition = publishing.publish(make_story(), by=editor)
    edition.pk = None
    edition.number = 2
    with pytest.raises(IntegrityError), transaction.atomic():
        edition.save(force_insert=True)


def test_a_draft_can_be_moved_to_the_trash_and_restored(writer, editor):
    story = make_story()
    trash.move_to_trash(story, by=writer)
    with pytest.raises(publishing.InvalidStateError):
        publishing.publish(story, by=editor)
    trash.restore_from_trash(story, by=writer)
    publishing.publish(story, by=editor)


def test_a_published_work_cannot_be_moved_to_the_trash(administrator):
    story = make_published_story()
    with pytest.raises(publishing.InvalidStateError):
        trash.move_to_trash(story, by=administrator)


def test_a_story_in_arabic_is_written_from_right_to_left(editor):
    edition = publishing.publish(make_story(language="ar"), by=editor)
    assert edition.direction == "rtl"
