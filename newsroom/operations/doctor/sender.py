"""The examination of the DNS records with which other servers authenticate our mail: SPF, DKIM and DMARC."""

from collections.abc import Iterator
from email.utils import parseaddr

import dns.exception
import dns.resolver

from newsroom.operations.doctor.registry import Diagnosis, warning

LIFETIME = 4.0  # seconds for each query to the name servers


def examine_sender(sender: str) -> Iterator[Diagnosis]:
    """Yield a warning for each record that the domain of this address lacks.

    Also yield one if it has several SPF records, or if records cannot be read.
    """
    domain = parseaddr(sender)[1].rpartition("@")[2].rstrip(".").lower()
    if "." not in domain:
        return
    try:
        yield from _examine_domain(domain)
    except dns.exception.DNSException as error:
        yield warning(
            f"SPF, DKIM and DMARC of {domain} could not be read: {type(error).__name__}.",
            "See whether this machine can ask its name servers.",
        )


def _examine_domain(domain: str) -> Iterator[Diagnosis]:
    spf = [text for text in _read_texts(domain) or () if text.lower().split(" ")[0] == "v=spf1"]
    if not spf:
        yield warning(f"{domain} has no SPF record.", f"Name your mail server in a TXT record of {domain}.")
    elif len(spf) > 1:
        yield warning(f"{domain} has {len(spf)} SPF records, so that none of them counts.", "Make one of them.")
    # The name of the key contains a selector, which is not known here, so only the parent name is looked up. A name
    # that does not exist has no names below it (RFC 8020).
    if all(_read_texts(f"_domainkey.{each}") is None for each in _list_parents(domain)):
        yield warning(f"{domain} has no DKIM key.", "Publish the key with which your mail server signs.")
    # The record of a parent domain counts as well (RFC 7489, section 6.6.3).
    records = [text for each in _list_parents(domain) for text in _read_texts(f"_dmarc.{each}") or ()]
    if not any(text.replace(" ", "").lower().startswith("v=dmarc1") for text in records):
        yield warning(f"{domain} has no DMARC record.", f"Publish a TXT record of _dmarc.{domain}.")


def _list_parents(domain: str) -> list[str]:
    """Return the domain and its parents, without the top-level domain."""
    labels = domain.split(".")
    return [".".join(labels[place:]) for place in range(len(labels) - 1)]


def _read_texts(name: str) -> list[str] | None:
    """Return the TXT records of a name, or None if the name does not exist."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LIFETIME, search=False)
    except dns.resolver.NXDOMAIN:
        return None
    except dns.resolver.NoAnswer:
        return []
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
