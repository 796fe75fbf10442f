"""Comments on works, by users of the desk and by people with a shared preview."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from stories.models.shared_preview import SharedPreview
from stories.models.work import Work


class CommentQuerySet(models.QuerySet["Comment"]):
    def of_work(self, work: Work) -> Self:
        """Return the comments on ``work``."""
        return self.filter(work=work.pk)

    def of_link(self, link: SharedPreview) -> Self:
        """Return the comments written with ``link``, and the replies to them."""
        return self.filter(Q(link=link) | Q(parent__link=link))

    def with_related_rows(self) -> Self:
        """Return the comments with the related rows that pages show, oldest first."""
        return self.select_related("author", "resolved_by", "link").order_by("made_at", "pk")

    def with_uid(self, uid: str) -> Self:
        """Return the comment with this uid, or no comment if ``uid`` is not a UUID."""
        try:
            return self.filter(uid=uuid.UUID(uid))
        except ValueError:
            return self.none()

    def delete_threads(self) -> None:
        """Delete these comments and all replies to them permanently."""
        keys = list(self.values_list("pk", flat=True))
        Comment.objects.filter(parent__in=keys).delete()
        Comment.objects.filter(pk__in=keys).delete()


class Comment(models.Model):
    """A comment on a work, on one of its texts, or on words in that text; a reply has a ``parent`` and no place.

    ``place`` is the key of a text as in ``stories.documents.walk`` (``sections.<uid>.text``), or empty for the whole
    work. ``quote`` contains the words that the comment is about. ``before`` and ``after`` contain the text on both
    sides, which identifies the words if they have moved. ``revision`` is the number of the revision that the
    author read. A comment without an ``author`` was written with the ``link`` of a shared preview; its ``author_label``
    then contains the label that this link had.
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
                violation_error_message="Write a comment.",
            ),
            models.CheckConstraint(
                name="comment_by_somebody",
                condition=Q(author__isnull=False, link=None) | Q(author=None, link__isnull=False),
                violation_error_message="A comment needs an author or a shared preview.",
            ),
            models.CheckConstraint(
                name="comment_resolved_by_whom",
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                violation_error_message="A resolved comment needs a person and a time.",
            ),
        ]

    def __str__(self) -> str:
        return self.text
