"""The subject of a reader report: the public page that an address names."""

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

LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class ReportedPage:
    """A public page that a reader has read.

    ``ordinal`` is the number of the edition among the public ones, as in its address; None for a page without editions.
    ``language`` is the language of the page if the site speaks it, or else the site's first.
    """

    about: ReportSubject
    language: str
    ordinal: int | None = None


def find_reported_page(named: str, *, edition: str = "", at: datetime) -> ReportedPage | None:
    """Return the page that a path or an absolute URL of this site names, if it is public at ``at``, else None.

    Drafts, unknown addresses and other sites are not distinguished. ``edition`` is the number of the edition that was
    read; any other value means today's. It takes at most three queries.
    """
    path = _path_in(named)
    with translation.override(languages.split_language(path[1:])[0]):
        try:
            return _found(path, resolve(path), edition, at)
        except MovedError as moved:
            return find_reported_page(moved.url, edition=edition, at=at)
        except (Resolver404, Http404, WithdrawnError):
            return None


def form_language(page: ReportedPage | None) -> str:
    """Return the language of the form about ``page``, the site's first if the page is unknown."""
    return page.language if page else settings.SITE_LANGUAGES[0]


def _path_in(named: str) -> str:
    """Return the decoded path on this site, or an empty string for anything else."""
    if len(named) > LONGEST:
        return ""
    try:
        parts = urlsplit(named.strip())
    except ValueError:
        return ""
    own = urlsplit(settings.SITE_URL)
    is_ours = (parts.scheme, parts.netloc) in {("", ""), (own.scheme, own.netloc)}
    return unquote(parts.path) if is_ours else ""


def _found(path: str, match: ResolverMatch, edition: str, at: datetime) -> ReportedPage:
    page = find_page(match)
    if page and page.label:
        return ReportedPage(ReportSubject.from_page(str(page.label), path), str(get_language()))
    if page is None or page.subject is None:
        raise Http404
    subject: Any = page.subject(match.kwargs["slug"], at=at)
    if isinstance(subject, Edition):
        return _work(subject, str(match.kwargs.get("number") or edition), at)
    return ReportedPage(
        ReportSubject(kind_of(subject), uid_of(subject), str(subject), subject.get_absolute_url()), str(get_language())
    )


def _work(today: Edition, edition: str, at: datetime) -> ReportedPage:
    once = Edition.objects.once_public(at).filter(uid=today.uid).order_by("live_from", "pk")
    numbers = list(once.values_list("number", flat=True))
    asked = parse_number(edition, digits=9) or 0
    ordinal = asked if 1 <= asked <= len(numbers) else len(numbers)
    return ReportedPage(
        ReportSubject(today.work_kind, today.uid, today.title, today.get_absolute_url(), numbers[ordinal - 1]),
        _spoken(today.language),
        ordinal,
    )


def _spoken(language: str) -> str:
    """Return the language if the site's interface is translated into it, else the site's first."""
    return language if languages.has_interface_in(language) else settings.SITE_LANGUAGES[0]
