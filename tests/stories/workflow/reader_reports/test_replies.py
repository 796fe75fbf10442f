"""Replies to readers who reported an error: one mail, in the language of the page, with a link to the correction."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from newsroom.background.models import Job
from newsroom.http import clock
from newsroom.site.reader_reports.models import EMAIL_LIFETIME, Report
from stories import publishing
from stories.drafts import revisions
from stories.workflow.reader_reports import verbs
from stories.workflow.reader_reports.replies import (
    MAX_REPLY_LENGTH,
    enqueue_due_replies,
    mail_reply,
    suggest_reply,
)
from tests.factories import make_published_story, make_report
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db

EMAIL = "reader@lisle.example"


@pytest.fixture(autouse=True)
def _send_mail(settings):
    settings.EMAIL_CONFIGURED = True


@pytest.fixture
def story(editor):
    return make_published_story(by=editor, texts={"happened": "The barrier has eleven gates."})


@pytest.fixture
def report(story):
    return make_report(story, sentence="The barrier has eleven gates.", problem="It has nine.", email=EMAIL)


def reword(story, editor):
    story.sections.filter(kind="happened").update(text="The barrier has nine gates.")
    revisions.record_revision(story, by=editor)


def correct(client, story, report, **fields):
    address = reverse("admin:stories_story_publish", args=[story.pk], query={"report": report.pk})
    return client.post(address, filled(client.get(address)) | fields)


def send_replies():
    """Run the recurring check, then the tasks that send replies, and return the e-mails."""
    enqueue_due_replies(clock.now())
    for job in Job.objects.filter(task_path=mail_reply.module_path):
        mail_reply.call(*job.args_kwargs["args"])
    return mail.outbox


def schedule_correction(client, story, report, day, **fields):
    """Schedule the correction of a report, and return the scheduled edition."""
    correct(client, story, report, when="later", day=day, time="07:00", **fields)
    return story.editions.latest("number")


def go_to(set_time, moment):
    """Go to a moment at which the address of the reader is still stored."""
    set_time.go(to=moment)
    Report.objects.update(received_at=moment - timedelta(days=1))


def test_a_correction_from_a_report_sends_one_mail_with_one_link(editor, editor_client, story, report):
    reword(story, editor)
    assert correct(editor_client, story, report).status_code == 302
    assert (len(send_replies()), len(send_replies())) == (1, 1)
    (sent,) = mail.outbox
    assert sent.to == [EMAIL]
    assert "The barrier has nine gates." in sent.body
    assert sent.body.count("://") == 1
    assert f"/stories/{story.slug}/history/2/#compared" in sent.body
    report.refresh_from_db()
    assert report.replied_at is not None


def test_an_empty_reply_sends_nothing(editor, editor_client, story, report):
    reword(story, editor)
    correct(editor_client, story, report, reply=" ")
    assert send_replies() == []


def test_a_scheduled_correction_is_answered_once_it_is_live(set_time, editor, editor_client, story, report):
    reword(story, editor)
    scheduled = schedule_correction(editor_client, story, report, "2031-03-07")
    assert send_replies() == []
    go_to(set_time, scheduled.live_from - timedelta(minutes=1))
    assert send_replies() == []
    go_to(set_time, scheduled.live_from)
    assert (len(send_replies()), len(send_replies())) == (1, 1)
    assert Job.objects.filter(task_path=mail_reply.module_path).count() == 1


@pytest.mark.parametrize("day", ["2031-03-05", "2031-03-09"])
def test_a_correction_that_was_moved_is_answered_on_its_new_day(set_time, editor, editor_client, story, report, day):
    reword(story, editor)
    scheduled = schedule_correction(editor_client, story, report, "2031-03-07")
    new_time = datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC)
    (moved,) = publishing.reschedule(scheduled, to=new_time, by=editor)
    page = editor_client.get(reverse("admin:site_report_change", args=[report.pk])).rendered_content
    assert "was cancelled" not in page
    assert f"We corrected this on {new_time.day} March" in page
    go_to(set_time, moved.live_from - timedelta(minutes=1))
    assert send_replies() == []
    go_to(set_time, moved.live_from + timedelta(minutes=1))
    (sent,) = send_replies()
    assert f"We corrected this on {new_time.day} March: The barrier has nine gates." in sent.body
    assert "/history/2/#compared" in sent.body
    report.refresh_from_db()
    assert report.reply in sent.body


def test_a_task_of_the_day_before_it_was_moved_sends_nothing(set_time, editor, editor_client, story, report):
    reword(story, editor)
    scheduled = schedule_correction(editor_client, story, report, "2031-03-07")
    publishing.reschedule(scheduled, to=scheduled.live_from + timedelta(days=2), by=editor)
    go_to(set_time, scheduled.live_from)
    assert mail_reply.call(report.pk) == 0


def test_the_form_was_opened_before_midnight(set_time, editor, editor_client, story, report):
    set_time.go(to=datetime(2031, 3, 6, 23, 59, tzinfo=UTC))
    reword(story, editor)
    address = reverse("admin:stories_story_publish", args=[story.pk], query={"report": report.pk})
    Report.objects.update(received_at=clock.now())
    form = filled(editor_client.get(address))
    assert " on 6 March: " in form["reply"]
    set_time.go(to=datetime(2031, 3, 7, 0, 1, tzinfo=UTC))
    editor_client.post(address, form)
    (sent,) = send_replies()
    assert " on 7 March: The barrier has nine gates." in sent.body


def test_words_of_an_editor_about_today_are_kept(set_time, editor, editor_client, story, report):
    reword(story, editor)
    reply = f"We read it on {date_format(timezone.localdate(), 'j F')}."
    scheduled = schedule_correction(editor_client, story, report, "2035-03-07", reply=reply)
    go_to(set_time, scheduled.live_from)
    (sent,) = send_replies()
    assert reply in sent.body


def test_a_scheduled_correction_with_a_newer_text_is_answered_too(set_time, editor, editor_client, story, report):
    reword(story, editor)
    schedule_correction(editor_client, story, report, "2031-03-07")
    story.sections.filter(kind="behind").update(text="The barrier was built in nine years.")
    revisions.record_revision(story, by=editor)
    scheduled = publishing.replace_revision(story.editions.latest("number"), by=editor)
    go_to(set_time, scheduled.live_from + timedelta(minutes=1))
    (sent,) = send_replies()
    assert "/history/2/#compared" in sent.body


def test_a_dismissed_report_can_be_answered(editor_client, report):
    address = reverse("admin:site_report_change", args=[report.pk])
    form = filled(editor_client.get(address))
    assert form["reply"]
    editor_client.post(address, form | {"reason": "The survey counted eleven.", "reply": "We counted again: eleven."})
    (sent,) = send_replies()
    assert "We counted again: eleven." in sent.body
    assert "The survey counted eleven." not in sent.body


def test_a_reply_has_at_most_600_characters(editor_client, report):
    address = reverse("admin:site_report_change", args=[report.pk])
    form = filled(editor_client.get(address)) | {"reason": "The survey counted eleven."}
    assert f'maxlength="{MAX_REPLY_LENGTH}"' in editor_client.get(address).rendered_content
    assert editor_client.post(address, form | {"reply": "x" * (MAX_REPLY_LENGTH + 1)}).status_code == 200
    assert send_replies() == []
    assert editor_client.post(address, form | {"reply": "x" * MAX_REPLY_LENGTH}).status_code == 302
    assert len(send_replies()) == 1


def test_nothing_is_sent_when_a_decision_is_undone(editor, report):
    verbs.dismiss_report(report, by=editor, reason="No.", reply="Thank you.")
    verbs.reopen_report(report, by=editor)
    assert send_replies() == []
    verbs.dismiss_report(report, by=editor, reason="No.", reply="Thank you again.")
    assert len(send_replies()) == 1
    verbs.reopen_report(report, by=editor)
    verbs.dismiss_report(report, by=editor, reason="No.", reply="Once more.")
    assert len(send_replies()) == 1


def test_there_is_no_field_without_an_address_or_without_mail(editor, editor_client, story, report, settings):
    address = reverse("admin:site_report_change", args=[report.pk])
    silent = make_report(story)
    assert (
        'name="reply"' not in editor_client.get(reverse("admin:site_report_change", args=[silent.pk])).rendered_content
    )
    settings.EMAIL_CONFIGURED = False
    page = editor_client.get(address)
    assert 'name="reply"' not in page.rendered_content
    assert "This site does not send e-mail" in page.rendered_content
    reword(story, editor)
    publish = reverse("admin:stories_story_publish", args=[story.pk], query={"report": report.pk})
    assert "This site does not send e-mail" in editor_client.get(publish).rendered_content


def test_an_address_that_has_expired_gets_no_mail(set_time, editor, report):
    verbs.dismiss_report(report, by=editor, reason="No.", reply="Thank you.")
    set_time.go(to=clock.now() + EMAIL_LIFETIME)
    assert send_replies() == []


def test_a_reply_is_suggested_in_the_language_of_the_page(editor):
    story = make_published_story(by=editor, language="de")
    suggested = suggest_reply(make_report(story, email=EMAIL), at=clock.now(), correction="Es hat neun Tore.")
    assert suggested != suggest_reply(make_report(email=EMAIL), at=clock.now(), correction="Es hat neun Tore.")
    assert "Es hat neun Tore." in suggested


def test_a_correction_that_was_cancelled_is_not_announced(set_time, editor, editor_client, story, report):
    reword(story, editor)
    scheduled = schedule_correction(editor_client, story, report, "2031-03-07")
    publishing.cancel_schedule(scheduled, by=editor)
    assert "was cancelled" in editor_client.get(reverse("admin:site_report_change", args=[report.pk])).rendered_content
    go_to(set_time, scheduled.live_from + timedelta(minutes=1))
    assert send_replies() == []


def test_a_scheduled_reply_is_not_sent_after_the_report_was_reopened(set_time, editor, editor_client, story, report):
    reword(story, editor)
    scheduled = schedule_correction(editor_client, story, report, "2031-03-07")
    report.refresh_from_db()
    verbs.reopen_report(report, by=editor)
    go_to(set_time, scheduled.live_from + timedelta(minutes=1))
    assert send_replies() == []


def test_a_reply_that_failed_is_not_queued_again_while_it_is_listed(set_time, editor, editor_client, story, report):
    reword(story, editor)
    scheduled = schedule_correction(editor_client, story, report, "2031-03-07")
    go_to(set_time, scheduled.live_from)
    assert enqueue_due_replies(clock.now()) == 1
    Job.objects.filter(task_path=mail_reply.module_path).update(status="FAILED")
    assert enqueue_due_replies(clock.now()) == 0
