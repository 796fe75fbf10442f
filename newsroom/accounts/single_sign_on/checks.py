"""The system check of the single sign-on settings, which must be complete or absent."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from newsroom.operations.transport import is_own_machine

MAX_ISSUER_LENGTH = 200  # the length of the column
_HINT = "See docs/security/sso.md."


def check_configuration(app_configs: Sequence[AppConfig] | None, **_options: object) -> list[CheckMessage]:
    """Return an error for each setting that is missing, unsafe or unusable, and a warning for those without effect."""
    return list(_list_errors() if settings.OIDC_ISSUER else _list_settings_without_issuer())


def _list_errors() -> Iterator[CheckMessage]:
    for name, what in (("OIDC_CLIENT_ID", "name"), ("OIDC_CLIENT_SECRET", "secret")):
        if not getattr(settings, name):
            yield Error(
                f"OIDC_ISSUER is set, but {name} is not, so no one can sign in with {settings.OIDC_NAME}.",
                hint=f"Set {name} to the client’s {what} at the provider, or remove OIDC_ISSUER. {_HINT}",
                id="accounts.E001",
            )
    issuer = urlsplit(settings.OIDC_ISSUER)
    if issuer.scheme != "https" and not is_own_machine(issuer.hostname or ""):
        yield Error(
            "OIDC_ISSUER begins with http:// and leads to another machine: anyone on the way can sign in as any user.",
            hint="Use https://.",
            id="accounts.E002",
        )
    if issuer.query or issuer.fragment or issuer.username or len(settings.OIDC_ISSUER) > MAX_ISSUER_LENGTH:
        yield Error(
            f"OIDC_ISSUER must be an address without user name, “?” and “#”, of at most {MAX_ISSUER_LENGTH} characters.",
            hint="It is what the provider calls “issuer” in its configuration.",
            id="accounts.E003",
        )


def _list_settings_without_issuer() -> Iterator[CheckMessage]:
    if settings.OIDC_ONLY:
        yield Error(
            "OIDC_ONLY is 1, but OIDC_ISSUER is not set, so only the emergency administrator can sign in.",
            hint=f"Set OIDC_ISSUER, or remove OIDC_ONLY. {_HINT}",
            id="accounts.E004",
        )
    if names := [name for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET") if getattr(settings, name)]:
        yield Warning(
            f"{' and '.join(names)} {'are' if len(names) > 1 else 'is'} set, but OIDC_ISSUER is not, so single sign-on "
            "is off.",
            hint=f"Set OIDC_ISSUER, or remove the others. {_HINT}",
            id="accounts.W003",
        )
