"""Normalisation of host names, so that each host has a single spelling."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_SEPARATORS = re.compile(r"[\s,;]+")


def normalise_host(text: str) -> str:
    """Return the host name in ``text`` (a host name or a URL) in lower case, IDNA-encoded and without “www.”.

    Return an empty string if there is no valid host name.
    """
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
        host = host.rstrip(".").encode("idna").decode().lower().removeprefix("www.")
    except ValueError:  # raised for a malformed URL, or by IDNA for a malformed host name
        return ""
    return host if _HOST.fullmatch(host) else ""


def hosts_in(text: str) -> list[str]:
    """Return the hosts in a list whose items are separated by white space, commas or semicolons.

    The result is sorted and has no duplicates. Raise ValueError with the first word that is not a host.
    """
    hosts = {word: normalise_host(word) for word in _SEPARATORS.split(text) if word}
    if invalid := next((word for word, host in hosts.items() if not host), ""):
        raise ValueError(invalid)
    return sorted(set(hosts.values()))
