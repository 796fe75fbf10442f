"""The configuration of the app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def set_up_roles(**_: object) -> None:
    """Give each role its permissions; they exist only once every app was migrated."""
    from newsroom.accounts.roles import set_up_roles

    set_up_roles()


class AccountsConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Have the roles brought up to date after each migrate, and hear what people do to their accounts."""
        from newsroom.accounts import signals

        signals.listen()
        post_migrate.connect(set_up_roles, dispatch_uid="newsroom.accounts.roles")
