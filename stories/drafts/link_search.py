"""Search for link targets (stories, questions and topics) by parts of their names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from newsroom.text.fold import fold
from stories.drafts.publication_status import annotate_publication_status, get_publication_status
from stories.models import FAQ, Story
from topics.models import Topic, TopicAlias

_MAX_QUERY_LENGTH = 200
# The search folds the headlines of this many of the newest stories. In older headlines, accents matter.
MAX_FOLDED_HEADLINES = 2_000
# With a high limit, the query planner uses an index. With a low one, it would scan all headlines for a word that occurs
# in none of them.
_MAX_OLDER_HEADLINES = 1_000
_fold_cached = lru_cache(maxsize=4 * MAX_FOLDED_HEADLINES)(fold)


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """A link target: ``kind`` and ``uid`` as used by the renderer, its short name, a title and a note for users."""

    kind: str
    uid: str
    name: str
    title: str
    note: str


def find_link_targets(query: str, *, kinds: Iterable[str], at: datetime, limit: int) -> list[LinkTarget]:
    """Return link targets whose headline, question, name or alias contains all words of ``query``, best match first.

    ``kinds`` are the kinds to search (``story``, ``question``, ``topic``). The caller must check that the user may see
    all targets of these kinds, including drafts. For an empty query, the newest targets are returned. Works in the
    trash and works without a title are left out.
    """
    words = fold(query[:_MAX_QUERY_LENGTH]).split()
    finders = {"story": _find_stories, "question": _find_questions, "topic": _find_topics}
    ranked = [
        (*_rank(words, names), position, target)
        for kind in finders
        if kind in set(kinds)
        for position, (target, names) in enumerate(islice(finders[kind](words, limit, at), limit))
    ]
    return [target for *_, target in sorted(ranked, key=lambda each: each[:-1])[:limit]]


def _rank(words: list[str], names: list[str]) -> tuple[int, int]:
    """Return a sort key: exact matches first, then names that begin with the query, then the others.

    Each of these groups is ranked by length, in steps of 20 characters. Without words, all targets have the same rank.
    """
    if not words:
        return 0, 0
    query = " ".join(words)
    match_rank = min(0 if name == query else 1 if name.startswith(query) else 2 for name in names)
    return match_rank, min(len(name) for name in names) // 20


def _any_contains_all(names: Iterable[str], words: list[str]) -> bool:
    return any(all(word in name for word in words) for name in names)


def _contains_all(field: str, words: Iterable[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(**{f"{field}__contains": word})
    return condition


def _find_stories(words: list[str], limit: int, at: datetime) -> Iterator[tuple[LinkTarget, list[str]]]:
    stories = Story.objects.outside_trash().exclude(headline="").order_by("-pk")
    newest = stories.values_list("pk", "headline")[:MAX_FOLDED_HEADLINES]
    keys = [key for key, headline in newest if _any_contains_all([_fold_cached(headline)], words)][:limit]
    if words and len(keys) < limit:
        condition = Q()
        for word in words:
            condition &= Q(headline__icontains=word)
        older = list(stories.filter(condition).values_list("pk", flat=True)[:_MAX_OLDER_HEADLINES])
        keys += [key for key in older if key not in keys]
    for story in _load_in_order(Story.objects.all(), keys[:limit], at):
        yield _build_work_target("story", story, story.headline), [_fold_cached(story.headline)]


def _find_questions(words: list[str], limit: int, at: datetime) -> Iterator[tuple[LinkTarget, list[str]]]:
    questions = FAQ.objects.outside_trash().exclude(question="").filter(_contains_all("folded_question", words))
    keys = list(questions.order_by("-pk").values_list("pk", flat=True)[:limit])
    for question in _load_in_order(FAQ.objects.all(), keys, at):
        yield _build_work_target("question", question, question.question), [question.folded_question]


def _load_in_order(works: QuerySet[Any], keys: list[int], at: datetime) -> list[Any]:
    """Return the works with these primary keys in this order, with their publication status."""
    by_key = {work.pk: work for work in annotate_publication_status(works.filter(pk__in=keys), at=at)} if keys else {}
    return [by_key[key] for key in keys if key in by_key]


def _build_work_target(kind: str, work: Any, title: str) -> LinkTarget:
    status = str(get_publication_status(work).label).lower()
    return LinkTarget(kind, str(work.uid), work.slug, title, f"{kind.capitalize()}, {status}")


def _find_topics(words: list[str], limit: int, at: datetime) -> Iterator[tuple[LinkTarget, list[str]]]:
    matching_aliases = TopicAlias.objects.filter(_contains_all("folded", words))
    has_alias = Q(pk__in=matching_aliases.values("topic")) if words else Q()
    topics = Topic.objects.unmerged().filter(_contains_all("folded_name", words) | has_alias)
    for topic in topics.order_by("-pk").prefetch_related("aliases")[:limit]:
        aliases = [alias for alias in topic.aliases.all() if words and _any_contains_all([alias.folded], words)]
        alias_note = (
            f", also {aliases[0].name}" if aliases and not _any_contains_all([topic.folded_name], words) else ""
        )
        names = [topic.folded_name, *(alias.folded for alias in aliases)]
        note = f"Topic, {topic.get_kind_display().lower()}{alias_note}"
        yield LinkTarget("topic", str(topic.uid), topic.slug, topic.name, note), names
