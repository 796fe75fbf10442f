"""The ``setup_roles`` command, which updates the groups for roles and their permissions."""

from newsroom.accounts.roles import ROLES, set_up_roles
from newsroom.operations.commands import OperationCommand


class Command(OperationCommand):
    """Update the roles, as ``migrate`` does at its end. The command is idempotent."""

    help = "Make the four roles and give each exactly its permissions."

    def handle(self, *args: object, **options: object) -> None:
        set_up_roles()
        self.stdout.write(f"Roles are up to date: {', '.join(ROLES)}.")
