"""The view for about pages."""

import re
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation

from newsroom.http.clock import request_time
from newsroom.http.languages import LanguageAlternate, native_name
from newsroom.page_cache.dependencies import SITE, SUBJECTS, get_dependencies
from newsroom.page_cache.responses import public_page
from newsroom.page_cache.text_links import render_text
from newsroom.site.models import AboutPage

_HEADING = re.compile(r"(</?h)([3-6])(?=>)")


@public_page
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an about page in its language."""
    dependencies, at = get_dependencies(request), request_time(request)
    dependencies.read_versions([SITE, SUBJECTS])
    page = get_about_page(slug, at=at)
    with translation.override(page.language_tag):
        text = raise_headings(render_text(page.text, anchor="about", at=at, dependencies=dependencies))
        return render(request, "site/about.html", {"page": page, "text_html": text, "versions": _versions(page)})


def get_about_page(slug: str, *, at: datetime) -> AboutPage:
    """Return the about page that readers see at this address, or raise Http404."""
    # Every ``PublicPage.subject`` function takes ``at``. Whether an about page is shown does not depend on the time.
    page: AboutPage = get_object_or_404(AboutPage.objects.shown(), slug=slug)
    return page


def _versions(page: AboutPage) -> list[LanguageAlternate]:
    """Return the page and its counterparts in other languages, or an empty list if there are none."""
    same = AboutPage.objects.shown().filter(role=page.role).defer("text") if page.role else []
    pages = {each.language_tag: each for each in same}
    versions = [
        LanguageAlternate(code, native_name(code), pages[code].get_absolute_url(), is_current=pages[code] == page)
        for code in settings.SITE_LANGUAGES
        if code in pages
    ]
    return versions if len(versions) > 1 else []


def raise_headings(html: str) -> str:
    """Return ``html`` with its headings of levels 3 to 6 raised by one level: ``h3`` becomes ``h2``."""
    # On these pages, there is no section heading between the title and the headings of the text.
    return _HEADING.sub(lambda tag: f"{tag[1]}{int(tag[2]) - 1}", html)
