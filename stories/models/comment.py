"""What people say about a text before, or after, readers see it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from stories.models.shared_preview import SharedPreview
from stories.models.work import Work


class Comment(models.Model):
    """A comment on a work, on one text of it, or on words in that text; a reply has a ``parent`` and no place of its own.

    ``place`` is the key of a text as ``stories.admin.reading`` names it (``sections.<uid>.text``), empty for the whole
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
