"""Brings the groups and their permissions up to date."""

from django.core.management.base import BaseCommand

from newsroom.accounts.roles import ROLES, set_up_roles


class Command(BaseCommand):
    """``manage.py setup_roles``: idempotent; also run after each migrate."""

    help = "Make the four roles and give each exactly its permissions."

    def handle(self, *args: object, **options: object) -> None:
        set_up_roles()
        self.stdout.write(f"Roles are up to date: {', '.join(ROLES)}.")
