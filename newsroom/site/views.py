"""Answers the pages about us."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from newsroom.pages.answering import public_page
from newsroom.pages.guarding import SITE, guard_of
from newsroom.site.models import AboutPage
from newsroom.text.markdown import render as markdown

_HEADING = re.compile(r"(</?h)([3-6])(?=>)")


@public_page
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page about us."""
    guard_of(request).on([SITE])
    page = get_object_or_404(AboutPage.objects.shown(), slug=slug)
    text = raised(markdown(page.text, numbers={}, anchor="about", things=False))
    return render(request, "site/about.html", {"page": page, "text_html": text})


def raised(html: str) -> str:
    """Return the HTML of a text with its headings one level up: here no section stands between them and the title."""
    return _HEADING.sub(lambda tag: f"{tag[1]}{int(tag[2]) - 1}", html)
