"""Duplicating a story or a question."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from newsroom.accounts.models import Contributor
from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.http import clock
from stories import publishing
from stories.drafts import build_document, revisions
from stories.models import Comment, Edition, Freshness, State, Work, WorkImage
from stories.publishing import review
from stories.publishing.preflight import load_preflight
from stories.publishing.review_dates import set_review_by
from stories.workflow import trash
from stories.workflow.comments import add_comment
from stories.workflow.duplicate_work import duplicate_work
from stories.workflow.translations import link_translation, list_translations
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_full_story():
    return make_published_story(
        headline="Who pays for the pier",
        outlets=(make_outlet(), make_outlet()),
        topics=(make_topic(),),
        articles=(make_article(),),
        byline=("Jonas Adebar",),
    )


def test_a_duplicate_has_the_texts_rows_and_pictures_and_is_unsigned():
    story, ana = make_full_story(), make_user(first_name="Ana", last_name="Kestrel")
    Contributor.objects.create(name="Ana Kestrel", user=ana)
    placed = WorkImage.objects.create(work=story, image=make_image())
    story.sections.filter(kind="behind").update(text=f"![A pier](picture:{placed.uid})")
    revisions.record_revision(story, by=None)
    copy = build_document(duplicate_work(story, by=ana))
    original = build_document(story)
    assert (copy.headline, copy.headline_confirmed) == ("Copy of Who pays for the pier", False)
    assert copy.slug == "copy-of-who-pays-for-the-pier"
    assert [person.name for person in copy.byline] == ["Ana Kestrel"]
    assert [topic.name for topic in copy.topics] == [topic.name for topic in original.topics]
    assert copy.citations == original.citations
    assert [passage.text for passage in copy.passages] == [passage.text for passage in original.passages]
    (picture,) = copy.pictures
    assert picture.image == original.pictures[0].image
    assert f"picture:{picture.uid}" in copy.sections[1].text


def test_what_dates_reviews_or_discusses_a_page_is_not_duplicated():
    editor, article = make_user(), make_article()
    story = make_story(articles=(article,), owner=editor)
    story.figures.create(value="4,200", counts="homes", article=article, as_of=date(2026, 11, 9))
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=editor)
    translation = make_story(language="de")
    link_translation(translation, story, by=editor)
    set_review_by(story, timezone.localdate(clock.now()) + timedelta(days=3), by=editor)
    reword(story)
    add_comment(story, "Who counted them?", by=editor, at=clock.now())
    publishing.schedule(story, by=editor, at=clock.now() + timedelta(days=1), change=make_update("It opens."))
    review.send_for_review(story, by=make_user())
    review.approve(story, by=make_user(), revision_number=revisions.get_newest_revision(story).number)
    copy = Work.objects.get(pk=duplicate_work(story, by=editor).pk)
    (figure,) = build_document(copy).figures
    assert (figure.value, figure.counts, figure.as_of) == ("4,200", "homes", None)
    assert [source.url for source in build_document(copy).citations] == [article.url]
    assert (copy.state, copy.reviewed_revision_id, copy.translation_group) == (State.DRAFT, None, None)
    assert list_translations(copy) == []
    assert not Comment.objects.filter(work=copy).exists()
    assert not Edition.objects.filter(work=copy).exists()
    assert not Freshness.objects.filter(uid=copy.uid, review_by__isnull=False).exists()


def reword(story):
    story.sections.filter(kind="behind").update(text="It opens again.")
    revisions.record_revision(story, by=None)


def test_the_original_and_its_editions_do_not_change():
    story = make_full_story()
    before = build_document(story), story.revisions.count(), list(Edition.objects.values())
    duplicate_work(story, by=make_user())
    assert (build_document(story), story.revisions.count(), list(Edition.objects.values())) == before


def test_a_duplicate_cannot_be_published_as_it_is():
    editor = make_user()
    duplicate = duplicate_work(make_full_story(), by=editor)
    with pytest.raises(publishing.NotReadyError) as refusal:
        publishing.publish(duplicate, by=editor)
    codes = [finding.code for findings in refusal.value.findings.values() for finding in findings]
    assert codes.count("passages.duplicated") == 2


def test_a_passage_is_no_blocker_once_it_is_changed():
    duplicate = duplicate_work(make_full_story(), by=make_user())
    changed = duplicate.story.passages.first()
    changed.text = "It was weighed again, and nobody had asked."
    changed.save()
    revisions.record_revision(duplicate, by=None)
    findings = load_preflight(duplicate, at=clock.now()).findings
    assert [finding.code for finding in findings].count("passages.duplicated") == 1


def test_the_answers_of_a_duplicated_question_have_no_dates():
    copy = build_document(duplicate_work(make_question(), by=make_user()))
    assert copy.question.startswith("Copy of ")
    assert {answer.as_of for answer in copy.answers} == {None}


def test_the_log_and_the_revision_name_the_original():
    story, editor = make_story(headline="Who pays for the pier"), make_user()
    duplicate = duplicate_work(story, by=editor)
    assert (duplicate.duplicated_from, duplicate.owner) == (story.uid, editor)
    assert revisions.get_newest_revision(duplicate).reason == "Duplicated from “Who pays for the pier”"
    assert Event.objects.filter(uid=duplicate.uid, verb="duplicated").exists()


def test_only_people_who_may_add_pages_duplicate_them_and_none_from_the_bin():
    story = make_story()
    with pytest.raises(NotAllowedError):
        duplicate_work(story, by=make_user(role="Curator"))
    trash.move_to_trash(story, by=make_user(role="Administrator"))
    with pytest.raises(publishing.InvalidStateError):
        duplicate_work(story, by=make_user())
