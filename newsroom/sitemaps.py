"""Answers with sitemaps: an index, its parts, and the stories of the last two days (sitemaps.org/protocol.html)."""

from collections.abc import Mapping
from datetime import datetime
from io import StringIO
from types import MappingProxyType
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.xmlutils import SimplerXMLGenerator

from newsroom.http.clock import moment_of
from newsroom.page_cache.responses import public_page
from newsroom.site.models import AboutPage
from stories import sitemaps
from stories.feeds.xml import held
from stories.reading.archive import years
from stories.reading.walks import languages_of

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
NO_ATTRIBUTES: "AttributesImpl[str]" = AttributesImpl({})
LISTS = ("front", "stories", "questions", "topics", "sources", "corrections")


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """List the parts, each with the day on which something in it was last changed."""
    xml, text = _begun("sitemapindex")
    _add(xml, "sitemap", reverse("sitemap_pages"))
    for each in sitemaps.parts(at=moment_of(request)):
        _add(xml, "sitemap", reverse(f"sitemap_{each.kind}", args=[each.number]), each.changed_at)
    return _ended("sitemapindex", xml, text)


@public_page
def part(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """List the pages of one part, each with its translations."""
    xml, text = _begun("urlset", xhtml=XHTML)
    for page in sitemaps.listed(kind, number, at=moment_of(request)):
        _add(xml, "url", page.path, page.changed_at, versions=page.versions)
    return _ended("urlset", xml, text)


@public_page
def pages(request: HttpRequest) -> HttpResponse:
    """List the lists and the months that hold a story, each in all languages of the site, and the pages about us."""
    xml, text = _begun("urlset", xhtml=XHTML)
    paths = {code: _lists(code, at=moment_of(request)) for code in settings.SITE_LANGUAGES}
    for of_language in paths.values():
        for name, path in of_language.items():
            versions = {code: others[name] for code, others in paths.items() if name in others}
            _add(xml, "url", path, versions=versions if len(versions) > 1 else {})
    for about in AboutPage.objects.shown().defer("text"):
        _add(xml, "url", about.get_absolute_url())
    return _ended("urlset", xml, text)


@public_page
def news(request: HttpRequest) -> HttpResponse:
    """List the stories first published in the last two days, as news search asks for them; often there is none.

    The elements are those of Google's “News sitemap” (version 0.9), in the order of its schema.
    """
    xml, text = _begun("urlset", news=NEWS)
    for edition in sitemaps.news(at=moment_of(request)):
        xml.startElement("url", NO_ATTRIBUTES)
        xml.addQuickElement("loc", _full(edition.get_absolute_url()))
        xml.startElement("news:news", NO_ATTRIBUTES)
        xml.startElement("news:publication", NO_ATTRIBUTES)
        xml.addQuickElement("news:name", held(settings.SITE_NAME))
        xml.addQuickElement("news:language", _spoken(edition.language))
        xml.endElement("news:publication")
        xml.addQuickElement("news:publication_date", _when(edition.first_published_at))
        xml.addQuickElement("news:title", held(edition.title))
        xml.endElement("news:news")
        xml.endElement("url")
    return _ended("urlset", xml, text)


def _lists(code: str, *, at: datetime) -> dict[str, str]:
    """Return the paths of the lists in one language, by a name that is the same in all."""
    with translation.override(code):
        lists = {name: reverse(name) for name in LISTS}
        months = {
            str(month): month.get_absolute_url()
            for year in years(languages_of("story"), at=at)
            for month in year.months
        }
        return lists | months


def _begun(root: str, **spaces: str) -> tuple[SimplerXMLGenerator, StringIO]:
    text = StringIO()
    xml = SimplerXMLGenerator(text, "utf-8")
    xml.startDocument()
    named = {"xmlns": SITEMAP, **{f"xmlns:{prefix}": space for prefix, space in spaces.items()}}
    xml.startElement(root, AttributesImpl(named))
    return xml, text


def _add(
    xml: SimplerXMLGenerator,
    name: str,
    path: str,
    changed_at: datetime | None = None,
    *,
    versions: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write one entry: first its address, then its day, as the schema orders them, then the other languages."""
    xml.startElement(name, NO_ATTRIBUTES)
    xml.addQuickElement("loc", _full(path))
    if changed_at:
        xml.addQuickElement("lastmod", _when(changed_at))
    for language, version in versions.items():
        xml.addQuickElement("xhtml:link", "", {"rel": "alternate", "hreflang": language, "href": _full(version)})
    xml.endElement(name)


def _ended(root: str, xml: SimplerXMLGenerator, text: StringIO) -> HttpResponse:
    xml.endElement(root)
    xml.endDocument()
    return HttpResponse(text.getvalue(), content_type="application/xml; charset=utf-8")


def _full(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _when(moment: datetime) -> str:
    """Return a moment as W3C “Date and Time Formats” write it, to the second."""
    return moment.isoformat(timespec="seconds")


def _spoken(language: str) -> str:
    """Return the language as news search knows it: two or three letters (ISO 639), Chinese with its script's country."""
    tags = language.lower().split("-")
    if tags[0] != "zh":
        return tags[0]
    return "zh-tw" if "hans" not in tags and {"hant", "hk", "mo", "tw"} & set(tags) else "zh-cn"
