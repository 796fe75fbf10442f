"""What the texts on a list lead to, told to the guard of its page before it is looked up."""

from collections.abc import Iterable

from django.utils import timezone

from newsroom.http.clock import day_begins
from newsroom.page_cache.dependencies import Guard, key, naming
from stories.reading.links import topics_in, works_in
from stories.reading.marks import days_in, targets_in


def watch_texts(guard: Guard | None, texts: Iterable[str]) -> None:
    """Tell the guard, if there is one, on which pages texts depend that have marks in them, and when a day in them has come."""
    if guard is None:
        return
    read = list(texts)
    targets = targets_in(read)
    topics = topics_in(targets)
    guard.on(
        [
            *(key(kind, uid) for kind, uid in works_in(targets)),
            *(key("topic", uid) for uid in topics),
            *(naming("topic", uid) for uid in topics),
        ]
    )
    today = timezone.localdate(guard.at)
    guard.until(min((day_begins(day) for day in days_in(read) if day > today), default=None))
