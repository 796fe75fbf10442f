"""Sitemaps of stories, questions, topics, outlets, authors and lists, in parts of limited size, and the news sitemap."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from types import MappingProxyType
from typing import Any
from uuid import UUID
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.xmlutils import SimplerXMLGenerator

from newsroom.accounts.models import Contributor
from newsroom.db import keyset
from newsroom.db.keyset import SitemapPart
from newsroom.db.loose_scan import select_first_of_each
from newsroom.entities.mentions import live_mentions
from newsroom.http.clock import request_time
from newsroom.outlets.models import Outlet
from newsroom.page_cache.responses import public_page
from newsroom.public_pages import list_pages
from newsroom.site.models import AboutPage
from stories.editions.models import Edition, EditionQuerySet
from stories.public.feeds.xml import remove_control_characters
from stories.public.pages.lists.archive import years_with_stories
from stories.public.pages.lists.branches import list_languages
from topics.models import Topic

# Google accepts only stories of the last two days in a news sitemap, and at most a thousand of them.
MAX_NEWS_AGE = timedelta(days=2)
MAX_NEWS = 1_000

_WORK_KINDS = {"stories": "story", "questions": "question"}
_ENTITY_MODELS: dict[str, type[Topic] | type[Outlet] | type[Contributor]] = {
    "topics": Topic,
    "sources": Outlet,
    "people": Contributor,
}
KINDS = (*_WORK_KINDS, *_ENTITY_MODELS)
_COLUMNS = ("uid", "translation_group", "language", "slug", "work_kind")


@dataclass(frozen=True, slots=True)
class Part:
    """The n-th part of the sitemap for a kind of page.

    A part contains the pages of the works or entities whose primary keys are in a fixed range of ``keyset.PART_SIZE``
    keys.
    """

    kind: str
    number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """A page in a sitemap: its path, its last change, and the paths of its language versions, keyed by language.

    ``versions`` is empty if the page exists in one language only.
    """

    path: str
    changed_at: datetime
    versions: dict[str, str] = field(default_factory=dict)


def list_parts(*, at: datetime) -> list[Part]:
    """Return the parts that contain a page at ``at``, in order, in five queries."""
    parts = [Part(kind, number, changed) for kind in _WORK_KINDS for number, changed in _iter_work_parts(kind, at)]
    return parts + [
        Part(kind, number, changed) for kind in _ENTITY_MODELS for number, changed in _list_entity_parts(kind, at)
    ]


def pages_in_part(kind: str, number: int, *, at: datetime) -> list[SitemapPage]:
    """Return the pages of a part at ``at``, ordered by key, in at most three queries.

    Raise Http404 if the part contains no page.
    """
    pages = list(_iter_work_pages(kind, number, at) if kind in _WORK_KINDS else _iter_entity_pages(kind, number, at))
    if not pages:
        raise Http404
    return pages


def recent_stories(*, at: datetime) -> list[Edition]:
    """Return at most ``MAX_NEWS`` stories first published in the last two days, newest first, in one query.

    An older story is not included even if it has been updated.
    """
    stories = Edition.objects.live(at).stories().filter(first_published_at__gt=at - MAX_NEWS_AGE)
    columns = ("slug", "work_kind", "language", "title", "first_published_at")
    return list(stories.only(*columns).order_by("-first_published_at", "-uid")[:MAX_NEWS])


def _iter_work_parts(kind: str, at: datetime) -> Iterator[tuple[int, datetime]]:
    live = Edition.objects.live(at).filter(work_kind=_WORK_KINDS[kind])
    newest = select_first_of_each([live], SitemapPart, "work_id", then=["-updated_at"])
    for part, changed in newest.order_by("work_id").values_list(SitemapPart("work_id"), "updated_at"):
        yield part + 1, changed


def _iter_work_pages(kind: str, number: int, at: datetime) -> Iterator[SitemapPage]:
    live = Edition.objects.live(at).filter(work_kind=_WORK_KINDS[kind])
    in_part = live.alias(part=SitemapPart("work_id")).filter(part=number - 1)
    versions = _group_language_versions(live, in_part)
    for edition in in_part.only(*_COLUMNS, "updated_at").order_by("work_id"):
        paths = versions.get(edition.translation_group or edition.uid, {})
        yield SitemapPage(edition.get_absolute_url(), edition.updated_at, paths if len(paths) > 1 else {})


def _group_language_versions(live: EditionQuerySet, in_part: EditionQuerySet) -> dict[UUID, dict[str, str]]:
    """Return the paths of the language versions of pages in ``in_part``, keyed by translation group and language."""
    groups = in_part.exclude(translation_group=None).values("translation_group")
    related = Q(translation_group__in=in_part.values("uid")) | Q(translation_group__in=groups)
    translations = list(live.exclude(translation_group=None).filter(related).only(*_COLUMNS))
    originals = live.of_works({each.translation_group for each in translations if each.translation_group})
    by_group: dict[UUID, dict[str, str]] = {}
    for edition in sorted(
        [*translations, *originals.only(*_COLUMNS)], key=lambda edition: (edition.language, edition.pk)
    ):
        group = by_group.setdefault(edition.translation_group or edition.uid, {})
        group.setdefault(edition.language, edition.get_absolute_url())
    return by_group


def _list_entity_parts(kind: str, at: datetime) -> QuerySet[Any, tuple[int, datetime]]:
    grouped = _annotate_changes(kind, at).annotate(part=SitemapPart("present") + 1).values("part").order_by("part")
    rows: QuerySet[Any, Any] = grouped.annotate(newest=Max("changed")).values_list("part", "newest")
    return rows


def _iter_entity_pages(kind: str, number: int, at: datetime) -> Iterator[SitemapPage]:
    in_part = Q(**_filter_part("pk", number))
    if kind != "people":
        in_part |= Q(**_filter_part("merged_into", number))
    grouped = _annotate_changes(kind, at).filter(in_part).values("present").annotate(newest=Max("changed"))
    changed = dict(grouped.values_list("present", "newest"))
    for entity in _ENTITY_MODELS[kind].objects.filter(**_filter_part("pk", number)).order_by("pk"):
        if changed_at := changed.get(entity.pk):
            yield SitemapPage(entity.get_absolute_url(), changed_at)


def _annotate_changes(kind: str, at: datetime) -> QuerySet[Any]:
    """Return the topics, outlets or authors that live pages name, annotated with ``present`` and ``changed``.

    Contributors without a public page are no authors.

    ``present`` is the key of the entity, or of the entity into which it was merged. ``changed`` is the latest time at
    which an edition that names it became live. An index finds the newest row that names each entity, so no other rows
    are read.
    """
    model = _ENTITY_MODELS[kind]
    naming = live_mentions(model, OuterRef("pk"), at=at).order_by("-live_from", "live_until").values("live_from")
    entities: QuerySet[Any] = model._default_manager.order_by()
    present: F | Coalesce = Coalesce("merged_into", "pk")
    if model is Contributor:
        entities, present = entities.filter(has_page=True), F("pk")
    named: QuerySet[Any] = entities.annotate(changed=Subquery(naming[:1]), present=present)
    return named.filter(changed__isnull=False)


def _filter_part(column: str, number: int) -> dict[str, int]:
    return {f"{column}__gte": (number - 1) * keyset.PART_SIZE, f"{column}__lt": number * keyset.PART_SIZE}


SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
NO_ATTRIBUTES: "AttributesImpl[str]" = AttributesImpl({})


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """Return the sitemap index: the sitemap of ``pages``, and each part with the time of its last change."""
    xml, text = _start_document("sitemapindex")
    _add_entry(xml, "sitemap", reverse("sitemap_pages"))
    for each in list_parts(at=request_time(request)):
        _add_entry(xml, "sitemap", reverse(f"sitemap_{each.kind}", args=[each.number]), each.changed_at)
    return _finish_document("sitemapindex", xml, text)


@public_page
def part(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Return a part of the sitemap: its pages, each with its translations."""
    xml, text = _start_document("urlset", xhtml=XHTML)
    for page in pages_in_part(kind, number, at=request_time(request)):
        _add_entry(xml, "url", page.path, page.changed_at, versions=page.versions)
    return _finish_document("urlset", xml, text)


