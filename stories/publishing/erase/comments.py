"""Delete the comments on what is erased, because they quote it."""

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import Q

from newsroom.search.analysis import fold_words
from newsroom.text.plain import plain_text
from stories.models import Comment, SharedPreview, Work

SHORTEST_QUOTED_RUN = 3  # words


def delete_comments(work: Work) -> None:
    """Delete all comments on the work, and all that came through its shared previews."""
    links = SharedPreview.objects.filter(work=work)
    Comment.objects.filter(Q(work=work) | Q(link__in=links)).delete_threads()


def delete_comments_on_revisions(work: Work, numbers: Collection[int]) -> None:
    """Delete the comments on these revisions, and those that came through shared previews pinned to one of them."""
    links = SharedPreview.objects.filter(revision__work=work, revision__number__in=numbers)
    Comment.objects.filter(Q(work=work, revision__in=numbers, parent=None) | Q(link__in=links)).delete_threads()


def delete_comments_on_part(work: Work, uid: UUID, texts: Collection[str]) -> None:
    """Delete the comments on the part with this uid, which contained ``texts``, and those that quote it.

    A quote from a shared preview that was not found in the text is stored as it was written. It may span several parts
    or paraphrase them, so ``IN_A_ROW`` consecutive words of the part are enough.
    """
    comments = Comment.objects.of_work(work)
    kept = comments.exclude(quote="").values_list("pk", "place", "quote", "before", "after")
    runs = {run for text in texts for run in _runs(plain_text(text))}
    quoting = [
        key
        for key, place, quote, before, after in kept.iterator()
        if any(quote in text or (before + quote + after) in text for text in texts)
        or (not place and not runs.isdisjoint(_runs(quote)))
    ]
    comments.filter(Q(place__contains=str(uid)) | Q(pk__in=quoting)).delete_threads()


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield all runs of ``IN_A_ROW`` consecutive words, folded."""
    words = fold_words(text)
    return (words[begin : begin + SHORTEST_QUOTED_RUN] for begin in range(len(words) - SHORTEST_QUOTED_RUN + 1))
