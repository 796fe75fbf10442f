"""Find duplicates: works whose titles are similar to a title that is being typed."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.search.index.tokens import KIND, TITLE, make_tag
from newsroom.search.lookup import find_newest_pages, load_overview
from newsroom.search.query.conditions import IndexQuery, StemmedQuery
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import load_hits
from newsroom.text.fold import fold
from stories.checks.similarity import get_stems
from stories.drafts.publication_status import get_title
from stories.models import Edition, Work, WorkKind

_MIN_SIMILARITY = 0.3
_MAX_TITLE_LENGTH = 300
_MIN_WORDS = 2
_MAX_SEARCHED_WORDS = 6
_MAX_DRAFTS = 300
_MAX_PAGES = 50
# Words of at most this length do not distinguish titles: the, and, why, wie, que.
_MAX_STOPWORD_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A work with a similar title; ``is_live`` says whether this is the title of its live page."""

    work: Work
    title: str
    is_live: bool
    similarity: float


def find_duplicates(
    words: str, *, kind: WorkKind, language: str, at: datetime, exclude: int | None = None, limit: int = 5
) -> list[Duplicate]:
    """Return the live pages and drafts of this kind whose titles are similar to ``words``, most similar first.

    The caller must check that the user may see drafts of this kind. ``exclude`` is the primary key of a work to leave
    out. Only titles that share a significant word are compared, and only the newest few hundred of these. The list is
    empty if ``words`` contains fewer than two significant words.
    """
    stems = _get_significant_stems(words[:_MAX_TITLE_LENGTH], language)
    if len(stems) < _MIN_WORDS:
        return []
    searched = sorted(stems, key=lambda stem: (-len(stem), stem))[:_MAX_SEARCHED_WORDS]
    best: dict[int, Duplicate] = {}
    for work, title, is_live in [*_find_live(words, kind, at=at), *_find_drafts(searched, kind)]:
        other_stems = _get_significant_stems(title, language)
        shared = len(stems & other_stems)
        # With the second value, an unfinished title counts as similar to a finished one.
        similarity = max(
            shared / (len(stems | other_stems) or 1), 0.75 * shared / len(stems) if shared > _MIN_WORDS else 0
        )
        is_best = work.pk not in best or best[work.pk].similarity < similarity
        if work.pk != exclude and similarity >= _MIN_SIMILARITY and is_best:
            best[work.pk] = Duplicate(work, title, is_live, similarity)
    return sorted(best.values(), key=lambda each: (-each.similarity, -each.work.pk))[:limit]


def _get_significant_stems(words: str, language: str) -> frozenset[str]:
    return get_stems(" ".join(word for word in fold(words).split() if len(word) > _MAX_STOPWORD_LENGTH), language)


def _find_live(words: str, kind: WorkKind, *, at: datetime) -> list[tuple[Work, str, bool]]:
    """Return the newest live pages whose titles contain one of the words in any of its forms."""
    parsed = ParsedQuery.parse(words.replace('"', " ").replace("-", " "))
    significant = tuple(phrase for phrase in parsed.phrases if len("".join(phrase)) > _MAX_STOPWORD_LENGTH)
    if not significant:
        return []
    overview = load_overview(at=at)
    stemmed = StemmedQuery(ParsedQuery(words, significant), overview.languages)
    alternatives = tuple(form for forms in stemmed.conditions_in_part(TITLE) for form in forms)
    query = IndexQuery(required=(alternatives,)).with_tag_among([make_tag(KIND, kind)])
    hits = load_hits(find_newest_pages(query, at=at, limit=_MAX_PAGES, since=overview.since))
    editions = Edition.objects.filter(pk__in=[hit.edition for hit in hits]).select_related("work")
    outside_trash = editions.exclude(work__binned_at__isnull=False).only("title", "work")
    return [(edition.work, edition.title, True) for edition in outside_trash]


def _find_drafts(parts: list[str], kind: WorkKind) -> list[tuple[Work, str, bool]]:
    """Return the newest drafts whose titles contain one of ``parts``."""
    works = Work.objects.outside_trash().with_title_containing(parts, kind=kind).select_related("story", "faq", "owner")
    return [(work, get_title(work), False) for work in works[:_MAX_DRAFTS]]
