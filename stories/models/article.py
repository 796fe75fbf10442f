"""Articles that outlets published, and citations, which give an article its number in a work."""

import uuid
from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from newsroom.outlets.models import Outlet
from stories.models.work import Work

# The search considers at most this many outlets for each word.
_MAX_OUTLETS = 200
# On PostgreSQL, one index covers this text (migration 0002). The words of a search contain no space, so no word matches
# across two columns.
_SEARCHED_TEXT = models.Func(
    "title",
    "url",
    "author",
    "proposed_outlet",
    template="(%(expressions)s)",
    arg_joiner=" || ' ' || ",
    output_field=models.TextField(),
)


class ArticleQuerySet(models.QuerySet["Article"]):
    def of_outlet(self, key: int | None) -> Self:
        """Return the articles of the outlet with this primary key; for None, articles whose outlet is a proposed name."""
        return self.filter(outlet=key)

    def search(self, words: str) -> Self:
        """Return the articles that have each word of ``words`` in their title, URL, author or outlet."""
        articles = self.alias(searched=_SEARCHED_TEXT)
        for word in words.split():
            # The keys of outlets are read first, because a join with outlets could not use an index of articles.
            outlets = list(Outlet.objects.keys_named_like(word, limit=_MAX_OUTLETS))
            articles = articles.filter(Q(searched__icontains=word) | Q(outlet__in=outlets))
        return articles

    def with_url_starting(self, starts: Iterable[str]) -> Self:
        """Return the articles whose URL starts with one of ``starts``, ignoring case."""
        condition = Q()
        for start in starts:
            # The second condition follows from the first, and lets the planner use the index of the searched text.
            condition |= Q(url__istartswith=start, searched__icontains=f" {start}")
        return self.alias(searched=_SEARCHED_TEXT).filter(condition)

    def newest_with_outlets(self, limit: int) -> Self:
        """Return the ``limit`` articles that were added last, with their outlets."""
        return self.select_related("outlet").order_by("-pk")[:limit]

    def save_article(self, article: "Article") -> "Article":
        """Save the article and return it."""
        article.save()
        return article


class Article(models.Model):
    """A text that an outlet published; the outlet may still be a proposed name."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, null=True, blank=True, on_delete=models.PROTECT, related_name="articles")
    proposed_outlet = models.CharField(
        max_length=200, blank=True, help_text="The name of an outlet that is not confirmed."
    )
    url = models.URLField("address", max_length=2_000)
    title = models.CharField(max_length=500)
    published_on = models.DateField("date", null=True, blank=True)
    author = models.CharField(max_length=300, blank=True)
    paywalled = models.BooleanField("behind a paywall", default=False)
    archived_url = models.URLField("archived copy", max_length=2_000, blank=True, default="", db_default="")
    archived_on = models.DateField("archived on", null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    protects: ClassVar = {"outlet": ("{count} article is from “{name}”", "{count} articles are from “{name}”")}

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-published_on", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["published_on", "id"], name="article_by_date"),
            models.Index(fields=["title", "id"], name="article_by_title"),
            models.Index(fields=["outlet", "published_on", "id"], name="article_of_outlet"),
            models.Index(fields=["published_on", "id"], condition=Q(paywalled=True), name="article_paywalled"),
            models.Index(fields=["id"], condition=Q(outlet=None), name="article_proposed"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="article_outlet_or_proposed",
                condition=Q(outlet__isnull=False, proposed_outlet="") | (Q(outlet=None) & ~Q(proposed_outlet="")),
                violation_error_message="Choose an outlet or propose a name, but not both.",
            ),
            models.UniqueConstraint(
                fields=["url"],
                name="article_address_once",
                violation_error_message="We already have an article at this address.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def outlet_name(self) -> str:
        """The name of the outlet, whether confirmed or proposed."""
        return self.outlet.name if self.outlet else self.proposed_outlet

    def works(self, *, limit: int) -> list[models.Model]:
        """Return at most ``limit`` stories and questions that cite the article, newest first."""
        rows = self.citations.select_related("work__story", "work__faq").order_by("-work_id")[:limit]
        return [getattr(row.work, "story", None) or row.work.faq for row in rows]


class Citation(models.Model):
    """The citation of an article by a work. Its ``number`` never changes, and is never reused in the work."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="citations")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="citations")
    number = models.PositiveIntegerField()

    protects: ClassVar = {
        "article": ("{count} page at the desk cites “{name}”", "{count} pages at the desk cite “{name}”")
    }

    class Meta:
        verbose_name = "source"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work", "number"],
                name="citation_number_once",
                violation_error_message="This number already belongs to another article.",
            ),
            models.UniqueConstraint(
                fields=["work", "article"],
                name="citation_article_once",
                violation_error_message="This article already has a number on this page.",
            ),
        ]

    def __str__(self) -> str:
        return f"[@{self.number}] {self.article}"
