"""Notifications about publishing, reviews and reader reports. Nobody is notified of their own actions."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.accounts.permissions import NotAllowedError
from newsroom.http import clock
from newsroom.notifications.models import MailStatus, Notice, NoticeKind
from newsroom.site.reader_reports.submit import ReportSubject
from stories import publishing
from stories.models import Work
from stories.publishing import review
from stories.publishing.erase import erase_work
from stories.workflow.reader_reports import verbs
from tests.factories import make_published_story, make_question, make_story, make_user

pytestmark = pytest.mark.django_db


def list_notified():
    """Return the user and the kind of each notification, oldest first."""
    return [(notice.person, notice.kind) for notice in Notice.objects.select_related("person").order_by("pk")]


def test_the_reviewer_is_notified_of_the_request_and_the_sender_and_owner_of_the_result(writer, editor):
    owner = make_user(role="Writer")
    story = make_story(owner=owner)
    review.send_for_review(story, by=writer, to=editor)
    assert list_notified() == [(editor, "asked")]
    notice = Notice.objects.get()
    assert "writer" in notice.words
    assert f"“{story.headline}”" in notice.words
    assert notice.address == f"/admin/stories/story/{story.pk}/review/", "the review screen"
    review.return_to_writer(story, by=editor, reason="No number.", revision_number=1)
    assert list_notified()[1:] == [(writer, "returned"), (owner, "returned")]
    assert Notice.objects.get(person=writer).address == f"/admin/stories/story/{story.pk}/change/"
    review.send_for_review(story, by=owner, to=editor)
    Notice.objects.all().delete()
    review.approve(story, by=editor, revision_number=1)
    assert list_notified() == [(owner, "approved")]


def test_a_refused_verb_notifies_nobody(writer, editor):
    story = make_story(owner=writer)
    with pytest.raises(NotAllowedError):
        review.approve(story, by=writer, revision_number=1)
    assert list_notified() == []


def test_owners_are_notified_of_the_actions_of_others_on_their_pages(writer, editor):
    own, other = make_story(owner=editor), make_story(owner=writer)
    publishing.publish(own, by=editor)
    publishing.publish(other, by=editor)
    publishing.withdraw(other, by=editor, notice="It was wrong.")
    assert list_notified() == [(writer, "published"), (writer, "published")]
    assert [notice.words.partition(" “")[0] for notice in Notice.objects.order_by("pk")] == [
        "editor published",
        "editor withdrew",
    ]


def test_notifications_distinguish_scheduling_from_publishing(writer, editor):
    story, live = make_story(owner=writer), make_published_story(owner=writer)
    Notice.objects.all().delete()
    later = clock.now() + timedelta(days=1)
    publishing.schedule(story, by=editor, at=later)
    publishing.schedule_expiry(live, by=editor, at=later, notice="It was only for the day.")
    assert [notice.words.partition(" “")[0] for notice in Notice.objects.order_by("pk")] == [
        "editor scheduled",
        "editor set an end date for",
    ]


def test_an_inactive_owner_is_not_notified(writer, editor):
    writer.is_active = False
    writer.save()
    publishing.publish(make_question(owner=writer), by=editor)
    assert list_notified() == []


REPORT = {"sentence": "", "problem": "The year is wrong.", "source": "", "email": ""}


def test_the_owner_or_all_who_decide_are_notified_of_a_reader_report(writer, editor, administrator, curator):
    story, ownerless = make_published_story(owner=writer), make_published_story()
    Notice.objects.all().delete()
    report = verbs.receive_report(REPORT, ReportSubject("story", story.uid, story.headline), at=clock.now())
    assert list_notified() == [(writer, NoticeKind.REPORT)]
    assert Notice.objects.get().address == f"/admin/site/report/{report.pk}/change/"
    Notice.objects.all().delete()
    verbs.receive_report(REPORT, ReportSubject("story", ownerless.uid, ownerless.headline), at=clock.now())
    verbs.receive_report(REPORT, ReportSubject.from_page("How we work"), at=clock.now())
    assert {person for person, _ in list_notified()} >= {editor, administrator}
    assert not {writer, curator} & {person for person, _ in list_notified()}


def test_erasing_replaces_the_words_of_notifications_but_keeps_their_recipients(writer, editor, administrator):
    story, other = make_story(owner=writer, headline="The minister resigns"), make_story(owner=writer)
    review.send_for_review(story, by=writer, to=editor)
    review.send_for_review(other, by=writer, to=editor)
    Notice.objects.filter(thing_uid=other.uid).update(words="writer says it is like “the MINISTER resigns”.")
    erase_work(story, by=administrator, reason="Order 7 of the court")
    assert {notice.words for notice in Notice.objects.all()} == {"Erased."}
    assert len(list_notified()) == 2


def test_the_log_of_a_work_shows_its_notifications_and_the_state_of_their_mail(writer, editor, editor_client):
    story = make_story(owner=writer)
    address = f"/admin/stories/story/{story.pk}/record/"
    assertNotContains(editor_client.get(address), 'class="notified-people"')
    review.send_for_review(story, by=writer, to=editor)
    assertContains(editor_client.get(address), 'class="notified-people"')
    for mail, at, text in (
        (MailStatus.NONE, None, "No e-mail."),
        (MailStatus.WAITS, None, "By e-mail, not sent yet."),
        (MailStatus.FAILED, None, "By e-mail, not sent yet because of an error."),
        (MailStatus.SENT, datetime(2031, 3, 4, 12, 30, tzinfo=UTC), "By e-mail, sent on 4 March 2031, 12:30."),
    ):
        Notice.objects.update(mail=mail, mailed_at=at)
        page = editor_client.get(address)
        assertContains(page, f"editor: {escape(Notice.objects.get().words)}")
        (note,) = re.findall(r'<p class="entry-note">(At the desk,.*?)</p>', page.content.decode())
        assert note.partition(". ")[2] == text
    assert Work.objects.get(pk=story.pk).state == "in_review"
