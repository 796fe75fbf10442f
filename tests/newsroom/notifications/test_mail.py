"""The mails of notices, against a real mail server in this process: sent once, tried again, told as they stand."""

import smtplib
import socketserver
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction

from newsroom.background import periodic
from newsroom.background.models import Failure, Job
from newsroom.http import clock
from newsroom.notifications import tasks
from newsroom.notifications.mail import NotSentError, send_mail
from newsroom.notifications.models import Mail, Notice, NoticeKind, Way
from newsroom.notifications.notify import notify
from newsroom.notifications.preferences import save_preferences
from newsroom.notifications.tasks import mail_digest, mail_notice
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


class Conversation(socketserver.StreamRequestHandler):
    """As much of a mail server as sending a mail needs (RFC 5321, 3)."""

    def handle(self):
        self.answer(220)
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.answer(354)
                self.server.take(self.read_mail())
                self.answer(250)
            else:
                self.answer(self.server.refusals.get(word.strip(), 221 if word == b"QUIT" else 250))
            if word == b"QUIT":
                return

    def answer(self, code):
        self.wfile.write(f"{code} told\r\n".encode())

    def read_mail(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return message_from_bytes(b"".join(lines), policy=policy.default)


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server on a free port that keeps what came in, and answers some commands as a test wants."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails = []
        self.refusals = {}

    def take(self, mail):
        self.mails.append(mail)


@pytest.fixture
def mail_server(settings):
    """Run a mail server, to which the site sends."""
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.EMAIL_CONFIGURED = True
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": server.server_address[1], "timeout": 5},
            }
        }
        yield server
        server.shutdown()


def told(person, *, kind=NoticeKind.ASKED, at=None):
    """Tell somebody of a story with a title that is nobody's business."""
    notify(
        [person],
        kind,
        thing_kind="story",
        thing_uid=uuid4(),
        words="Ana asks you to review “The minister resigns”.",
        address="/admin/stories/story/1/change/",
        at=at or clock.now(),
    )
    return Notice.objects.order_by("-pk")[0]


def work():
    """Let a worker do what is ready."""
    call_command("worker", batch=True, interval=0)


def test_a_mail_goes_out_at_once_after_the_transaction_and_once_only(mail_server, editor):
    with transaction.atomic():
        told(editor)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    notice = told(editor)
    work()
    work()
    (mail,) = mail_server.mails
    assert (mail["To"], mail["Auto-Submitted"]) == (editor.email, "auto-generated")
    assert mail["Subject"] == "Newsroom: You are asked to review a story"
    assert f"http://testserver/admin/notices/{notice.pk}/" in mail.get_content()
    notice.refresh_from_db()
    assert notice.mail == Mail.SENT
    assert notice.mailed_at is not None
    assert mail_notice.call(notice.pk) == 0


def test_no_word_of_a_work_stands_in_a_mail(mail_server, editor):
    for kind in NoticeKind:
        save_preferences(editor, {kind: Way.DIGEST})
        told(editor, kind=kind)
    assert mail_digest.call(editor.pk) == 1
    (mail,) = mail_server.mails
    assert "minister" not in mail.as_string()
    assert "Ana" not in mail.as_string()
    assert mail["Subject"] == f"Newsroom: {len(NoticeKind)} notices for you"
    assert mail.get_content().count("/admin/notices/") == len(NoticeKind) + 1


def test_a_mail_server_that_is_down_leaves_the_mail_unsent_says_so_and_is_asked_again(mail_server, editor):
    mail_server.refusals = {b"MAIL": 451}
    notice = told(editor)
    work()
    notice.refresh_from_db()
    assert (notice.mail, notice.mailed_at) == (Mail.FAILED, None)
    failure = Failure.objects.get()
    assert "451" in failure.error
    assert editor.email not in failure.error + failure.task.traceback
    mail_server.refusals = {}
    Job.objects.update(run_after=clock.now())
    work()
    notice.refresh_from_db()
    assert notice.mail == Mail.SENT
    assert not Failure.objects.exists()
    assert len(mail_server.mails) == 1


