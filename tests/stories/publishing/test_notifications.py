"""Whom the verbs tell of what became of a text, and that nobody hears of what they did themselves."""

from datetime import timedelta

import pytest
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


def told():
    """Return who was told which kind of notice, in the order in which it happened."""
    return [(notice.person, notice.kind) for notice in Notice.objects.select_related("person").order_by("pk")]


def test_whoever_is_asked_to_review_is_told_and_whoever_sent_it_hears_what_came_of_it(writer, editor):
    owner = make_user(role="Writer")
    story = make_story(owner=owner)
    review.send_for_review(story, by=writer, to=editor)
    assert told() == [(editor, "asked")]
    notice = Notice.objects.get()
    assert notice.words == f"writer asks you to review “{story.headline}”."
    assert notice.address == f"/admin/stories/story/{story.pk}/review/", "where it is read and decided"
    review.return_to_writer(story, by=editor, reason="No number.", revision_number=1)
    assert told()[1:] == [(writer, "returned"), (owner, "returned")]
    assert Notice.objects.get(person=writer).address == f"/admin/stories/story/{story.pk}/change/"
    review.send_for_review(story, by=owner, to=editor)
    Notice.objects.all().delete()
    review.approve(story, by=editor, revision_number=1)
    assert told() == [(owner, "approved")]


def test_a_refused_verb_tells_nobody(writer, editor):
    story = make_story(owner=writer)
    with pytest.raises(NotAllowedError):
        review.approve(story, by=writer, revision_number=1)
    assert told() == []


def test_an_owner_is_told_what_others_do_to_their_pages_and_not_what_they_do(writer, editor):
    own, other = make_story(owner=editor), make_story(owner=writer)
    publishing.publish(own, by=editor)
    publishing.publish(other, by=editor)
    publishing.withdraw(other, by=editor, notice="It was wrong.")
    assert told() == [(writer, "published"), (writer, "published")]
    assert [notice.words.partition(" “")[0] for notice in Notice.objects.order_by("pk")] == [
        "editor published",
        "editor withdrew",
    ]


def test_a_scheduled_page_and_a_scheduled_end_are_told_as_such(writer, editor):
    story, live = make_story(owner=writer), make_published_story(owner=writer)
    Notice.objects.all().delete()
    later = clock.now() + timedelta(days=1)
    publishing.schedule(story, by=editor, at=later)
    publishing.schedule_expiry(live, by=editor, at=later, notice="It was only for the day.")
    assert [notice.words.partition(" “")[0] for notice in Notice.objects.order_by("pk")] == [
        "editor scheduled",
        "editor set an end to",
    ]


def test_an_owner_who_left_is_not_told(writer, editor):
    writer.is_active = False
    writer.save()
    publishing.publish(make_question(owner=writer), by=editor)
    assert told() == []


SAID = {"sentence": "", "problem": "The year is wrong.", "source": "", "email": ""}


def test_a_report_from_a_reader_is_told_to_the_owner_or_to_everybody_who_decides(
    writer, editor, administrator, curator
):
    story, nobodys = make_published_story(owner=writer), make_published_story()
    Notice.objects.all().delete()
    report = verbs.receive_report(SAID, ReportSubject("story", story.uid, story.headline), at=clock.now())
    assert told() == [(writer, NoticeKind.REPORT)]
    assert Notice.objects.get().address == f"/admin/site/report/{report.pk}/change/"
    Notice.objects.all().delete()
    verbs.receive_report(SAID, ReportSubject("story", nobodys.uid, nobodys.headline), at=clock.now())
    verbs.receive_report(SAID, ReportSubject.from_page("How we work"), at=clock.now())
    assert {person for person, _ in told()} >= {editor, administrator}
    assert not {writer, curator} & {person for person, _ in told()}


def test_what_is_erased_is_gone_from_notices_and_who_was_told_stays(writer, editor, administrator):
    story, other = make_story(owner=writer, headline="The minister resigns"), make_story(owner=writer)
    review.send_for_review(story, by=writer, to=editor)
    review.send_for_review(other, by=writer, to=editor)
    Notice.objects.filter(thing_uid=other.uid).update(words="writer says it is like “the MINISTER resigns”.")
    erase_work(story, by=administrator, reason="Order 7 of the court")
    assert {notice.words for notice in Notice.objects.all()} == {"Erased."}
    assert len(told()) == 2


def test_the_record_says_who_was_told_when_and_whether_the_mail_went_out(writer, editor, editor_client):
    story = make_story(owner=writer)
    address = f"/admin/stories/story/{story.pk}/record/"
    assertNotContains(editor_client.get(address), "Who was told")
    review.send_for_review(story, by=writer, to=editor)
    assertContains(editor_client.get(address), "editor: writer asks you to review")
    assertContains(editor_client.get(address), "No mail.")
    for mail, at, says in (
        (MailStatus.WAITS, None, "mail at once, which waits"),
        (MailStatus.FAILED, None, "could not be sent yet"),
        (MailStatus.SENT, clock.now(), "By mail at once, sent on"),
    ):
        Notice.objects.update(mail=mail, mailed_at=at)
        assertContains(editor_client.get(address), says)
    assert Work.objects.get(pk=story.pk).state == "in_review"
