"""The site and its publisher, to which every graph refers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext

from newsroom.http.languages import list_prefix
from newsroom.media.icons import icon_url
from newsroom.media.processing.site_icons import LOGO_SIZE
from newsroom.site.frame import AboutLink
from newsroom.site.models import AboutRole
from newsroom.text.language_cache import cache_by_language
from stories.public.structured_data.nodes import Node, Reference, node, node_reference

# The properties of the publisher that link to about pages, each with the role of its page. The page on how we work
# covers both principles and ethics.
_POLICIES = {
    "publishingPrinciples": AboutRole.HOW_WE_WORK,
    "ethicsPolicy": AboutRole.HOW_WE_WORK,
    "correctionsPolicy": AboutRole.CORRECTIONS,
    "ownershipFundingInfo": AboutRole.OWNERSHIP,
}


@dataclass(frozen=True, slots=True)
class Site:
    """The name and URL of the site, and the roles and paths of its about pages."""

    name: str
    url: str
    roles: frozenset[tuple[str, str]]

    @classmethod
    def from_about_links(cls, about_links: Iterable[AboutLink]) -> Self:
        """Return the site with the about pages to which these links lead."""
        roles = frozenset((link.role, link.url) for link in about_links if link.role)
        return cls(settings.SITE_NAME, settings.SITE_URL, roles)

    def absolute_url(self, path: str) -> str:
        """Return the absolute URL of a path of this site. Return an absolute URL unchanged."""
        return f"{self.url}{path}" if path.startswith("/") else path

    @property
    def publisher(self) -> Reference:
        """A reference to the node of the publisher."""
        return node_reference(self.absolute_url("/#publisher"))

    @property
    def website(self) -> Reference:
        """A reference to the node of the site."""
        return node_reference(self.absolute_url("/#website"))

    def policy_url(self, name: str) -> str:
        """Return the absolute URL of the about page for the property ``name``, or an empty string."""
        path = self.path_of(_POLICIES[name])
        return self.absolute_url(path) if path else ""

    def path_of(self, role: str) -> str:
        """Return the path of the about page with this role, or an empty string."""
        return next((path for other, path in self.roles if other == role), "")

    def nodes(self) -> tuple[Node, ...]:
        """Return the node of the publisher, and the node of the site with its search."""
        return _build_nodes(self, list_prefix(get_language()))


@cache_by_language(64)
def _build_nodes(site: Site, prefix: str) -> tuple[Node, ...]:
    """Build the nodes of the site. ``prefix``, with which addresses of lists begin, is only a part of the cache key."""
    contact = site.path_of(AboutRole.CONTACT)
    search = node(
        "SearchAction",
        target=node("EntryPoint", urlTemplate=f"{site.absolute_url(reverse('search'))}?q={{words}}"),
        **{"query-input": "required name=words"},
    )
    return (
        node(
            "NewsMediaOrganization",
            key=site.absolute_url("/#publisher"),
            name=site.name,
            url=site.absolute_url("/"),
            logo=node(
                "ImageObject",
                url=site.absolute_url(icon_url("logo")),
                width=LOGO_SIZE[0],
                height=LOGO_SIZE[1],
                caption=site.name,
            ),
            contactPoint=contact
            and node("ContactPoint", contactType=gettext("Contact"), url=site.absolute_url(contact)),
            **{name: site.policy_url(name) for name in _POLICIES},
        ),
        node(
            "WebSite",
            key=site.absolute_url("/#website"),
            name=site.name,
            url=site.absolute_url("/"),
            publisher=site.publisher,
            potentialAction=search,
        ),
    )
