"""Links in texts that are not part of an edition, such as the description of a topic: their objects are looked up."""

from collections.abc import Callable
from datetime import datetime

from newsroom.page_cache.dependencies import PageDependencies
from newsroom.text.markdown import render

type ResolveLinks = Callable[[str, datetime, PageDependencies | None], str]

_resolvers: list[ResolveLinks] = []


def register_links(resolve: ResolveLinks) -> None:
    """Register the function that replaces the placeholders for links by uid in HTML, and records what that depends on."""
    _resolvers[:] = [resolve]


def render_text(source: str, *, anchor: str, at: datetime, dependencies: PageDependencies | None) -> str:
    """Return Markdown as safe HTML, with links to the objects that readers can open at ``at``.

    Other links by uid become plain text. A text without such links takes no query.
    """
    html = render(source, numbers={}, anchor=anchor)
    for resolve in _resolvers:
        html = resolve(html, at, dependencies)
    return html
