"""The model for about pages. The model for reader reports is imported so that Django finds it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language

from newsroom.http.languages import list_language, primary_subtag
from newsroom.page_cache.dependencies import SITE
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.site.reader_reports.models import Report as Report
from newsroom.text.language_cache import cache_by_language


class AboutRole(models.TextChoices):
    """The role of an about page. It tells programs what the page is for.

    At most one page per language has a given role.
    """

    HOW_WE_WORK = "how-we-work", "How we work"
    CORRECTIONS = "corrections", "Corrections policy"
    OWNERSHIP = "ownership", "Who owns us"
    CONTACT = "contact", "Contact"


class AboutLink(NamedTuple):
    """A link to an about page. ``language`` is its language tag, or "" if the active language has the same subtag."""

    url: str
    title: str
    role: str
    language: str


class AboutPageQuerySet(models.QuerySet["AboutPage"]):
    def shown(self) -> Self:
        """Return the pages that readers see."""
        return self.filter(shown=True)

    def footer_links(self, version: int | None) -> tuple[AboutLink, ...]:
        """Return links to the pages that the footer lists in the active language.

        For each role (see ``AboutRole``) that no page in that language has, add the page in the first language of the
        site. If no page is in the active language, return all pages in the first language.

        ``version`` is the version of the page key of the site. For each version, the links are cached in this process;
        None disables the cache.
        """
        # The version is read before the pages, so the cached links are never older than their version.
        if version is None:
            return _select_links(list(self.shown().defer("text")))
        return _load_links(version, tuple(settings.SITE_LANGUAGES))

    def by_role(self) -> "dict[str, AboutPage]":
        """Return the pages in the first language of the site that have a role, keyed by role, without their texts."""
        return {page.role: page for page in self.exclude(role="").defer("text") if page.is_in_first_language}

    def unused_roles(self, language: str) -> list[AboutRole]:
        """Return the roles that no page in ``language`` has, whether shown or not."""
        taken = {page.role for page in self.exclude(role="").defer("text") if page.language_tag == language}
        return [role for role in AboutRole if role not in taken]


class AboutPage(models.Model):
    """A page about the newsroom, written in Markdown, at ``/about/<slug>/``."""

    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    title = models.CharField(max_length=200)
    role = models.CharField(
        "purpose",
        max_length=20,
        choices=AboutRole,
        blank=True,
        default="",
        help_text="Tells search engines what the page is about. One page for each purpose and language.",
    )
    language = models.CharField(
        max_length=35, blank=True, default="", db_default="", help_text="Leave empty to use the site’s first language."
    )
    text = models.TextField(help_text="Markdown.")
    position = models.PositiveSmallIntegerField(default=0, help_text="The order in the footer.")
    shown = models.BooleanField(default=True, help_text="Untick to hide the page from readers.")

    objects = AboutPageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["role", "language"],
                condition=~Q(role=""),
                name="about_page_role_once_a_language",
                violation_error_message="There is already a page for this purpose in this language.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs: Any) -> None:
        # The footer of every page lists these pages.
        with invalidation():
            super().save(**kwargs)
            invalidate(SITE)

    def get_absolute_url(self) -> str:
        return reverse("about", args=[self.slug])

    @property
    def language_tag(self) -> str:
        """The language tag of the page."""
        return self.language or str(settings.SITE_LANGUAGES[0])

    @property
    def is_in_first_language(self) -> bool:
        """Whether the page is in the first language of the site."""
        return self.language_tag == settings.SITE_LANGUAGES[0]

    @property
    def foreign_language(self) -> str:
        """The language tag of the page, or "" if the active language has the same primary subtag."""
        return (
            ""
            if primary_subtag(self.language_tag) == primary_subtag(get_language() or self.language_tag)
            else self.language_tag
        )

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        # The footer of every page links to these pages.
        with invalidation():
            invalidate(SITE)
            return super().delete(using=using, keep_parents=keep_parents)


@lru_cache(2)
def _load_shown_pages(version: int) -> list[AboutPage]:
    return list(AboutPage.objects.shown().defer("text"))


@cache_by_language(100)
def _load_links(version: int, languages: tuple[str, ...]) -> tuple[AboutLink, ...]:
    """Return the links for a version. ``languages``, the languages of the site, is only a part of the cache key."""
    return _select_links(_load_shown_pages(version))


def _select_links(pages: Sequence[AboutPage]) -> tuple[AboutLink, ...]:
    code = list_language(get_language())
    own = {page.role for page in pages if page.language_tag == code}
    return tuple(
        AboutLink(page.get_absolute_url(), page.title, page.role, page.foreign_language)
        for page in pages
        if page.language_tag == code
        or (page.is_in_first_language and (not own or (page.role and page.role not in own)))
    )
