"""The command that creates the account of the first administrator."""

from argparse import ArgumentParser
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError

from newsroom.accounts.first_administrator import (
    create_administrator,
    make_emergency_administrator,
    make_password_url,
)
from newsroom.operations.commands import CannotRunError, OperationCommand


class Command(OperationCommand):
    """``manage.py create_administrator EMAIL``: create an administrator, and print a link for choosing a password."""

    help = "Create an administrator, and print a link to choose a password. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="The e-mail address of the administrator.")
        parser.add_argument(
            "--emergency",
            action="store_true",
            help="Let this administrator, and no one else, sign in with a password where OIDC_ONLY is set.",
        )

    def handle(self, *args: object, email: str, emergency: bool, **options: object) -> None:
        """Create the account, unless an administrator has the address.

        Raise CannotRunError if the address is invalid, or belongs to a user who is not an active administrator.
        """
        try:
            user = create_administrator(email)
            if emergency:
                make_emergency_administrator(user)
        except ValidationError as error:
            raise CannotRunError(" ".join(error.messages)) from error
        if user.has_usable_password():
            self.stdout.write(f"{user.email} is an administrator with the name {user.username}.")
            return
        if not user.can_use_password:
            self.stdout.write(f"{user.email} is an administrator, and signs in with {settings.OIDC_NAME}.")
            return
        days = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days
        self.stdout.write(
            f"{user.email} is an administrator with the name {user.username}, and chooses a password here within "
            f"{days} days:\n{make_password_url(user)}"
        )
