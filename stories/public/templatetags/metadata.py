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

# The parameters that select a part of a list. The canonical URL contains no others.
LIST_PARAMETERS = ("topic", "kind", "from", "before")


@register.inclusion_tag("components/head_metadata.html", takes_context=True)
def head_metadata(context: Context, page: object) -> dict[str, object]:
    """Print the description, canonical URL, share metadata, feeds and structured data of ``page``.

    A part of a list has its own canonical URL, because no other page has the same content.
    """
    request: HttpRequest = context["request"]
    match = cast("ResolverMatch", request.resolver_match)  # only pages with an address use this tag
    site = Site.from_about_links(context["about_links"]())
    head = build_head(page)
    query_string = urlencode([(name, request.GET[name]) for name in LIST_PARAMETERS if request.GET.get(name)])
    url = site.absolute_url(head.path)
    return {
        "head": head,
        "site": site,
        "canonical": f"{url}?{query_string}" if query_string else url,
        "picture": site.absolute_url(head.picture.url) if head.picture else "",
        "picture_size": (WIDTH, HEIGHT),
        "published": format_datetime(head.published) if head.published else "",
        "updated": format_datetime(head.updated) if head.updated else "",
        "oembed": f"{site.absolute_url(reverse('oembed'))}?{urlencode({'url': url})}" if head.oembed else "",
        "graph": render_json(build_graph(page, head, site, schema_type=get_page(match.view_name).schema_type)),
    }
