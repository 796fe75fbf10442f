"""The template tags that print the metadata in the head of a page."""

from collections.abc import Iterator
from typing import cast

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from newsroom.media.processing.share_card import CONTENT_TYPE, HEIGHT, WIDTH
from newsroom.public_pages import get_page
from newsroom.text.html import fill_in, join_parts, render_json
from stories.public.pages.copies.share_image import ShareImage
from stories.public.structured_data import Site, build_graph, build_head
from stories.public.structured_data.heads import Head
from stories.public.structured_data.nodes import format_datetime

register = template.Library()

# The parameters that select a part of a list. The canonical URL contains no others.
LIST_PARAMETERS = ("topic", "kind", "from", "before")


_META = '<meta {key}="{name}" content="{content}">'
_CANONICAL = '<link rel="canonical" href="{url}">'
_ALTERNATE = '<link rel="alternate" href="{path}" type="{kind}" title="{title}">'
_GRAPH = '<script type="application/ld+json">{graph}</script>'


@register.simple_tag(takes_context=True)
def head_metadata(context: Context, page: object) -> SafeString:
    """Print the description, canonical URL, share metadata, feeds and structured data of ``page``.

    A part of a list has its own canonical URL, because no other page has the same content.
    """
    request: HttpRequest = context["request"]
    match = cast("ResolverMatch", request.resolver_match)  # only pages with an address use this tag
    site = Site.from_about_links(context["about_links"]())
    head = build_head(page)
    query_string = urlencode([(name, request.GET[name]) for name in LIST_PARAMETERS if request.GET.get(name)])
    url = site.absolute_url(head.path)
    canonical = f"{url}?{query_string}" if query_string else url
    picture = head.picture or ShareImage.of_list(match.view_name)
    graph = build_graph(page, head, site, schema_type=get_page(match.view_name).schema_type)
    return join_parts(
        [
            *_render_share_metadata(head, picture, site, canonical),
            *(fill_in(_ALTERNATE, path=feed.path, kind=feed.kind, title=feed.title) for feed in head.feeds),
            *([_render_oembed(head, site, url)] if head.oembed else []),
            fill_in(_GRAPH, graph=render_json(graph)),
        ]
    )


@register.simple_tag(takes_context=True)
def share_metadata(context: Context, page: object, *, is_indexed: bool = True) -> SafeString:
    """Print the description and share metadata of ``page``, which has no structured data.

    Print its canonical URL too if search engines index the page.
    """
    match = cast("ResolverMatch", context["request"].resolver_match)
    site = Site.from_about_links(context["about_links"]())
    head = build_head(page)
    picture = ShareImage.of_list(match.view_name)
    return join_parts(_render_share_metadata(head, picture, site, site.absolute_url(head.path), is_indexed=is_indexed))


def _render_share_metadata(
    head: Head, picture: ShareImage, site: Site, canonical: str, *, is_indexed: bool = True
) -> list[SafeString]:
    return [
        fill_in(_META, key="name", name="description", content=head.description),
        *([fill_in(_CANONICAL, url=canonical)] if is_indexed else []),
        *(
            fill_in(_META, key="property", name=name, content=content)
            for name, content in _list_properties(head, picture, site, canonical)
        ),
        fill_in(_META, key="name", name="twitter:card", content="summary_large_image"),
    ]


def _list_properties(head: Head, picture: ShareImage, site: Site, canonical: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of the Open Graph properties (ogp.me)."""
    yield "og:type", "article" if head.is_article else "website"
    yield "og:site_name", site.name
    yield "og:title", head.title
    yield "og:description", head.description
    yield "og:url", canonical
    yield "og:locale", head.locale
    yield "og:image", site.absolute_url(picture.url)
    yield "og:image:type", CONTENT_TYPE
    yield "og:image:width", str(WIDTH)
    yield "og:image:height", str(HEIGHT)
    yield "og:image:alt", picture.alt
    if head.is_article:
        yield "article:published_time", format_datetime(head.published) if head.published else ""
        yield "article:modified_time", format_datetime(head.updated) if head.updated else ""
        if head.section:
            yield "article:section", head.section
        for tag in head.tags:
            yield "article:tag", tag


def _render_oembed(head: Head, site: Site, url: str) -> SafeString:
    address = f"{site.absolute_url(reverse('oembed'))}?{urlencode({'url': url})}"
    return fill_in(_ALTERNATE, path=address, kind="application/json+oembed", title=head.title)