def test_a_refusal_names_no_address(mail_server):
    mail_server.refusals = {b"RCPT": 550}
    with pytest.raises(NotSentError, match="does not take") as refusal:
        send_mail(to="ana@lisle.example", subject="A line", text="Words\n")
    assert "ana" not in str(refusal.value)
    mail_server.shutdown()
    mail_server.server_close()
    with pytest.raises(NotSentError, match="could not be reached"):
        send_mail(to="ana@lisle.example", subject="A line", text="Words\n")


def test_a_line_break_in_a_subject_sends_nothing_elsewhere(mail_server):
    with pytest.raises(NotSentError):
        send_mail(to="ana@lisle.example", subject="A line\nBcc: eve@lisle.example", text="Words\n")
    assert mail_server.mails == []


def test_a_digest_goes_out_once_a_day_with_all_that_was_told_before_its_hour(mail_server, editor, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    morning = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 7:00 in Berlin
    other = make_user()
    save_preferences(editor, {NoticeKind.ASKED: Way.DIGEST})
    save_preferences(other, {NoticeKind.ASKED: Way.DIGEST})
    told(editor, at=morning - timedelta(hours=3))
    told(editor, at=morning - timedelta(hours=2))
    told(other, at=morning + timedelta(minutes=1))
    assert tasks.enqueue_due_mail(morning - timedelta(minutes=1)) == 0
    assert [tasks.enqueue_due_mail(morning), tasks.enqueue_due_mail(morning + timedelta(hours=1))] == [1, 0]
    assert [job.args_kwargs["args"] for job in Job.objects.all()] == [[editor.pk]]
    assert mail_digest.call(editor.pk) == 1
    assert "2 notices" in mail_server.mails[0]["Subject"]
    assert tasks.enqueue_due_mail(morning + timedelta(days=1)) == 1


def test_a_digest_that_failed_is_in_the_next_one(mail_server, editor):
    save_preferences(editor, {NoticeKind.ASKED: Way.DIGEST})
    morning = tasks.last_digest_time(clock.now())
    notice = told(editor, at=morning - timedelta(hours=1))
    assert tasks.enqueue_due_mail(morning) == 1
    mail_server.refusals = {b"MAIL": 451}
    with pytest.raises(NotSentError):
        mail_digest.call(editor.pk)
    assert tasks.enqueue_due_mail(morning + timedelta(hours=2)) == 0
    assert tasks.enqueue_due_mail(morning + timedelta(days=1)) == 1
    mail_server.refusals = {}
    assert mail_digest.call(editor.pk) == 1
    notice.refresh_from_db()
    assert notice.mail == Mail.SENT


def test_a_mail_whose_task_was_lost_is_asked_for_again(mail_server, editor):
    now = clock.now()
    notice = told(editor, at=now - timedelta(hours=2))
    Job.objects.all().delete()
    assert [tasks.enqueue_due_mail(now), tasks.enqueue_due_mail(now)] == [1, 0]
    work()
    notice.refresh_from_db()
    assert notice.mail == Mail.SENT


def test_who_left_or_lost_the_right_gets_no_mail_any_more(mail_server, editor):
    notice = told(editor)
    editor.groups.clear()
    assert mail_notice.call(notice.pk) == 0
    notice.refresh_from_db()
    assert (notice.mail, mail_server.mails) == (Mail.NONE, [])
    assert mail_notice.call(notice.pk + 1) == 0


def test_a_worker_looks_after_the_mails_as_soon_as_it_lives(mail_server, editor):
    save_preferences(editor, {NoticeKind.ASKED: Way.DIGEST})
    told(editor, at=clock.now() - timedelta(days=2))
    work()
    assert [mail["To"] for mail in mail_server.mails] == [editor.email]


def test_one_look_that_fails_keeps_no_other_from_being_done(monkeypatch):
    seen = []

    def fail(at):
        raise smtplib.SMTPException

    monkeypatch.setattr(periodic, "_looks", {"one": fail, "other": seen.append})
    now = clock.now()
    periodic.run_checks(now)
    assert seen == [now]
