"""The command that pauses alerts whose conditions an upgrade may cause."""

from argparse import ArgumentParser
from datetime import timedelta

from newsroom.http import clock
from newsroom.operations.alerts.evaluation import pause
from newsroom.operations.commands import OperationCommand, UsageError
from newsroom.operations.doctor.registry import registered_conditions

MINUTES = 15


class Command(OperationCommand):
    """Send no alerts about some conditions for a while. ``newsroom-upgrade`` runs this command before it migrates."""

    help = "Send no alerts about these conditions for 15 minutes. If one still holds then, its alert is sent."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="+", metavar="CODE", help="The code of a condition, such as release.")
        parser.add_argument("--minutes", type=int, default=MINUTES, help="How long; 0 ends the pause.")

    def handle(self, *args: object, codes: list[str], minutes: int, **options: object) -> None:
        """Store the pause. Raise UsageError if a code is unknown or ``minutes`` is negative."""
        known = {condition.code for condition in registered_conditions()}
        if unknown := sorted(set(codes) - known):
            raise UsageError(f"No condition has the code {', '.join(unknown)}. Use one of: {', '.join(sorted(known))}.")
        if minutes < 0:
            raise UsageError("--minutes must be 0 or more.")
        pause(codes, until=clock.now() + timedelta(minutes=minutes))
        self.stdout.write(f"No alerts for {minutes} minutes: {', '.join(codes)}.")
