"""The command that sends an alert to the people who run the site."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from newsroom.http import clock
from newsroom.operations.alerts.delivery import AlertError, send_alert
from newsroom.operations.commands import IncompleteError, OperationCommand


class Command(OperationCommand):
    """Send an alert by mail and to ``ALERT_URL``. systemd runs this command when a unit fails."""

    help = "Send an alert to the operators of the site. The same one is sent at most every 15 minutes."
    # The command has to work while the database cannot be reached.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("message", help="One sentence.")

    def handle(self, *args: object, message: str, **options: object) -> None:
        """Send the alert.

        Raise CommandError if it could not be sent at all, or IncompleteError if it reached only some recipients.
        """
        try:
            if not send_alert(message, at=clock.now()):
                self.stdout.write("The same alert was sent less than 15 minutes ago.")
        except AlertError as error:
            raise (IncompleteError if error.is_sent else CommandError)(str(error)) from error
