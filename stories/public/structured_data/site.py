"""The site itself, as every graph names it: who publishes, and where it says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext

from newsroom.site.models import AboutPage, AboutRole
from stories.public.structured_data.nodes import Node, Reference, node, refer

# Which property of the publisher each page about us is named by; how we work is both what we hold to and our ethics.
_POLICIES = {
    "publishingPrinciples": AboutRole.HOW_WE_WORK,
    "ethicsPolicy": AboutRole.HOW_WE_WORK,
    "correctionsPolicy": AboutRole.CORRECTIONS,
    "ownershipFundingInfo": AboutRole.OWNERSHIP,
}


@dataclass(frozen=True, slots=True)
class Site:
    """The site's name and address, and the paths of the pages about us by the role they have."""

    name: str
    url: str
    roles: Mapping[str, str]

    @classmethod
    def of(cls, about_pages: Iterable[AboutPage]) -> Self:
        """Return the site with these pages about us."""
        roles = {page.role: page.get_absolute_url() for page in about_pages if page.role}
        return cls(settings.SITE_NAME, settings.SITE_URL, roles)

    def full(self, path: str) -> str:
        """Return the whole address of a path of this site; an address elsewhere as it is."""
        return f"{self.url}{path}" if path.startswith("/") else path

    @property
    def publisher(self) -> Reference:
        """The publisher, where a graph names it again."""
        return refer(self.full("/#publisher"))

    @property
    def website(self) -> Reference:
        """The site, where a graph names it again."""
        return refer(self.full("/#website"))

    def policy(self, name: str) -> str:
        """Return the whole address of what the property ``name`` asks for, or nothing."""
        path = self.roles.get(_POLICIES[name], "")
        return self.full(path) if path else ""

    def described(self) -> list[Node]:
        """Return the publisher and the site, with the search of it."""
        contact = self.roles.get(AboutRole.CONTACT)
        search = node(
            "SearchAction",
            target=node("EntryPoint", urlTemplate=f"{self.full(reverse('search'))}?q={{words}}"),
            **{"query-input": "required name=words"},
        )
        return [
            node(
                "NewsMediaOrganization",
                key=self.full("/#publisher"),
                name=self.name,
                url=self.full("/"),
                logo=node("ImageObject", url=self.full(static("img/favicon.svg")), caption=self.name),
                contactPoint=contact and node("ContactPoint", contactType=gettext("Contact"), url=self.full(contact)),
                **{name: self.policy(name) for name in _POLICIES},
            ),
            node(
                "WebSite",
                key=self.full("/#website"),
                name=self.name,
                url=self.full("/"),
                publisher=self.publisher,
                potentialAction=search,
            ),
        ]
