"""Links in texts that are not part of an edition, such as the description of a topic."""

from datetime import datetime

from django.utils import timezone

from newsroom.page_cache.dependencies import PageDependencies
from stories.public.pages.works.links import Links, record_text_dependencies
from stories.public.pages.works.placeholders import find_link_targets, replace_placeholders


def resolve_links(html: str, at: datetime, dependencies: PageDependencies | None) -> str:
    """Return ``html`` with its placeholders replaced, in at most two queries, and one more for ``dependencies``.

    There are no images in such texts.
    """
    addresses = {}
    if targets := find_link_targets([html]):
        record_text_dependencies(dependencies, [html])
        addresses = Links.load(targets, topics=(), questions=(), at=at).addresses
    today = timezone.localdate(at)
    return replace_placeholders(html, addresses=addresses, pictures={}, today=today, year=today.year)
