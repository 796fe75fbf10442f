"""The site and its publisher, to which every graph refers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext

from newsroom.site.models import AboutPage, AboutRole
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
    """The name and URL of the site, and the paths of its about pages, keyed by role."""

    name: str
    url: str
    roles: Mapping[str, str]

    @classmethod
    def from_about_pages(cls, about_pages: Iterable[AboutPage]) -> Self:
        """Return the site with these about pages."""
        roles = {page.role: page.get_absolute_url() for page in about_pages if page.role}
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
        path = self.roles.get(_POLICIES[name], "")
        return self.absolute_url(path) if path else ""

    def nodes(self) -> list[Node]:
        """Return the node of the publisher, and the node of the site with its search."""
        contact = self.roles.get(AboutRole.CONTACT)
        search = node(
            "SearchAction",
            target=node("EntryPoint", urlTemplate=f"{self.absolute_url(reverse('search'))}?q={{words}}"),
            **{"query-input": "required name=words"},
        )
        return [
            node(
                "NewsMediaOrganization",
                key=self.absolute_url("/#publisher"),
                name=self.name,
                url=self.absolute_url("/"),
                logo=node("ImageObject", url=self.absolute_url(static("img/favicon.svg")), caption=self.name),
                contactPoint=contact
                and node("ContactPoint", contactType=gettext("Contact"), url=self.absolute_url(contact)),
                **{name: self.policy_url(name) for name in _POLICIES},
            ),
            node(
                "WebSite",
                key=self.absolute_url("/#website"),
                name=self.name,
                url=self.absolute_url("/"),
                publisher=self.publisher,
                potentialAction=search,
            ),
        ]
