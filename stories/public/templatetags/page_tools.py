"""Template tags that print the links to copies of a page, and its citations."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from newsroom.text.html import fill_in, join_parts
from stories.public.pages.copies.documents import CopyLink
from stories.public.pages.works.citations import Citation

register = template.Library()

_COPY = '<a class="action" href="{url}" type="{content_type}">{name}</a>'
_CITATION = """<h2 class="label" id="citation-{number}">{style}</h2>
      <p class="citation"><bdi>{text}</bdi></p>"""


@register.simple_tag
def copy_links(copies: Iterable[CopyLink]) -> SafeString:
    """Return links to the copies of a page."""
    links = (fill_in(_COPY, url=copy.url, content_type=copy.content_type, name=copy.name) for copy in copies)
    return join_parts(links, between="")


@register.simple_tag
def citation_items(citations: Iterable[Citation]) -> SafeString:
    """Return the citations of a page, each under the name of its style."""
    return join_parts(
        fill_in(_CITATION, number=str(number), style=citation.style, text=citation.text)
        for number, citation in enumerate(citations, start=1)
    )
