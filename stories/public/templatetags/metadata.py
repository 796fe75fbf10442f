"""The template tag that prints the metadata in the head of a page."""

from typing import cast

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode

from newsroom.media.processing.share_card import HEIGHT, WIDTH
from newsroom.public_pages import get_page
from newsroom.text.html import render_json
from stories.public.structured_data import Site, build_graph, build_head
from stories.public.structured_data.nodes import format_datetime

register = template.Library()

# Parameters that select a part of a list. Any other parameter comes from elsewhere and is left out of the canonical
# address.
PARTS_OF_LISTS = ("topic", "kind", "from", "before")


@register.inclusion_tag("components/head_metadata.html", takes_context=True)
def head_metadata(context: Context, page: object) -> dict[str, object]:
    """Print description, canonical address, share metadata, feeds and structured data of ``page``.

    A part of a list has a canonical address of its own, because no other page has the same content.
    """
    request: HttpRequest = context["request"]
    match = cast("ResolverMatch", request.resolver_match)  # only a page at an address is described to machines
    site = Site.of(context["about_pages"])
    head = build_head(page)
    chosen = urlencode([(name, request.GET[name]) for name in PARTS_OF_LISTS if request.GET.get(name)])
    url = site.full(head.path)
    return {
        "head": head,
        "site": site,
        "canonical": f"{url}?{chosen}" if chosen else url,
        "picture": site.full(head.picture.url) if head.picture else "",
        "picture_size": (WIDTH, HEIGHT),
        "published": format_datetime(head.published) if head.published else "",
        "updated": format_datetime(head.updated) if head.updated else "",
        "oembed": f"{site.full(reverse('oembed'))}?{urlencode({'url': url})}" if head.oembed else "",
        "graph": render_json(build_graph(page, head, site, schema_type=get_page(match.view_name).schema_type)),
    }
