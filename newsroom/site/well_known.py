"""Files for machines: ``robots.txt``, ``llms.txt``, ``security.txt`` and the IndexNow key."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from newsroom.http.clock import request_time
from newsroom.http.languages import list_prefix, native_name, primary_subtag
from newsroom.page_cache.responses import public_page
from newsroom.public_pages import PublicPage, list_pages
from newsroom.site.models import AboutPage, AboutRole
from newsroom.text.markdown.grammar import escape

# A security.txt is valid for at least this many full months, and for less than a year.
MIN_VALID_MONTHS = 6
DISALLOWED_PATHS = ("/accounts/", "/admin/", "/preview/", "/reports/")


@public_page
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Return the robots.txt (RFC 9309).

    It disallows accounts, the desk, previews, reader reports, and the addresses that scripts on search pages request.
    """
    # Search results are not disallowed, because their canonical link is the search page.
    script_paths = [
        f"/{list_prefix(code)}search/{name}/"
        for code in settings.SITE_LANGUAGES
        for name in ("sections", "suggestions")
    ]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in (*DISALLOWED_PATHS, *script_paths)), ""]
    lines += [f"Sitemap: {_absolute_url(name)}" for name in ("sitemap", "news_sitemap")]
    return _text_response([*lines, "", f"# {settings.SITE_NAME}"])


@public_page
def llms_txt(request: HttpRequest) -> HttpResponse:
    """Return a guide to the site for language models, in English, in the format of llmstxt.org."""
    lines = [
        f"# {escape(settings.SITE_NAME)}",
        "",
        "> The news explained: each page tells one story, says what different outlets report of it, names its sources,",
        "> and keeps every earlier edition. Free to read, without an account.",
        "",
        "A story is a page under `/stories/`, a common question one under `/questions/`. Each page is also available",
        "as plain text, Markdown and JSON: replace the final slash with `.txt`, `.md` or `.json`. Earlier editions are",
        "under `history/`. When you quote a page, name its edition and link to its address.",
    ]
    for heading, links in _list_sections():
        lines += [
            "",
            f"## {heading}",
            "",
            *(f"- [{title}]({url}){description and f': {description}'}" for title, url, description in links),
        ]
    return _text_response(lines, kind="text/markdown")


@public_page
def indexnow_key(request: HttpRequest, key: str) -> HttpResponse:
    """Return the key that proves to search engines that we may submit changes (IndexNow).

    Raise Http404 for any other key.
    """
    if key != settings.INDEXNOW_KEY:
        raise Http404
    return _text_response([key])


@public_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """Return the security.txt (RFC 9116) with the contact from the settings, or else the URL of the contact page.

    Raise Http404 if there is neither. The file expires on the first of a month, so it changes once a month.
    """
    if not (contact := settings.SECURITY_CONTACT or _contact_page()):
        raise Http404
    languages = dict.fromkeys(primary_subtag(code) for code in settings.SITE_LANGUAGES)
    lines = [
        f"Contact: {contact}",
        f"Expires: {_expiry_date(request_time(request)):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
        f"Canonical: {_absolute_url('security')}",
    ]
    return _text_response(lines)


def _list_sections() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    yield (
        "Lists",
        [(_in_english(page), _absolute_url(page.name), page.summary) for page in list_pages() if page.in_menu],
    )
    yield (
        "Feeds",
        [
            ("Stories as RSS", _absolute_url("story_rss"), "full texts"),
            ("Stories as Atom", _absolute_url("story_feed"), "full texts"),
            ("Stories as JSON Feed", _absolute_url("story_json_feed"), "full texts and corrections"),
            ("Corrections as Atom", _absolute_url("correction_feed"), ""),
            ("Open questions as Atom", _absolute_url("open_question_feed"), "new, partly answered and answered"),
            *_feeds_in_other_languages(),
        ],
    )
    yield "Data", [("Description of the API", _absolute_url("api:openapi"), "OpenAPI 3.1; reading needs no key")]
    if about := AboutPage.objects.shown().defer("text"):
        yield "About us", [(escape(page.title), f"{settings.SITE_URL}{page.get_absolute_url()}", "") for page in about]
    yield (
        "Optional",
        [
            ("Sitemap", _absolute_url("sitemap"), "every address"),
            ("News sitemap", _absolute_url("news_sitemap"), "stories of the last two days"),
        ],
    )


def _feeds_in_other_languages() -> Iterator[tuple[str, str, str]]:
    for code in settings.SITE_LANGUAGES[1:]:
        with translation.override(code):
            yield f"Stories in {native_name(code)} as RSS", _absolute_url("story_rss"), "full texts"


def _in_english(page: PublicPage) -> str:
    with translation.override("en"):
        return str(page.label)


def _contact_page() -> str:
    page = AboutPage.objects.shown().by_role().get(AboutRole.CONTACT)
    return f"{settings.SITE_URL}{page.get_absolute_url()}" if page else ""


def _expiry_date(at: datetime) -> datetime:
    years, month = divmod(at.month + MIN_VALID_MONTHS, 12)
    return datetime(at.year + years, month + 1, 1, tzinfo=at.tzinfo)


def _absolute_url(name: str) -> str:
    return f"{settings.SITE_URL}{reverse(name)}"


def _text_response(lines: list[str], *, kind: str = "text/plain") -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type=f"{kind}; charset=utf-8")
