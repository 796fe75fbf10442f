"""Hosts of addresses, each written in one way only."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_BETWEEN = re.compile(r"[\s,;]+")


def host_of(written: str) -> str:
    """Return the host that stands alone or in an address: small letters, by IDNA, without “www.”; empty for none."""
    try:
        host = urlsplit(written if "://" in written else f"//{written}").hostname or ""
        host = host.rstrip(".").encode("idna").decode().lower().removeprefix("www.")
    except ValueError:  # what is no address, or no name of a host
        return ""
    return host if _HOST.fullmatch(host) else ""


def hosts_in(text: str) -> list[str]:
    """Return the hosts of a text, parted by lines, spaces, commas or semicolons, each once; raise ValueError with what is none."""
    hosts = {word: host_of(word) for word in _BETWEEN.split(text) if word}
    if strange := next((word for word, host in hosts.items() if not host), ""):
        raise ValueError(strange)
    return sorted(set(hosts.values()))
