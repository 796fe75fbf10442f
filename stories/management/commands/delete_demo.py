"""The ``delete_demo`` command, which removes the demonstration from an installation."""

from argparse import ArgumentParser

from newsroom.accounts.models import User, active_users
from newsroom.accounts.permissions import NotAllowedError
from newsroom.operations.commands import CannotRunError, OperationCommand, UsageError
from stories.demo.accounts import ADMINISTRATOR
from stories.demo.delete import delete_demonstration


class Command(OperationCommand):
    """``manage.py delete_demo``: erase the demonstration, but no accounts."""

    help = "Erase the stories, questions, pictures and about pages of the demonstration. Accounts remain."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--by",
            default=ADMINISTRATOR.username,
            help="The administrator who deletes, for the activity log. Default: the one of the demonstration.",
        )

    def handle(self, *args: object, by: str, **options: object) -> None:
        """Erase page by page and print how many there were."""
        user: User | None = active_users().filter(username=by).first()
        if user is None:
            raise UsageError(f"There is no active account “{by}”. Name an administrator with --by.")
        try:
            count = sum(1 for _ in delete_demonstration(by=user))
        except NotAllowedError as error:
            raise CannotRunError(str(error)) from error
        self.stdout.write(
            f"The demonstration is deleted: {count} pages. Its accounts remain; end their access at the desk."
        )