@public_page
def pages(request: HttpRequest) -> HttpResponse:
    """Return the sitemap of lists, of archive months with stories, and of about pages.

    Lists and months are included in all languages of the site.
    """
    xml, text = _start_document("urlset", xhtml=XHTML)
    paths = {code: _list_paths(code, at=request_time(request)) for code in settings.SITE_LANGUAGES}
    for of_language in paths.values():
        for name, path in of_language.items():
            versions = {code: others[name] for code, others in paths.items() if name in others}
            _add_entry(xml, "url", path, versions=versions if len(versions) > 1 else {})
    for about in AboutPage.objects.shown().defer("text"):
        _add_entry(xml, "url", about.get_absolute_url())
    return _finish_document("urlset", xml, text)


@public_page
def news(request: HttpRequest) -> HttpResponse:
    """Return the news sitemap: the stories first published in the last two days.

    The elements follow Google's news sitemap format, version 0.9, in the order of its schema.
    """
    xml, text = _start_document("urlset", news=NEWS)
    for edition in recent_stories(at=request_time(request)):
        xml.startElement("url", NO_ATTRIBUTES)
        xml.addQuickElement("loc", _absolute_url(edition.get_absolute_url()))
        xml.startElement("news:news", NO_ATTRIBUTES)
        xml.startElement("news:publication", NO_ATTRIBUTES)
        xml.addQuickElement("news:name", remove_control_characters(settings.SITE_NAME))
        xml.addQuickElement("news:language", _get_news_language(edition.language))
        xml.endElement("news:publication")
        xml.addQuickElement("news:publication_date", _format_time(edition.first_published_at))
        xml.addQuickElement("news:title", remove_control_characters(edition.title))
        xml.endElement("news:news")
        xml.endElement("url")
    return _finish_document("urlset", xml, text)


