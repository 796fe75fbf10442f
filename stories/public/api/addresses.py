"""Addresses in API answers: absolute URLs, API addresses of pages, and the resolution of slugs and uids."""

import re
from datetime import datetime
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.urls import resolve, reverse

from newsroom.entities.merged import Families
from newsroom.entities.models import NamedEntity
from newsroom.http.converters import UnicodeSlugConverter
from stories.editions.models import Edition

_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SLUG = re.compile(UnicodeSlugConverter.regex)
_TAG = re.compile(r"<(?:a|img|source)\b[^>]*>")
_ADDRESS = re.compile(r'\b(href|src|srcset)="([^"]*)"')
_FROM_ROOT = re.compile(r"(^|, )/")


def absolute_url(path: str) -> str:
    """Return the absolute URL of a path of this site."""
    return f"{settings.SITE_URL}{path}"


def api_url(path: str) -> str:
    """Return the API address of what the page at ``path`` shows. Each API route has the name of its page's route."""
    # Django matches routes against the decoded path, so the octets are decoded here too.
    found = resolve(unquote(path.partition("#")[0]))
    # the values taken from the path itself
    named: dict[str, object] = found.captured_kwargs  # type: ignore[attr-defined]
    return absolute_url(reverse(f"api:{found.url_name}", kwargs=named))


def absolutize_links(html: str, *, page: str) -> str:
    """Return the HTML of the page at the absolute URL ``page`` with every address in it absolute."""

    def completed(found: re.Match[str]) -> str:
        at_root = _FROM_ROOT.sub(rf"\1{settings.SITE_URL}/", found[2])
        return f'{found[1]}="{page if at_root.startswith("#") else ""}{at_root}"'

    return _TAG.sub(lambda tag: _ADDRESS.sub(completed, tag[0]), html)


def resolve_slug(kind: str, key: str, *, at: datetime) -> str:
    """Return the slug of the story or question that ``key``, a slug or a uid, identifies.

    It takes no query for a slug and one for a uid. It does not check whether readers can open the page. Raise Http404
    if ``key`` is neither a slug nor a uid.
    """
    if _is_uid(key):
        standing = Edition.objects.in_force(at).filter(work_kind=kind, uid=UUID(key))
        return standing.values_list("slug", flat=True).first() or key
    return _slug(key)


def resolve_entity[Thing: NamedEntity](families: Families[Thing], key: str, *, at: datetime) -> Thing | None:
    """Return the topic or outlet that ``key`` identifies: a uid, a slug or a former slug. Follow merges.

    It does not check whether the entity is public. An entity that was merged before it was public leads nowhere. It
    takes at most three queries. Raise Http404 if ``key`` is neither a slug nor a uid.
    """
    if not _is_uid(key):
        return families.get_by_slug(_slug(key), at=at)
    return families.get_by_uid(UUID(key), at=at)


def _is_uid(key: str) -> bool:
    return _UID.fullmatch(key) is not None


def _slug(key: str) -> str:
    if not _SLUG.fullmatch(key):
        raise Http404
    return UnicodeSlugConverter().to_python(key)
