"""Notification mail, received by a mail server in this process: it is sent once, retried, and reveals no secrets."""

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
from newsroom.notifications.models import Channel, MailStatus, Notice, NoticeKind
from newsroom.notifications.notify import notify
from newsroom.notifications.preferences import save_preferences
from newsroom.notifications.tasks import mail_digest, mail_notice
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


class MailHandler(socketserver.StreamRequestHandler):
    """The part of an SMTP server that is needed to receive mail (RFC 5321, section 3)."""

    def handle(self):
        self.reply(220)
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self.reply(354)
                self.server.mails.append(self.read_mail())
                self.reply(250)
            else:
                self.reply(self.server.refusals.get(command.strip(), 221 if command == b"QUIT" else 250))
            if command == b"QUIT":
                return

    def reply(self, code):
        self.wfile.write(f"{code} text\r\n".encode())

    def read_mail(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return message_from_bytes(b"".join(lines), policy=policy.default)


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server on a free port that collects mail and refuses the commands that a test sets in ``refusals``."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), MailHandler)
        self.mails = []
        self.refusals = {}


@pytest.fixture
def mail_server(settings):
    """Return a running mail server, to which the site sends its mail."""
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


def notify_person(person, *, kind=NoticeKind.ASKED, at=None):
    """Notify a user of a story with a secret title, and return the notification."""
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


def run_worker():
    """Run all tasks that are ready."""
    call_command("worker", batch=True, interval=0)


def test_a_mail_is_sent_once_and_only_after_the_transaction(mail_server, editor):
    with transaction.atomic():
        notify_person(editor)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    notice = notify_person(editor)
    run_worker()
    run_worker()
    (mail,) = mail_server.mails
    assert (mail["To"], mail["Auto-Submitted"]) == (editor.email, "auto-generated")
    assert mail["Subject"] == "Newsroom: You are asked to review a story"
    assert f"http://testserver/admin/notices/{notice.pk}/" in mail.get_content()
    notice.refresh_from_db()
    assert notice.mail == MailStatus.SENT
    assert notice.mailed_at is not None
    assert mail_notice.call(notice.pk) == 0


def test_mail_contains_no_words_of_a_work(mail_server, editor):
    for kind in NoticeKind:
        save_preferences(editor, {kind: Channel.DIGEST})
        notify_person(editor, kind=kind)
    assert mail_digest.call(editor.pk) == 1
    (mail,) = mail_server.mails
    assert "minister" not in mail.as_string()
    assert "Ana" not in mail.as_string()
    assert mail["Subject"] == f"Newsroom: {len(NoticeKind)} notifications for you"
    assert mail.get_content().count("/admin/notices/") == len(NoticeKind) + 1


def test_mail_is_retried_if_the_mail_server_is_down(mail_server, editor):
    mail_server.refusals = {b"MAIL": 451}
    notice = notify_person(editor)
    run_worker()
    notice.refresh_from_db()
    assert (notice.mail, notice.mailed_at) == (MailStatus.FAILED, None)
    failure = Failure.objects.get()
    assert "451" in failure.error
    assert editor.email not in failure.error + failure.task.traceback
    mail_server.refusals = {}
    Job.objects.update(run_after=clock.now())
    run_worker()
    notice.refresh_from_db()
    assert notice.mail == MailStatus.SENT
    assert not Failure.objects.exists()
    assert len(mail_server.mails) == 1


def test_an_error_does_not_contain_the_address(mail_server):
    mail_server.refusals = {b"RCPT": 550}
    with pytest.raises(NotSentError, match="does not accept") as raised:
        send_mail(to="ana@lisle.example", subject="A line", text="Words\n")
    assert "ana" not in str(raised.value)
    mail_server.shutdown()
    mail_server.server_close()
    with pytest.raises(NotSentError, match="could not be reached"):
        send_mail(to="ana@lisle.example", subject="A line", text="Words\n")


def test_a_line_break_in_a_subject_is_refused(mail_server):
    with pytest.raises(NotSentError):
        send_mail(to="ana@lisle.example", subject="A line\nBcc: eve@lisle.example", text="Words\n")
    assert mail_server.mails == []


def test_a_digest_is_sent_once_a_day_with_all_earlier_notifications(mail_server, editor, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    morning = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 7:00 in Berlin
    other = make_user()
    save_preferences(editor, {NoticeKind.ASKED: Channel.DIGEST})
    save_preferences(other, {NoticeKind.ASKED: Channel.DIGEST})
    notify_person(editor, at=morning - timedelta(hours=3))
    notify_person(editor, at=morning - timedelta(hours=2))
    notify_person(other, at=morning + timedelta(minutes=1))
    assert tasks.enqueue_due_mail(morning - timedelta(minutes=1)) == 0
    assert [tasks.enqueue_due_mail(morning), tasks.enqueue_due_mail(morning + timedelta(hours=1))] == [1, 0]
    assert [job.args_kwargs["args"] for job in Job.objects.all()] == [[editor.pk]]
    assert mail_digest.call(editor.pk) == 1
    assert "2 notifications" in mail_server.mails[0]["Subject"]
    assert tasks.enqueue_due_mail(morning + timedelta(days=1)) == 1


def test_a_failed_digest_is_included_in_the_next_one(mail_server, editor):
    save_preferences(editor, {NoticeKind.ASKED: Channel.DIGEST})
    morning = tasks.last_digest_time(clock.now())
    notice = notify_person(editor, at=morning - timedelta(hours=1))
    assert tasks.enqueue_due_mail(morning) == 1
    mail_server.refusals = {b"MAIL": 451}
    with pytest.raises(NotSentError):
        mail_digest.call(editor.pk)
    assert tasks.enqueue_due_mail(morning + timedelta(hours=2)) == 0
    assert tasks.enqueue_due_mail(morning + timedelta(days=1)) == 1
    mail_server.refusals = {}
    assert mail_digest.call(editor.pk) == 1
    notice.refresh_from_db()
    assert notice.mail == MailStatus.SENT


def test_a_mail_whose_task_was_lost_is_enqueued_again(mail_server, editor):
    now = clock.now()
    notice = notify_person(editor, at=now - timedelta(hours=2))
    Job.objects.all().delete()
    assert [tasks.enqueue_due_mail(now), tasks.enqueue_due_mail(now)] == [1, 0]
    run_worker()
    notice.refresh_from_db()
    assert notice.mail == MailStatus.SENT


def test_users_without_access_to_the_object_get_no_mail(mail_server, editor):
    notice = notify_person(editor)
    editor.groups.clear()
    assert mail_notice.call(notice.pk) == 0
    notice.refresh_from_db()
    assert (notice.mail, mail_server.mails) == (MailStatus.NONE, [])
    assert mail_notice.call(notice.pk + 1) == 0


def test_the_worker_sends_due_digests(mail_server, editor):
    save_preferences(editor, {NoticeKind.ASKED: Channel.DIGEST})
    notify_person(editor, at=clock.now() - timedelta(days=2))
    run_worker()
    assert [mail["To"] for mail in mail_server.mails] == [editor.email]


def test_a_failed_recurring_check_does_not_prevent_others(monkeypatch):
    calls = []

    def fail(at):
        raise smtplib.SMTPException

    monkeypatch.setattr(periodic, "_checks", {"one": fail, "other": calls.append})
    now = clock.now()
    periodic.run_checks(now)
    assert calls == [now]
