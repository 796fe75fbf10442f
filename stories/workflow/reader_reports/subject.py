"""The subject of a reader report: the public page at an address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.translation import get_language

from newsroom.audit.track_changes import kind_of, uid_of
from newsroom.http import languages
from newsroom.http.converters import parse_number
from newsroom.page_cache.responses import MovedError, WithdrawnError
from newsroom.public_pages import find_page
from newsroom.site.reader_reports.submit import ReportSubject
from stories.editions.models import Edition

_MAX_ADDRESS_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class ReportedPage:
    """A public page about which a reader reports an error.

    ``ordinal`` is the position of the edition among those that have been public, counted from 1, as in its address;
    None for a page without editions. ``language`` is the language of the page if the interface is translated into it,
    otherwise the site's first language.
    """

    about: ReportSubject
    language: str
    ordinal: int | None = None


def find_reported_page(address: str, *, edition: str = "", at: datetime) -> ReportedPage | None:
    """Return the page at a path or an absolute URL of this site if it is public at ``at``, otherwise None.

    Drafts, unknown addresses and other sites are not distinguished. ``edition`` is the ordinal of the edition that the
    reader read; it is ignored if the address contains an ordinal. Without a valid ordinal, the report is about the live
    edition.
    """
    path = _parse_path(address)
    with translation.override(languages.split_language(path[1:])[0]):
        try:
            return _build_page(path, resolve(path), edition, at)
        except MovedError as moved:
            return find_reported_page(moved.url, edition=edition, at=at)
        except (Resolver404, Http404, WithdrawnError):
            return None


def get_form_language(page: ReportedPage | None) -> str:
    """Return the language of the form about ``page``, or the site's first language if the page is unknown."""
    return page.language if page else settings.SITE_LANGUAGES[0]


def _parse_path(address: str) -> str:
    """Return the decoded path on this site, or an empty string for anything else."""
    if len(address) > _MAX_ADDRESS_LENGTH:
        return ""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    site = urlsplit(settings.SITE_URL)
    is_own = (parts.scheme, parts.netloc) in {("", ""), (site.scheme, site.netloc)}
    return unquote(parts.path) if is_own else ""


def _build_page(path: str, match: ResolverMatch, edition: str, at: datetime) -> ReportedPage:
    page = find_page(match)
    if page and page.label:
        return ReportedPage(ReportSubject.from_page(str(page.label), path), str(get_language()))
    if page is None or page.subject is None:
        raise Http404
    subject: Any = page.subject(match.kwargs["slug"], at=at)
    if isinstance(subject, Edition):
        return _build_work_page(subject, str(match.kwargs.get("number") or edition), at)
    return ReportedPage(
        ReportSubject(kind_of(subject), uid_of(subject), str(subject), subject.get_absolute_url()), str(get_language())
    )


def _build_work_page(live: Edition, edition: str, at: datetime) -> ReportedPage:
    once_public = Edition.objects.once_public(at).filter(uid=live.uid).order_by("live_from", "pk")
    numbers = list(once_public.values_list("number", flat=True))
    requested = parse_number(edition, digits=9) or 0
    ordinal = requested if 1 <= requested <= len(numbers) else len(numbers)
    return ReportedPage(
        ReportSubject(live.work_kind, live.uid, live.title, live.get_absolute_url(), numbers[ordinal - 1]),
        _choose_interface_language(live.language),
        ordinal,
    )


def _choose_interface_language(language: str) -> str:
    """Return the language if the interface is translated into it, otherwise the site's first language."""
    return language if languages.has_interface_in(language) else settings.SITE_LANGUAGES[0]
