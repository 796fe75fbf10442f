"""The pages about us; reports from readers have a room of their own."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from newsroom.pages.changing import changing, touch
from newsroom.pages.guarding import SITE
from newsroom.site.reports.models import Report as Report


class AboutRole(models.TextChoices):
    """What machines look for among the pages about us; each is answered by one page at most."""

    HOW_WE_WORK = "how-we-work", "How we work"
    CORRECTIONS = "corrections", "Corrections policy"
    OWNERSHIP = "ownership", "Who owns us"
    CONTACT = "contact", "Contact"


class AboutPageQuerySet(models.QuerySet["AboutPage"]):
    """What is asked of the pages about us."""

    def shown(self) -> Self:
        """Keep what readers see."""
        return self.filter(shown=True)

    def in_the_foot(self, version: int | None) -> "Iterable[AboutPage]":
        """Return what the foot lists, without texts; remembered where the ``version`` of the site's key is known.

        That was read before the pages are: what is remembered for a version is never older than it.
        """
        return self.shown().defer("text") if version is None else _in_the_foot(version)

    def by_role(self) -> "dict[str, AboutPage]":
        """Return the pages that answer to a role, by the role, without their texts. One query."""
        return {page.role: page for page in self.exclude(role="").defer("text")}

    def roles_left(self) -> list[AboutRole]:
        """Return the roles that no page answers to yet, shown or not."""
        taken = set(self.exclude(role="").values_list("role", flat=True))
        return [role for role in AboutRole if role not in taken]


class AboutPage(models.Model):
    """A page about the newsroom, in Markdown, at ``/about/<slug>/``."""

    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    title = models.CharField(max_length=200)
    role = models.CharField(
        max_length=20,
        choices=AboutRole,
        blank=True,
        default="",
        help_text="Search engines are told which page says this of us. One page for each.",
    )
    text = models.TextField(help_text="Markdown.")
    position = models.PositiveSmallIntegerField(default=0, help_text="The order in the footer.")
    shown = models.BooleanField(default=True, help_text="Readers see it.")

    objects = AboutPageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["role"],
                condition=~Q(role=""),
                name="about_page_role_once",
                violation_error_message="Another page says this of us already.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs: Any) -> None:
        """Let the foot of every page say what it says now."""
        with changing():
            super().save(**kwargs)
            touch(SITE)

    def get_absolute_url(self) -> str:
        return reverse("about", args=[self.slug])

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Let no page lead there any more."""
        with changing():
            touch(SITE)
            return super().delete(using=using, keep_parents=keep_parents)


@lru_cache(2)
def _in_the_foot(version: int) -> tuple[AboutPage, ...]:
    return tuple(AboutPage.objects.shown().defer("text"))
