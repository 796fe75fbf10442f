"""Does the background work: renditions today, all that may be late. The site is right without it."""

from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """``manage.py worker``: takes tasks from the database until it is told to stop, or with ``--batch`` until none is left."""

    help = "Do the background work that waits in the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", action="store_true", help="Stop when nothing is left to do.")
        parser.add_argument("--interval", type=float, default=1.0, help="Seconds between two looks at an empty queue.")

    def handle(self, *args: object, **options: object) -> None:
        call_command(
            "db_worker",
            queue_name="*",
            interval=options["interval"],
            batch=options["batch"],
            verbosity=options["verbosity"],
        )
