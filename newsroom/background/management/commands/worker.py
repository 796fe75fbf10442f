"""Does the background work: renditions today, all that may be late. The site is right without it."""

from argparse import ArgumentParser

from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django_tasks_db.management.commands.db_worker import valid_interval

from newsroom.background.worker import Worker


class Command(BaseCommand):
    """``manage.py worker``: takes tasks from the database until it is told to stop, or with ``--batch`` until none is left.

    Several may run at once, on several machines. What fails is tried again after growing waits, what a killed worker
    left is taken up by the others, and what cannot be done is listed on the desk.
    """

    help = "Do the background work that waits in the database."
    # Those alone that ask no database: a worker waits for one that is away.
    requires_system_checks = (Tags.caches,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the contract promises."""
        parser.add_argument("--batch", action="store_true", help="Stop when nothing is ready to be done.")
        parser.add_argument(
            "--interval", type=valid_interval, default=1.0, help="Seconds between two looks at an empty queue."
        )

    def handle(self, *args: object, interval: float, batch: bool, **options: object) -> None:
        """Work."""
        worker = Worker(interval=interval, batch=batch)
        worker.configure_signals()
        worker.run()
