"""The models for about pages and for demonstration works. The model for reader reports is imported for Django."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.translation import get_language

from newsroom.http.languages import primary_subtag
from newsroom.page_cache.dependencies import SITE
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.site.reader_reports.models import Report as Report


class AboutRole(models.TextChoices):
    """The role of an about page. It tells programs what the page is for.

    At most one page per language has a given role.
    """

    HOW_WE_WORK = "how-we-work", "How we work"
    HOW_WE_COMPARE = "how-we-compare", "How we compare"
    CORRECTIONS = "corrections", "Corrections policy"
    OWNERSHIP = "ownership", "Who owns us"
    CONTACT = "contact", "Contact"


class AboutPageQuerySet(models.QuerySet["AboutPage"]):
    def shown(self) -> Self:
        """Return the pages that readers see."""
        return self.filter(shown=True)

    def list_shown(self) -> "tuple[list[AboutPage], bool]":
        """Return the pages that readers see without their texts, and whether there are demonstration works.

        This takes one query if there are pages.
        """
        pages = list(self.shown().defer("text").annotate(has_demonstration=Exists(DemonstrationWork.objects.all())))
        has_demonstration = [page.has_demonstration for page in pages[:1]]  # type: ignore[attr-defined]  # annotated
        return pages, has_demonstration[0] if pages else DemonstrationWork.objects.exists()

    def by_role(self) -> "dict[str, AboutPage]":
        """Return the pages in the first language of the site that have a role, keyed by role, without their texts."""
        return {page.role: page for page in self.exclude(role="").defer("text") if page.is_in_first_language}

    def unused_roles(self, language: str) -> list[AboutRole]:
        """Return the roles that no page in ``language`` has, whether shown or not."""
        taken = {page.role for page in self.exclude(role="").defer("text") if page.language_tag == language}
        return [role for role in AboutRole if role not in taken]


class AboutPage(models.Model):
    """A page about the newsroom, written in Markdown, at ``/about/<slug>/``."""

    slug = models.SlugField("address", max_length=80, unique=True, allow_unicode=True)
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


class DemonstrationWorkQuerySet(models.QuerySet["DemonstrationWork"]):
    """Methods that add and remove works. Every page says whether there are any."""

    def add(self, uids: Iterable[UUID]) -> bool:
        """Record that these works belong to the demonstration. Return whether any of them was not recorded yet."""
        with invalidation():
            missing = set(uids).difference(self.values_list("uid", flat=True))
            if missing:
                self.bulk_create([DemonstrationWork(uid=uid) for uid in missing])
                invalidate(SITE)
            return bool(missing)

    def remove(self, uid: UUID) -> None:
        """Remove a work that was erased, if it belongs to the demonstration."""
        with invalidation():
            deleted, _ = self.filter(uid=uid).delete()
            if deleted:
                invalidate(SITE)


class DemonstrationWork(models.Model):
    """A published story or question of the demonstration. While there is one, every page says that it is invented."""

    uid = models.UUIDField(primary_key=True)

    objects = DemonstrationWorkQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.uid)
