"""Who is asked something in a comment: what the home of the desk lists until somebody resolves it."""

from collections.abc import Collection

from django.db.models import Q

from newsroom.accounts.models import User
from stories.models import Comment


def mentions_of(user: User, *, kinds: Collection[str]) -> list[Comment]:
    """Return the comments in threads that are open still which mention ``user``, on works of these kinds, the oldest first."""
    is_open = Q(parent=None, resolved_at=None) | Q(parent__isnull=False, parent__resolved_at=None)
    found = Comment.objects.filter(is_open, mentions=user, work__binned_at=None, work__kind__in=kinds)
    return list(found.select_related("work__story", "work__faq").order_by("made_at", "pk"))
