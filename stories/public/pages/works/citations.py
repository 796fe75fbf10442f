"""Citations of the live edition of a page in common styles, with the permanent URL of the edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext

from newsroom.text.join import join_list
from newsroom.text.language_cache import cache_by_language
from stories.editions.models import Edition
from stories.public.pages.history.changes import Changes, edition_url

_END_MARKS = (".", "?", "!", "…", "؟")


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation of the page. ``style`` is the name of the style, such as “APA”."""

    style: str
    text: str


def build_citations(edition: Edition, byline: Sequence[str], changes: Changes | None) -> list[Citation]:
    """Return citations of the live ``edition`` in APA (7th edition), Chicago (18th edition) and Wikipedia style.

    Names are used as printed, because it is not recorded which part of a name is the surname. The date is the day of
    the last update, in the newsroom's time zone. Words, months and commas follow the active language. The list is empty
    for an old edition, whose ``changes`` are None, and for a draft.
    """
    if changes is None or not changes.editions:
        return []
    site = settings.SITE_NAME
    day = timezone.localtime(edition.updated_at).date()
    url = f"{settings.SITE_URL}{edition_url(edition.work_kind, edition.slug, changes.editions)}"
    number = gettext("edition {label}").format(label=edition.label)
    title = edition.title
    closed_title = title if title.endswith(_END_MARKS) else f"{title}."
    apa_names = _join_names(byline, " & ")
    apa = [
        f"{apa_names or site} ({_format_year_first(day)}).",
        f"{title} ({number}).",
        *([f"{site}."] if apa_names else []),
        url,
    ]
    chicago = [
        f"{_join_names(byline, f' {gettext("and")} ') or site}. “{closed_title}” {join_list((site, number))}.",
        gettext("Last modified {day}.").format(day=_format_date(day)),
        f"{url}.",
    ]
    return [
        Citation("APA", " ".join(apa)),
        Citation("Chicago", " ".join(chicago)),
        Citation("Wikipedia", _build_wikipedia_template(edition, byline, day=day, url=url)),
    ]


def _build_wikipedia_template(edition: Edition, byline: Sequence[str], *, day: date, url: str) -> str:
    """Return the citation as a ``{{cite web}}`` template (Wikipedia, Template:Cite web).

    A pipe in a value becomes ``{{!}}``.
    """
    authors = [(f"author{position}", name) for position, name in enumerate(byline, start=1)]
    fields = [
        *authors,
        ("title", edition.title),
        ("url", url),
        ("website", settings.SITE_NAME),
        ("date", day.isoformat()),
        ("edition", edition.label),
        ("language", edition.language),
    ]
    return "".join(["{{cite web", *(f" |{name}={value.replace('|', '{{!}}')}" for name, value in fields), "}}"])


def _join_names(names: Sequence[str], last: str) -> str:
    *others, final = names or ("",)
    return f"{join_list(others)}{last}{final}" if others else final


# Cached, because citations of pages that were changed on the same day have the same date.
@cache_by_language(256)
def _format_year_first(day: date) -> str:
    return join_list((day.year, formats.date_format(day, "F j" if _is_english() else "MONTH_DAY_FORMAT")))


@cache_by_language(256)
def _format_date(day: date) -> str:
    return formats.date_format(day, "F j, Y" if _is_english() else "DATE_FORMAT")


def _is_english() -> bool:
    return (get_language() or "en").startswith("en")
