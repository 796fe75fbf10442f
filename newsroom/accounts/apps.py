"""The app configuration for accounts: signal receivers, registration with other apps, and the setup of roles."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


def set_up_roles(**_: object) -> None:
    """Set up the roles after ``migrate``."""
    # Models cannot be imported until the app registry is ready.
    from newsroom.accounts.roles import set_up_roles

    set_up_roles()


class AccountsConfig(AppConfig):
    name = "newsroom.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        # Importing these modules registers their outbound tasks, which a worker has to know.
        from newsroom.accounts import (  # noqa: F401
            forget,
            invitations,
            personal_data,
            sessions,
            signals,
            tasks,
            waiting_mail,
        )
        from newsroom.accounts.breached_passwords import validator
        from newsroom.accounts.doctor import examine_emergency_administrator, examine_passwords, examine_provider
        from newsroom.accounts.models import Invitation, active_administrators
        from newsroom.accounts.single_sign_on import checks
        from newsroom.operations import retention
        from newsroom.operations.alerts import addresses
        from newsroom.operations.doctor import registry as doctor

        doctor.register(
            "passwords", examine_passwords, healthy="New passwords are compared with stolen ones.", uses_database=False
        )
        healthy = "The provider of single sign-on answers."
        doctor.register("single_sign_on", examine_provider, healthy=healthy, uses_database=False)
        doctor.register("single_sign_on", examine_emergency_administrator, healthy=healthy)
        register(validator.check_list_exists, Tags.security, deploy=True)
        register(validator.check_list_is_usable, Tags.security)
        register(checks.check_configuration, Tags.security)
        signals.connect_receivers()
        personal_data.register()
        forget.register()
        addresses.register_addresses(lambda: active_administrators().values_list("email", flat=True))
        retention.register(retention.RowRule("sessions", 0, sessions.find_expired, remove=sessions.delete_expired))
        retention.register(
            retention.RowRule("invitations", 30, lambda at, age: [Invitation.objects.ended_before(at - age)])
        )
        # Without a sender, because the permissions of each app are created by its own ``post_migrate`` signal.
        post_migrate.connect(set_up_roles, dispatch_uid="newsroom.accounts.roles")
