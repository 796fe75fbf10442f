"""The ``seed_demo`` command, which adds the demonstration to an installation."""

from argparse import ArgumentParser
from datetime import date

from django.conf import settings
from django.utils import timezone

from newsroom.http import clock
from newsroom.operations.commands import OperationCommand
from stories.demo.accounts import set_up_accounts, set_up_contributors
from stories.demo.seed import build_steps

BAR_WIDTH = 30


class Command(OperationCommand):
    """``manage.py seed_demo``: create the missing parts of the demonstration and print the sign-in details."""

    help = "Create the stories, pictures and accounts of the demonstration. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="The day of the newest stories, such as 2026-11-28. Leave out for today.",
        )

    def handle(self, *args: object, today: date | None, **options: object) -> None:
        """Create the accounts, then everything else step by step, and print the sign-in details."""
        sign_ins = set_up_accounts(settings.VAR_DIR / "demo-accounts.json")
        set_up_contributors()
        steps = build_steps(today or timezone.localdate(clock.now()))
        created = 0
        for number, step in enumerate(steps, start=1):
            self._draw_progress(number, len(steps), step.name)
            created += step.run()
        self._draw_progress(len(steps), len(steps), "done")
        if self.stderr.isatty():
            self.stderr.write("", str)
        self.stdout.write(f"The demonstration is ready: {created} added, {len(steps) - created} found.")
        self.stdout.write("Accounts of the demonstration, for this machine only:")
        for sign_in in sign_ins:
            self.stdout.write(f"  {sign_in.username:<8} {sign_in.password:<22} {sign_in.role}")

    def _draw_progress(self, number: int, total: int, name: str) -> None:
        """Draw a progress bar if standard error is a terminal."""
        if self.stderr.isatty():
            filled = BAR_WIDTH * number // total
            self.stderr.write(
                f"\r[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {number}/{total} {name[:40]:<40}", str, ending=""
            )
            self.stderr.flush()
