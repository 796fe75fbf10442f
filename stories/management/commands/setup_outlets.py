"""The ``setup_outlets`` command, which adds the initial list of outlets."""

from newsroom.operations.commands import OperationCommand
from newsroom.outlets.initial_outlets import add_initial_outlets


class Command(OperationCommand):
    """Add the missing outlets of the initial list.

    An outlet that the newsroom itself created under one of the names gets the missing aliases and hosts instead.
    """

    help = "Adds the outlets of the starting list that this site does not have. Safe to run again."

    def handle(self, *args: object, **options: object) -> None:
        """Add the missing outlets and aliases, and print how many were added."""
        outlets, aliases = add_initial_outlets()
        self.stdout.write(
            f"Added {outlets} outlets and {aliases} other names."
            if outlets or aliases
            else "All outlets have already been added."
        )
