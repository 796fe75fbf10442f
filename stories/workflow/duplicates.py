"""Detection of duplicates: works whose titles are very similar to one that is being typed."""

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

NEAR = 0.3
LONGEST = 300
FEWEST_WORDS = 2
MOST_PARTS = 6
MOST_TITLES = 300
MOST_PAGES = 50
# Words this short do not distinguish titles: the, and, why, wie, que.
_TELLS_NOTHING = 3


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A work with a similar title; ``is_live`` is whether it is the title of its live page."""

    work: Work
    title: str
    is_live: bool
    similarity: float


def find_duplicates(
    words: str, *, kind: WorkKind, language: str, at: datetime, exclude: int | None = None, limit: int = 5
) -> list[Duplicate]:
    """Return works of a kind whose titles are similar to ``words``, live pages and drafts, most similar first.

    The caller checks that the user may see drafts of this kind. ``but`` is the key of a work to leave out. Only titles
    that share a significant word are compared, the newest few hundred of them. It takes at most six queries.
    """
    wanted = _telling(words[:LONGEST], language)
    if len(wanted) < FEWEST_WORDS:
        return []
    parts = sorted(wanted, key=lambda part: (-len(part), part))[:MOST_PARTS]
    found = [*_live(words, kind, at=at), *_on_the_desk(parts, kind)]
    best: dict[int, Duplicate] = {}
    for work, title, is_live in found:
        others = _telling(title, language)
        # An unfinished title is similar to the one that it will become.
        shared = len(wanted & others)
        likeness = max(
            shared / (len(wanted | others) or 1), 0.75 * shared / len(wanted) if shared > FEWEST_WORDS else 0
        )
        if work.pk != exclude and likeness >= NEAR and (work.pk not in best or best[work.pk].similarity < likeness):
            best[work.pk] = Duplicate(work, title, is_live, likeness)
    return sorted(best.values(), key=lambda each: (-each.similarity, -each.work.pk))[:limit]


def _telling(words: str, language: str) -> frozenset[str]:
    return get_stems(" ".join(word for word in fold(words).split() if len(word) > _TELLS_NOTHING), language)


def _live(words: str, kind: WorkKind, *, at: datetime) -> list[tuple[Work, str, bool]]:
    """Return live pages whose titles contain one of the words in any of its forms."""
    read = ParsedQuery.parse(words.replace('"', " ").replace("-", " "))
    telling = tuple(phrase for phrase in read.phrases if len("".join(phrase)) > _TELLS_NOTHING)
    if not telling:
        return []
    there = load_overview(at=at)
    sought = StemmedQuery(ParsedQuery(words, telling), there.languages)
    any_of_them = tuple(form for forms in sought.conditions_in_part(TITLE) for form in forms)
    question = IndexQuery(required=(any_of_them,)).with_tag_among([make_tag(KIND, kind)])
    hits = load_hits(find_newest_pages(question, at=at, limit=MOST_PAGES, since=there.since))
    editions = Edition.objects.filter(pk__in=[hit.edition for hit in hits]).select_related("work")
    shown = editions.exclude(work__binned_at__isnull=False).only("title", "work")
    return [(edition.work, edition.title, True) for edition in shown]


def _on_the_desk(parts: list[str], kind: WorkKind) -> list[tuple[Work, str, bool]]:
    titles = (
        Work.objects.outside_trash().with_title_containing(parts, kind=kind).select_related("story", "faq", "owner")
    )
    return [(work, get_title(work), False) for work in titles[:MOST_TITLES]]
