"""Slugs: Unicode words joined by hyphens, in NFC.

A valid slug does not consist only of numbers and hyphens, and is not reserved for the site.
"""

import itertools
import unicodedata
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from newsroom.public_pages import path_names

MAX_LENGTH = 80
# Names reserved for the site, in addition to those in the paths of public pages.
RESERVED = frozenset(
    {"accounts", "admin", "api", "forecasts", "healthz", "media", "open", "page", "preview", "readyz", "static"}
)

_JOINERS = "\u200c\u200d"


def slugify(text: str) -> str:
    """Return ``text`` as a slug in any script: words of letters, marks and digits, joined by hyphens.

    The slug has at most ``MAX_LENGTH`` characters. It is empty if the text contains no letters, marks or digits.
    Joiners, which some scripts need, remain between letters. Apostrophes are left out.
    """
    words: list[str] = []
    word = ""
    for character in unicodedata.normalize("NFKC", text).lower():
        category = unicodedata.category(character)
        if category[0] in "LMN" or (character in _JOINERS and word):
            word += character
        elif character in "'’ʼ":
            continue
        elif word:
            words.append(word.rstrip(_JOINERS))
            word = ""
    if word:
        words.append(word.rstrip(_JOINERS))
    slug = unicodedata.normalize("NFC", "-".join(words).lstrip("-"))
    if len(slug) > MAX_LENGTH:
        slug = slug[: MAX_LENGTH + 1].rsplit("-", 1)[0][:MAX_LENGTH]
    return slug


def is_reserved(slug: str) -> bool:
    """Return whether the slug is reserved for the site or consists only of numbers and hyphens."""
    if slug in RESERVED or slug.replace("-", "").isnumeric():
        return True
    # Reading the names loads the whole URLconf, so it is avoided if possible. All names are single words.
    return slug.isalpha() and slug in path_names()


def generate_slugs(wanted: str) -> Iterator[str]:
    """Yield ``wanted`` as a slug, then its beginning with -2, -3, … appended, endlessly.

    If the slug is empty, it is replaced with ``page``; if it is reserved, ``-page`` is appended.
    """
    base = slugify(wanted) or "page"
    if is_reserved(base):
        base = f"{base}-page"
    yield base
    for number in itertools.count(2):
        yield f"{base[: MAX_LENGTH - 8]}-{number}"


def validate_slug(slug: str) -> None:
    """Raise ValidationError if ``slug`` is malformed or reserved."""
    if not slug or slug != slugify(slug):
        raise ValidationError(
            "An address is made of letters and digits joined by single hyphens, such as “%(example)s”.",
            code="slug",
            params={"example": slugify(slug) or "harbour-vote"},
        )
    if is_reserved(slug):
        raise ValidationError("“%(slug)s” is reserved. Add a word to it.", code="reserved", params={"slug": slug})
