"""URLs in API responses, and the resolution of slugs and uids."""

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
_ADDRESS_ATTRIBUTE = re.compile(r'\b(href|src|srcset)="([^"]*)"')
_ROOT_RELATIVE = re.compile(r"(^|, )/")


def absolute_url(path: str) -> str:
    """Return the absolute URL of a path of this site."""
    return f"{settings.SITE_URL}{path}"


def api_url(path: str) -> str:
    """Return the absolute API URL of the page at ``path``. The API route has the name of the page's route."""
    # Django matches routes against the decoded path, so percent-encoded octets are decoded here too.
    match = resolve(unquote(path.partition("#")[0]))
    # Use only the values captured from the path, not the keyword arguments that the route adds.
    captured: dict[str, object] = match.captured_kwargs  # type: ignore[attr-defined]
    return absolute_url(reverse(f"api:{match.url_name}", kwargs=captured))


def absolutize_links(html: str, *, page: str) -> str:
    """Return ``html`` with absolute URLs in its links and images. ``page`` is the absolute URL of its page."""

    def absolutize(match: re.Match[str]) -> str:
        absolute = _ROOT_RELATIVE.sub(rf"\1{settings.SITE_URL}/", match[2])
        return f'{match[1]}="{page if absolute.startswith("#") else ""}{absolute}"'

    return _TAG.sub(lambda tag: _ADDRESS_ATTRIBUTE.sub(absolutize, tag[0]), html)


def resolve_slug(kind: str, key: str, *, at: datetime) -> str:
    """Return the slug of the story or question that ``key``, a slug or a uid, identifies.

    This takes no query for a slug, and one for a uid. This function does not check whether readers can open the page,
    and returns an unknown uid unchanged. Raise Http404 if ``key`` is neither a slug nor a uid.
    """
    if _is_uid(key):
        in_force = Edition.objects.in_force(at).filter(work_kind=kind, uid=UUID(key))
        return in_force.values_list("slug", flat=True).first() or key
    return _validate_slug(key)


def resolve_entity[Entity: NamedEntity](families: Families[Entity], key: str, *, at: datetime) -> Entity | None:
    """Return the topic or outlet whose uid, slug or former slug is ``key``, or None. Follow merges.

    This function does not check whether the entity is public. The result is None for an entity that was merged before
    it was public, unless its name became a findable alias. This takes at most three queries. Raise Http404 if ``key``
    is neither a slug nor a uid.
    """
    if not _is_uid(key):
        return families.get_by_slug(_validate_slug(key), at=at)
    return families.get_by_uid(UUID(key), at=at)


def _is_uid(key: str) -> bool:
    return _UID.fullmatch(key) is not None


def _validate_slug(key: str) -> str:
    if not _SLUG.fullmatch(key):
        raise Http404
    return UnicodeSlugConverter().to_python(key)
