"""Addresses in answers: whole, and for each page the address of the same as data."""

import re
from datetime import datetime
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.urls import resolve, reverse

from newsroom.entities.merged import Families
from newsroom.entities.models import NamedEntity
from newsroom.http.converters import UnicodeSlug
from stories.editions.models import Edition

_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SLUG = re.compile(UnicodeSlug.regex)
_TAG = re.compile(r"<(?:a|img|source)\b[^>]*>")
_ADDRESS = re.compile(r'\b(href|src|srcset)="([^"]*)"')
_FROM_ROOT = re.compile(r"(^|, )/")


def whole(path: str) -> str:
    """Return the address of a path of this site with the site before it."""
    return f"{settings.SITE_URL}{path}"


def twin(path: str) -> str:
    """Return where the API has what the page at ``path`` shows: each of its routes bears the name of the page's."""
    # Routes are matched as Django matches requests: with the path's octets decoded.
    found = resolve(unquote(path.partition("#")[0]))
    named: dict[str, object] = found.captured_kwargs  # type: ignore[attr-defined]  # what the address itself says
    return whole(reverse(f"api:{found.url_name}", kwargs=named))


def complete(html: str, *, page: str) -> str:
    """Return HTML that stands at the whole address ``page`` with every address in it complete."""

    def completed(found: re.Match[str]) -> str:
        at_root = _FROM_ROOT.sub(rf"\1{settings.SITE_URL}/", found[2])
        return f'{found[1]}="{page if at_root.startswith("#") else ""}{at_root}"'

    return _TAG.sub(lambda tag: _ADDRESS.sub(completed, tag[0]), html)


def slug_of(kind: str, key: str, *, at: datetime) -> str:
    """Return the slug of the story or question that ``key``, its slug or uid, names. No query for a slug, one for a uid.

    Whether something can be read there is not asked. Raises Http404 for what is no key.
    """
    if _is_uid(key):
        standing = Edition.objects.standing(at).filter(work_kind=kind, uid=UUID(key))
        return standing.values_list("slug", flat=True).first() or key
    return _slug(key)


def present[Thing: NamedEntity](families: Families[Thing], key: str, *, at: datetime) -> Thing | None:
    """Return the topic or outlet that ``key`` names: a uid, a slug or a former one; a merged one as what it is now.

    Whether readers may know of it is not asked, but what was merged before they did leads nowhere. Three queries at most. Raises Http404 for what is no key.
    """
    if not _is_uid(key):
        return families.led_to(_slug(key), at=at)
    return families.of_uid(UUID(key), at=at)


def _is_uid(key: str) -> bool:
    return _UID.fullmatch(key) is not None


def _slug(key: str) -> str:
    if not _SLUG.fullmatch(key):
        raise Http404
    return UnicodeSlug().to_python(key)
