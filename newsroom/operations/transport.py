"""A system check: connections to other machines must be encrypted."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning

# Settings with an address to which the site itself connects, each from the environment variable of the same name.
ADDRESSES = ("ALERT_URL", "PURGE_URL", "WEBSUB_HUB")


def check_transport(app_configs: Sequence[AppConfig] | None, **_options: object) -> list[CheckMessage]:
    """Return a warning for each setting with which the site sends unencrypted data to another machine."""
    # No message shows an address, because it may contain a password.
    return [
        Warning(
            f"{name} begins with {scheme}:// and leads to another machine: anyone on the way can read and change "
            "the data.",
            hint=f"Use {better}://.",
            id="newsroom.W010",
        )
        for name, scheme, better in _list_plain_settings()
    ]


def _list_plain_settings() -> Iterator[tuple[str, str, str]]:
    """Yield the name of each setting without encryption, its scheme, and the scheme to use."""
    for name in ADDRESSES:
        parts = urlsplit(getattr(settings, name))
        if parts.scheme == "http" and not is_own_machine(parts.hostname or ""):
            yield name, "http", "https"
    mailer = cast("dict[str, Any]", settings.MAILERS["default"].get("OPTIONS", {}))
    if mailer and not (mailer.get("use_tls") or mailer.get("use_ssl") or is_own_machine(mailer["host"])):
        yield "EMAIL_URL", "smtp", "smtp+tls"


def is_own_machine(host: str) -> bool:
    """Return whether the name or IP address always leads to this machine (RFC 6761, section 6.3)."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower().removesuffix(".").rpartition(".")[2] == "localhost"
