"""What people say about a text before, or after, readers see it."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from stories.models.shared_preview import SharedPreview
from stories.models.work import Work


class CommentQuerySet(models.QuerySet["Comment"]):
    """Questions about comments."""

    def of_work(self, work: Work) -> Self:
        """Keep the comments on this work."""
        return self.filter(work=work.pk)

    def over(self, link: SharedPreview) -> Self:
        """Keep what came over this link, and the replies to it."""
        return self.filter(Q(link=link) | Q(parent__link=link))

    def for_pages(self) -> Self:
        """Read what a page says of each, the oldest first."""
        return self.select_related("author", "resolved_by", "link").order_by("made_at", "pk")

    def still_open(self) -> Self:
        """Keep the beginnings of threads that nobody resolved."""
        return self.filter(parent=None, resolved_at=None)

    def of_uid(self, uid: str) -> Self:
        """Keep the comment of this uid; none when it is no uid."""
        try:
            return self.filter(uid=uuid.UUID(uid))
        except ValueError:
            return self.none()

    def forget(self) -> None:
        """Delete these comments, and all replies to them, for ever."""
        keys = list(self.values_list("pk", flat=True))
        Comment.objects.filter(parent__in=keys).delete()
        Comment.objects.filter(pk__in=keys).delete()


class Comment(models.Model):
    """A comment on a work, on one text of it, or on words in that text; a reply has a ``parent`` and no place of its own.

    ``place`` is the key of a text as ``stories.documents.walk`` names it (``sections.<uid>.text``), empty for the whole
    work. ``quote`` are the words it is about with a little of what stood ``before`` and ``after``: it stays with the
    words, wherever they go. ``revision`` is the number of what its author read. Without an ``author`` it came from
    outside, over the ``link`` of a shared preview, under that link's label as it was then (``author_label``).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    place = models.CharField(max_length=120, blank=True)
    quote = models.TextField(blank=True)
    before = models.CharField(max_length=100, blank=True)
    after = models.CharField(max_length=100, blank=True)
    revision = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="comments")
    author_label = models.CharField(max_length=200)
    link = models.ForeignKey(SharedPreview, null=True, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="mentioned_in")
    made_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        default_permissions = ()
        permissions: ClassVar = [("comment_on_work", "Can comment on stories and questions")]
        indexes: ClassVar = [models.Index(fields=["work", "made_at"], name="comment_of_work")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="comment_says_something",
                condition=~Q(text=""),
                violation_error_message="A comment says something.",
            ),
            models.CheckConstraint(
                name="comment_by_somebody",
                condition=Q(author__isnull=False, link=None) | Q(author=None, link__isnull=False),
                violation_error_message="A comment is by a person of the desk or came over a link.",
            ),
            models.CheckConstraint(
                name="comment_resolved_by_whom",
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                violation_error_message="Somebody resolved a comment at some time, or it is open.",
            ),
        ]

    def __str__(self) -> str:
        return self.text
