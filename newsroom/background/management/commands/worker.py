"""The ``worker`` command, which runs background tasks. Without a worker, the site works but tasks wait."""

from argparse import ArgumentParser

from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django_tasks_db.management.commands.db_worker import valid_interval

from newsroom.background.worker import Worker
from newsroom.operations.retention import CHECK_TAG


class Command(BaseCommand):
    """Run tasks from the database until stopped by a signal or, with ``--batch``, until no task is ready.

    Several workers may run at the same time, on several machines. Failed tasks are retried after increasing delays. The
    tasks of a killed worker are retried by other workers. Tasks that failed permanently are listed at the desk.
    """

    help = "Run the background tasks in the database."
    # Some checks query the database, but a worker that starts while the database is unreachable must wait for it.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", action="store_true", help="Stop when no task is ready.")
        parser.add_argument(
            "--interval", type=valid_interval, default=1.0, help="Seconds between checks of an empty queue."
        )

    def handle(self, *args: object, interval: float, batch: bool, **options: object) -> None:
        self.check(tags=[Tags.caches, CHECK_TAG])  # as newsroom.wsgi does for web servers
        worker = Worker(interval=interval, batch=batch)
        worker.configure_signals()
        worker.run()
