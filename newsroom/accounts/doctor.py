"""Examine, for the doctor, whether new passwords are compared with breached ones, and single sign-on."""

from collections.abc import Iterator

from django.conf import settings

from newsroom.accounts.models import active_administrators
from newsroom.accounts.single_sign_on.errors import InvalidAnswerError, ProviderError
from newsroom.operations.doctor.registry import Diagnosis, Severity, fault, warning


def examine_passwords() -> Iterator[Diagnosis]:
    """Yield a warning if no list of breached passwords is configured. A system check examines a configured list."""
    if not settings.BREACHED_PASSWORDS_FILE:
        yield warning(
            "New passwords are not compared with stolen ones.",
            "Set BREACHED_PASSWORDS_FILE, and run manage.py load_breached_passwords.",
        )


def examine_provider() -> Iterator[Diagnosis]:
    """Yield a fault if the provider of single sign-on does not answer, or its configuration cannot be used.

    If there is no provider, yield an OK diagnosis.
    """
    if not settings.OIDC_ISSUER:
        yield Diagnosis(Severity.OK, "Single sign-on is not used.")
        return
    # Imported here, because without a provider this would load libraries that nothing else needs.
    from newsroom.accounts.single_sign_on.discovery import read_configuration

    try:
        read_configuration(settings.OIDC_ISSUER)
    except ProviderError as error:
        yield fault(
            f"No one can sign in with {settings.OIDC_NAME}. {error}", "Check the network, or correct OIDC_ISSUER."
        )
    except InvalidAnswerError as error:
        yield fault(f"No one can sign in with {settings.OIDC_NAME}. {error}", "Correct OIDC_ISSUER.")


def examine_emergency_administrator() -> Iterator[Diagnosis]:
    """Yield a fault if single sign-on is required, and no emergency administrator can sign in without it."""
    if not settings.OIDC_ONLY:
        return
    administrator = active_administrators().filter(is_emergency_administrator=True).first()
    if administrator is None:
        sentence = f"No one can sign in while {settings.OIDC_NAME} is away: there is no emergency administrator."
    elif not administrator.has_usable_password():
        sentence = (
            f"No one can sign in while {settings.OIDC_NAME} is away: the emergency administrator has no password."
        )
    else:
        return
    yield fault(sentence, "Run manage.py create_administrator ADDRESS --emergency.")
