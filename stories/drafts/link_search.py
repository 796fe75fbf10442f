"""Search for link targets by a part of their name: stories, questions and topics."""

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

LONGEST_QUERY = 200
# This many of the newest stories are matched by folded headline; older headlines must match as they are written.
MOST_FOLDED = 2_000
# With a high limit the planner uses an index. With a low one it would scan all headlines for a word that none has.
MOST_OLDER = 1_000
_folded = lru_cache(maxsize=4 * MOST_FOLDED)(fold)


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """A link target: ``kind`` and ``uid`` as the renderer knows them, with a title and a note for users."""

    kind: str
    uid: str
    title: str
    note: str


def find_link_targets(query: str, *, kinds: Iterable[str], at: datetime, limit: int) -> list[LinkTarget]:
    """Return link targets whose name, alias or question contains all words of ``query``, best match first.

    ``rights`` holds the kinds (``story``, ``question``, ``topic``) of which the user may see all, including drafts. An
    empty query finds the newest. Works in the trash are not found.
    """
    words = fold(query[:LONGEST_QUERY]).split()
    finders = {"story": _stories, "question": _questions, "topic": _topics}
    found = [
        (*_rank(words, names), place, thing)
        for kind in finders
        if kind in set(kinds)
        for place, (thing, names) in enumerate(islice(finders[kind](words, limit, at), limit))
    ]
    return [thing for *_, thing in sorted(found, key=lambda each: each[:-1])[:limit]]


def _rank(words: list[str], names: list[str]) -> tuple[int, int]:
    """Return a sort key: equal names first, then names that begin with the query, then others; shorter names first.

    Without words, all rank the same.
    """
    if not words:
        return 0, 0
    asked = " ".join(words)
    fit = min(0 if name == asked else 1 if name.startswith(asked) else 2 for name in names)
    return fit, min(len(name) for name in names) // 20


def _holds(names: Iterable[str], words: list[str]) -> bool:
    return any(all(word in name for word in words) for name in names)


def _as_written(field: str, words: Iterable[str]) -> Q:
    wanted = Q()
    for word in words:
        wanted &= Q(**{f"{field}__contains": word})
    return wanted


def _stories(words: list[str], limit: int, at: datetime) -> Iterator[tuple[LinkTarget, list[str]]]:
    standing = Story.objects.outside_trash().exclude(headline="").order_by("-pk")
    newest = standing.values_list("pk", "headline")[:MOST_FOLDED]
    keys = [key for key, headline in newest if _holds([_folded(headline)], words)][:limit]
    if words and len(keys) < limit:
        older = Q()
        for word in words:
            older &= Q(headline__icontains=word)
        found = list(standing.filter(older).values_list("pk", flat=True)[:MOST_OLDER])
        keys += [key for key in found if key not in keys]
    for story in _in_order(Story.objects.all(), keys[:limit], at):
        yield _work("story", story, story.headline), [_folded(story.headline)]


def _questions(words: list[str], limit: int, at: datetime) -> Iterator[tuple[LinkTarget, list[str]]]:
    standing = FAQ.objects.outside_trash().exclude(question="").filter(_as_written("folded_question", words))
    keys = list(standing.order_by("-pk").values_list("pk", flat=True)[:limit])
    for question in _in_order(FAQ.objects.all(), keys, at):
        yield _work("question", question, question.question), [question.folded_question]


def _in_order(works: QuerySet[Any], keys: list[int], at: datetime) -> list[Any]:
    found = {work.pk: work for work in annotate_publication_status(works.filter(pk__in=keys), at=at)} if keys else {}
    return [found[key] for key in keys if key in found]


def _work(kind: str, work: Any, title: str) -> LinkTarget:
    return LinkTarget(
        kind, str(work.uid), title, f"{kind.capitalize()}, {str(get_publication_status(work).label).lower()}"
    )


def _topics(words: list[str], limit: int, at: datetime) -> Iterator[tuple[LinkTarget, list[str]]]:
    aliased = TopicAlias.objects.filter(_as_written("folded", words))
    named = Q(pk__in=aliased.values("topic")) if words else Q()
    topics = Topic.objects.unmerged().filter(_as_written("folded_name", words) | named)
    for topic in topics.order_by("-pk").prefetch_related("aliases")[:limit]:
        aliases = [alias for alias in topic.aliases.all() if words and _holds([alias.folded], words)]
        also = f", also {aliases[0].name}" if aliases and not _holds([topic.folded_name], words) else ""
        names = [topic.folded_name, *(alias.folded for alias in aliases)]
        yield LinkTarget("topic", str(topic.uid), topic.name, f"Topic, {topic.get_kind_display().lower()}{also}"), names