def _list_paths(code: str, *, at: datetime) -> dict[str, str]:
    """Return the paths of the lists and months in a language, keyed by names that are the same in all languages."""
    with translation.override(code):
        lists = {page.name: page.get_absolute_url() for page in list_pages() if page.in_sitemap}
        months = {
            str(month): month.get_absolute_url()
            for year in years_with_stories(list_languages("story"), at=at)
            for month in year.months
        }
        return lists | months


def _start_document(root: str, **namespaces: str) -> tuple[SimplerXMLGenerator, StringIO]:
    text = StringIO()
    xml = SimplerXMLGenerator(text, "utf-8")
    xml.startDocument()
    attributes = {"xmlns": SITEMAP, **{f"xmlns:{prefix}": namespace for prefix, namespace in namespaces.items()}}
    xml.startElement(root, AttributesImpl(attributes))
    return xml, text


def _add_entry(
    xml: SimplerXMLGenerator,
    name: str,
    path: str,
    changed_at: datetime | None = None,
    *,
    versions: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write one entry: its URL, its last change and its language versions, in the order of the schema."""
    xml.startElement(name, NO_ATTRIBUTES)
    xml.addQuickElement("loc", _absolute_url(path))
    if changed_at:
        xml.addQuickElement("lastmod", _format_time(changed_at))
    for language, version in versions.items():
        xml.addQuickElement(
            "xhtml:link", "", {"rel": "alternate", "hreflang": language, "href": _absolute_url(version)}
        )
    xml.endElement(name)


def _finish_document(root: str, xml: SimplerXMLGenerator, text: StringIO) -> HttpResponse:
    xml.endElement(root)
    xml.endDocument()
    return HttpResponse(text.getvalue(), content_type="application/xml; charset=utf-8")


def _absolute_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _format_time(moment: datetime) -> str:
    """Return a time to the second in the format of the W3C note “Date and Time Formats”."""
    return moment.isoformat(timespec="seconds")


def _get_news_language(language: str) -> str:
    """Return the language code that Google's news search expects: an ISO 639 code of two or three letters.

    For Chinese, the code is ``zh-cn`` or ``zh-tw``, depending on the script or region.
    """
    tags = language.lower().split("-")
    if tags[0] != "zh":
        return tags[0]
    return "zh-tw" if "hans" not in tags and {"hant", "hk", "mo", "tw"} & set(tags) else "zh-cn"
