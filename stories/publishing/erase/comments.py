"""Delete the comments on erased text, because they quote it."""

from collections.abc import Collection, Iterator

from django.db.models import Q

from newsroom.search.analysis import fold_words
from newsroom.text.plain import plain_text
from stories.models import Comment, SharedPreview, Work

MIN_QUOTED_WORDS = 3


def delete_comments(work: Work) -> None:
    """Delete all comments on the work, including those written in its shared previews."""
    links = SharedPreview.objects.filter(work=work)
    Comment.objects.filter(Q(work=work) | Q(link__in=links)).delete_threads()


def delete_comments_on_revisions(work: Work, numbers: Collection[int]) -> None:
    """Delete the comments on these revisions, and those written in shared previews pinned to one of them."""
    links = SharedPreview.objects.filter(revision__work=work, revision__number__in=numbers)
    Comment.objects.filter(Q(work=work, revision__in=numbers, parent=None) | Q(link__in=links)).delete_threads()


def delete_comments_at(work: Work, places: Collection[str], texts: Collection[str]) -> None:
    """Delete the comments on the rows at ``places``, and the comments that quote their former ``texts``.

    If a quote from a shared preview was not found in the text, it is stored as it was written. Such a quote may span
    several parts or paraphrase them, so ``MIN_QUOTED_WORDS`` consecutive words of the part count as a quotation.
    """
    comments = Comment.objects.of_work(work)
    with_anchor = comments.exclude(quote="", place="").values_list("pk", "place", "quote", "before", "after")
    sequences = {words for text in texts for words in _iter_word_sequences(plain_text(text))}
    matching = [
        key
        for key, place, quote, before, after in with_anchor.iterator()
        if is_at(place, places)
        or (quote and any(quote in text or (before + quote + after) in text for text in texts))
        or (not place and not sequences.isdisjoint(_iter_word_sequences(quote)))
    ]
    comments.filter(pk__in=matching).delete_threads()


def is_at(place: str, rows: Collection[str]) -> bool:
    """Return whether a place, such as ``passages.UID.text``, is one of these rows or in one of them."""
    return place in rows or any(place.startswith(f"{row}.") for row in rows)


def _iter_word_sequences(text: str) -> Iterator[tuple[str, ...]]:
    """Return an iterator over all sequences of ``MIN_QUOTED_WORDS`` consecutive folded words."""
    words = fold_words(text)
    return (words[start : start + MIN_QUOTED_WORDS] for start in range(len(words) - MIN_QUOTED_WORDS + 1))
