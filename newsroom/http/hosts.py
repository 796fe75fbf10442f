"""Normalise host names, so that each host has one spelling only."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_BETWEEN = re.compile(r"[\s,;]+")


def normalise_host(written: str) -> str:
    """Return the host of ``written``, a host name or a URL: lower case, in IDNA, without “www.”.

    Return an empty string if there is no valid host.
    """
    try:
        host = urlsplit(written if "://" in written else f"//{written}").hostname or ""
        host = host.rstrip(".").encode("idna").decode().lower().removeprefix("www.")
    except ValueError:  # raised for a malformed URL, and by IDNA for a malformed host name
        return ""
    return host if _HOST.fullmatch(host) else ""


def hosts_in(text: str) -> list[str]:
    """Return the sorted hosts of a text, each once, separated by white space, commas or semicolons.

    Raise ValueError with the first word that is not a host.
    """
    hosts = {word: normalise_host(word) for word in _BETWEEN.split(text) if word}
    if strange := next((word for word, host in hosts.items() if not host), ""):
        raise ValueError(strange)
    return sorted(set(hosts.values()))
