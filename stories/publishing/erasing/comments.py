"""Takes comments away with what they are about: they quote it."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from stories.models import Comment, SharedPreview, Work


def forget_comments(work: Work) -> None:
    """Delete every comment on the work, and every one that came over a link to it."""
    links = SharedPreview.objects.filter(work=work)
    Comment.objects.filter(Q(work=work) | Q(link__in=links)).forget()


def forget_comments_on_revisions(work: Work, numbers: Collection[int]) -> None:
    """Delete the comments on what these revisions said, and those that came over links pinned to one of them."""
    links = SharedPreview.objects.filter(revision__work=work, revision__number__in=numbers)
    Comment.objects.filter(Q(work=work, revision__in=numbers, parent=None) | Q(link__in=links)).forget()


def forget_comments_on_part(work: Work, uid: UUID, texts: Collection[str]) -> None:
    """Delete the comments on the part of this uid, which said ``texts``, and those that quote it."""
    comments = Comment.objects.of_work(work)
    kept = comments.exclude(quote="").values_list("pk", "quote", "before", "after")
    quoting = [
        key
        for key, quote, before, after in kept.iterator()
        if any(quote in text or (before + quote + after) in text for text in texts)
    ]
    comments.filter(Q(place__contains=str(uid)) | Q(pk__in=quoting)).forget()
