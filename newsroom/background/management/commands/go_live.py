"""The ``go_live`` command, which an operator runs after inspecting a restored site."""

from argparse import ArgumentParser
from datetime import datetime

from django.conf import settings

from newsroom.background.go_live import Waiting, find_waiting, go_live
from newsroom.background.models import WorkerLife
from newsroom.desk.local_time import format_local
from newsroom.errors import RefusedError
from newsroom.operations.commands import CannotRunError, OperationCommand


class Command(OperationCommand):
    """``manage.py go_live``: end the quiet state of a restored site."""

    help = "Let a restored site send e-mails, announcements and purges again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--send-waiting",
            action="store_true",
            help="Send what was queued before the restore. Otherwise, it is discarded.",
        )
        parser.add_argument("--yes", action="store_true", help="Do not ask for confirmation.")

    def handle(self, *args: object, send_waiting: bool, yes: bool, **options: object) -> None:
        """Ask for confirmation unless ``yes`` is set, and end the quiet state.

        Raise CannotRunError if the operator or ``go_live`` refuses.
        """
        try:
            if not yes:
                self._confirm(find_waiting(), send_waiting=send_waiting)
            waiting = go_live(send_waiting=send_waiting)
        except RefusedError as error:
            raise CannotRunError(str(error)) from error
        self._report(waiting, outcome="To be sent" if send_waiting else "Discarded")

    def _confirm(self, waiting: Waiting, *, send_waiting: bool) -> None:
        """Raise CannotRunError unless the operator agrees."""
        verb = "sent" if send_waiting else "discarded"
        self.stdout.write(f"Queued before the restore, to be {verb}: {_format_counts(waiting)}.")
        edge = "The whole edge will be purged. " if settings.PURGE_URL else ""
        try:
            answer = input(f"{edge}This site will send e-mails and notifications. Go live? [y/N] ")
        except EOFError:
            answer = ""
        if answer.strip().lower() not in ("y", "yes"):
            raise CannotRunError("Nothing was changed. Answer “y”, or pass --yes.")

    def _report(self, waiting: Waiting, *, outcome: str) -> None:
        for task in waiting.tasks:
            self.stdout.write(f"{outcome}: {task.label}, queued {_format_time(task.enqueued_at)} ({task.pk}).")
        if waiting.notices:
            self.stdout.write(f"{outcome}: e-mails about {_format_count(waiting.notices, 'notification')}.")
        if settings.PURGE_URL:
            self.stdout.write("The edge was purged. The worker purges it again in a minute.")
        if not WorkerLife.objects.is_any_alive():
            self.stdout.write("No worker is running. Nothing is sent until you start one.")
        self.stdout.write("This site now sends e-mails and notifications.")


def _format_counts(waiting: Waiting) -> str:
    tasks, notifications = _format_count(len(waiting.tasks), "task"), _format_count(waiting.notices, "notification")
    return f"{tasks}, e-mails about {notifications}"


def _format_count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _format_time(at: datetime) -> str:
    return format_local(at, "j F Y, H:i")
